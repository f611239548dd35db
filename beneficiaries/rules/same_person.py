"""Two records of one person: which facts go together, where they differ, what is blank. Pure."""

from beneficiaries.enums import HealthState, PoliticalStatus, Sex

# Facts that are taken together from one of the two records, and what the group is called.
GROUPS = {
    "name": ("姓名", ("name",)),
    "id_number": ("身份证号", ("id_number",)),
    "birth": ("性别、出生日期", ("sex", "birth_on")),
    "phone": ("联系电话", ("phone",)),
    "health": ("健康与疾病", ("health", "major_disease", "listed_disease")),
    "disability": ("残疾", ("disability_kind", "disability_grade", "disability_certificate")),
    "school": ("在读阶段", ("school_stage",)),
    "political": ("政治面貌", ("political_status",)),
    "veteran": ("退役与优抚", ("is_veteran", "veteran_kind")),
    "ethnic_group": ("民族", ("ethnic_group",)),
    "marriage": ("婚姻状况", ("marriage",)),
    "work": ("就业状况", ("work_state",)),
    "counted": ("计入人口", ("is_counted", "not_counted_reason")),
    "note": ("备注", ("note",)),
}
# What a record says of whom nothing is known.
_BLANK = (None, "", False, Sex.UNKNOWN, Sex.UNSTATED, HealthState.HEALTHY, PoliticalStatus.MASSES)
_NEVER_BLANK = {"name", "counted"}


def differing(one, other):
    """Names of the GROUPS in which the two records differ."""
    return [
        group
        for group, (_label, names) in GROUPS.items()
        if any((getattr(one, name) or "") != (getattr(other, name) or "") for name in names)
    ]


def is_blank(person, group):
    """The record says nothing about this group, so that the other one may fill it."""
    names = GROUPS[group][1]
    return group not in _NEVER_BLANK and all(getattr(person, name) in _BLANK for name in names)
