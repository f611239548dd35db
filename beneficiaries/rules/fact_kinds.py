"""What each fact is: its kind, its measure, what a test of it may say, and the days on which ages and months turn. Pure."""

import re
from calendar import monthrange
from datetime import date

from beneficiaries.enums import Fact, Operator, SchoolStage

MONEY = frozenset({Fact.INCOME, Fact.MEDICAL, Fact.LOSS})
WHOLE = {
    Fact.DISABLED_COUNT: "人",
    Fact.SEVERE_DISABLED_COUNT: "人",
    Fact.CHILD_COUNT: "人",
    Fact.MEMBER_COUNT: "人",
    Fact.ELDEST_AGE: "岁",
    Fact.YOUNGEST_AGE: "岁",
    Fact.MONTHS_STOPPED: "个月",
    Fact.MONTHS_ON_FILE: "个月",
}
FLAGS = frozenset(
    {
        Fact.HAS_MAJOR_DISEASE,
        Fact.LIVES_ALONE,
        Fact.PARTY_MEMBER,
        Fact.VETERAN,
        Fact.HELPED_THIS_YEAR,
        Fact.IS_BANKRUPT,
    }
)
# Several names may be true at once, or none: nothing on file is none.
SETS = frozenset(
    {
        Fact.CATEGORY,
        Fact.SCHOOL_STAGE,
        Fact.HELPED_BEFORE,
        Fact.LISTED_DISEASE,
        Fact.DISABILITY_GRADE,
        Fact.WORK_STATE,
        Fact.VETERAN_KIND,
    }
)
# One name of a list, or not on file.
CHOICES = frozenset({Fact.HOUSING_DANGER})
NAMED = SETS | CHOICES
# What may stand in for a fact that nothing proves (EvidenceRequirement.assumed_value is an amount).
ASSUMABLE = MONEY
ORDERED = frozenset(
    {Operator.AT_LEAST, Operator.AT_MOST, Operator.MORE_THAN, Operator.LESS_THAN, Operator.EQUALS}
)
GRADES = {"一级": 1, "二级": 2, "三级": 3, "四级": 4}
# Names that stand in this house rather than in a code list of the office.
FIXED_NAMES = {Fact.SCHOOL_STAGE: tuple(SchoolStage.labels), Fact.DISABILITY_GRADE: tuple(GRADES)}
CODE_LISTS = {
    Fact.LISTED_DISEASE: "disease",
    Fact.HOUSING_DANGER: "housing_danger",
    Fact.WORK_STATE: "work_state",
    Fact.VETERAN_KIND: "veteran_kind",
}
_HELP = re.compile(r"(?P<year>\d{4})(:(?P<code>[-\w]+))?|(?P<any_code>[-\w]+)")


def listed(value):
    """The names in a value, in order and once each: 低保户、低保边缘户"""
    return list(dict.fromkeys(name for name in value.replace("，", "、").split("、") if name))


def help_named(name):
    """(year or None, programme code or "") of a name of earlier help: 2026, 000-6 or 2026:000-6. None for anything else."""
    found = _HELP.fullmatch(name)
    if found is None:
        return None
    year = found["year"]
    return (int(year) if year else None), found["code"] or found["any_code"] or ""


def names_of_help(year, code):
    """The names that help given in ``year`` by programme ``code`` answers to."""
    by_code = (
        () if help_named(code) != (None, code) else (code,)
    )  # a code that reads as a year is asked with one
    return (str(year), f"{year}:{code}", *by_code)


# -- days --------------------------------------------------------------------------------------------


def born_by(years, on):
    """The last day of birth of somebody who is ``years`` old (or more) on ``on``."""
    if years >= on.year:
        return date.min
    try:
        return on.replace(year=on.year - years)
    except ValueError:  # 29 February, and no such day that year
        return date(on.year - years, 2, 28)


def filed_by(months, on):
    """The last day of registration of what is ``months`` months on file (or more) on ``on``.

    A month is full on the same day of the next one, or on its last day where that is missing (民法典 202).
    """
    year, month = divmod(on.year * 12 + on.month - 1 - months, 12)
    if year < 1:
        return date.min
    last = monthrange(year, month + 1)[1]
    is_month_end = on.day == monthrange(on.year, on.month)[1]
    return date(year, month + 1, last if is_month_end else min(on.day, last))


def months_between(filed_on, on):
    """Full months from ``filed_on`` to ``on``; negative for a day to come."""
    months = (on.year - filed_on.year) * 12 + on.month - filed_on.month
    return months if filed_on <= filed_by(months, on) else months - 1
