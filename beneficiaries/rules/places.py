"""What a community's name tells."""


def is_rural_name(name):
    """青龙村 is rural, 新桥社区 is not: a first guess, to be corrected on the household."""
    return not name.endswith(("社区", "居委会", "街道"))
