"""Numbers of sheets."""


def sheet_number(organisation, year, word, sequence):
    """高板镇-2027-现金-0001"""
    return f"{organisation}-{year}-{word}-{sequence:04d}"
