"""What a community's name tells, and how a place is named so that nobody takes it for another."""


def is_rural_name(name):
    """青龙村 is rural, 新桥社区 is not: a first guess, to be corrected on the household."""
    return not name.endswith(("社区", "居委会", "街道"))


def ways_to_name(chain):
    """甲村, 上坪镇/甲村, 临水县/上坪镇/甲村: the ways to name the last of a chain of names, shortest first."""
    return ["/".join(chain[start:]) for start in range(len(chain) - 1, -1, -1)]
