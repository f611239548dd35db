"""A stated figure: its name in a sentence, its subject, and how much room its wording leaves."""

from decimal import Decimal

from beneficiaries.enums import Exactness, StatedSubject

ABOUT = Decimal("0.01")  # 约 allows one part in a hundred
UNITS = {StatedSubject.HOUSEHOLDS: "户", StatedSubject.PERSONS: "人", StatedSubject.INSTITUTIONS: "个"}
COUNTED = tuple(UNITS)


def interval(stated):
    """(least, most) that a stated number may mean: 不少于 has no most, 约 is off by one part in a hundred."""
    if stated.exactness == Exactness.AT_LEAST:
        return stated.low, Decimal("Infinity")
    slack = stated.low * ABOUT if stated.exactness == Exactness.ABOUT else 0
    is_range = stated.exactness == Exactness.RANGE and stated.high is not None
    return stated.low - slack, (stated.high if is_range else stated.low) + slack


def subject_of(stated):
    """What a Finding about this stated figure has as its subject."""
    return f"{stated.subject}:{stated.category}" if stated.category else stated.subject


def name_of(plan, code):
    return next((one.name for one in plan.categories if one.code == code), "")


def about(plan, stated):
    """类别“甲”的“大米”物资数量"""
    label = StatedSubject(stated.subject).label
    where = f"类别“{name_of(plan, stated.category)}”的" if stated.category else ""
    return f"{where}{f'“{stated.label}”' if stated.label else ''}{label}"
