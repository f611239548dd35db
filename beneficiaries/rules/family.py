"""How many people a household counts as, by the rule of the programme. Pure; the SQL twin is ``queries.criteria_sql``."""

from beneficiaries.enums import FamilyRule

NORMAL = 3
MARRIED = ("20", "21", "22", "23")  # GB/T 2261.2


def size(rule, *, everyone, counted, spouses, children):
    """The family size under ``rule``.

    ``everyone`` on the register and present, ``counted`` of them, ``spouses`` and unmarried ``children`` of the head.
    By the rule of three a family is normally three; a single parent, a childless couple and a family with several
    children are their counted members (000-7: 一般按三人计；单亲、无子女夫妻、多子女按实际人口).
    """
    if rule == FamilyRule.EVERYONE:
        return everyone
    if rule == FamilyRule.COUNTED:
        return counted
    is_single_parent = children > 0 and not spouses
    is_childless_couple = spouses > 0 and not children
    return counted if is_single_parent or is_childless_couple or children > 1 else NORMAL
