"""Roles as data: what each may do, where, and which duties exclude one another.

Source of the roles and of the separation of duties: the trade's own rules (domain notes, section 2).
Nobody may draft, decide, pay, keep or check over the same organisations; the finer rule, for one
roster or sheet, is kept by the workflow gate (``workflow.py``).
"""

from dataclasses import dataclass

from django.utils import timezone

from welfare.enums import Level, Line


@dataclass(frozen=True)
class Role:
    """One role. ``duty`` is what it excludes others by; empty excludes nothing.

    ``levels`` are those of the government line, whose titles the labels bear; a union, school, enterprise or
    charity has a tree of its own, where each duty is given at the level that has the people for it.
    ``sees_cases`` False: holding it opens no case of the organisation (``scope.paths``).
    """

    code: str
    label: str
    levels: frozenset
    duty: str
    permissions: frozenset
    sees_cases: bool = True

    def fits(self, organisation):
        """May it be given at this organisation?"""
        return organisation.line != Line.GOVERNMENT or organisation.level in self.levels


COMMUNITY = frozenset({Level.COMMUNITY})
TOWNSHIP = frozenset({Level.TOWNSHIP})
COUNTY = frozenset({Level.COUNTY, Level.CITY, Level.PROVINCE})
OFFICES = TOWNSHIP | COUNTY
ANY = frozenset(Level)

DUTY_LABELS = {
    "drafting": "起草",
    "deciding": "审批",
    "paying": "财务",
    "keeping": "出纳保管",
    "checking": "督查",
    "administering": "系统管理",
}


def _role(code, label, levels, duty, permissions, **more):
    return Role(code, label, levels, duty, frozenset(permissions.split()), **more)


ROLES = {
    role.code: role
    for role in (
        _role(
            "clerk",
            "社区经办",
            COMMUNITY | TOWNSHIP,
            "drafting",
            "registry.view registry.edit registry.import registry.reveal programme.view roster.view roster.draft "
            "roster.assess notice.post objection.answer visit.view visit.plan visit.do need.follow sheet.view "
            "receipt.confirm report.view export relative.view relative.declare",
        ),
        _role(
            "head",
            "社区负责人",
            COMMUNITY,
            "deciding",
            "registry.view programme.view roster.view roster.submit visit.view visit.do need.follow sheet.view "
            "receipt.confirm report.view complaint.view relative.view relative.declare",
        ),
        _role("assessor", "评议员", COMMUNITY, "", "roster.view"),
        _role(
            "visitor",
            "走访人员",
            ANY,
            "",
            "visit.view visit.do need.follow receipt.take",
            sees_cases=False,  # only the visits of her teams: visits.querysets
        ),
        _role(
            "reviewer",
            "镇审核",
            TOWNSHIP,
            "deciding",
            "registry.view registry.reveal programme.view roster.view roster.review notice.post objection.answer "
            "visit.view sheet.view report.view export relative.view relative.declare",
        ),
        _role(
            "approver",
            "县审批",
            COUNTY,
            "deciding",
            "registry.view registry.reveal programme.view roster.view roster.review notice.post objection.answer "
            "visit.view sheet.view report.view export relative.view relative.declare",
        ),
        _role(
            "accountant",
            "财务",
            OFFICES,
            "paying",
            "programme.view roster.view fund.manage sheet.view sheet.draw_up bank.manage stock.view report.view "
            "export registry.view registry.reveal",
        ),
        _role(
            "keeper",
            "出纳/仓管",
            COMMUNITY | OFFICES,
            "keeping",
            "sheet.view sheet.hand_out stock.view stock.move",
        ),
        _role(
            "inspector",
            "督查",
            ANY,
            "checking",
            "registry.view programme.view roster.view roster.check visit.view visit.spot_check sheet.view "
            "report.view audit.view complaint.view complaint.handle relative.view",
        ),
        _role(
            "programme_officer",
            "方案管理",
            ANY,
            "",
            "programme.view programme.write roster.assign visit.view visit.plan report.view",
        ),
        _role(
            "programme_approver",
            "方案审批",
            OFFICES,
            "deciding",
            "programme.view programme.approve report.view",
        ),
        _role(
            "sheet_approver",
            "发放负责人",
            COMMUNITY | OFFICES,
            "deciding",
            "programme.view sheet.view sheet.approve report.view",
        ),
        _role(
            "administrator",
            "系统管理",
            ANY,
            "administering",
            "organisation.manage user.manage reference.manage",
            sees_cases=False,
        ),
    )
}


def choices():
    """Role choices for forms: (code, label)."""
    return [(role.code, role.label) for role in ROLES.values()]


def conflict(first, second):
    """The Chinese sentence why two role codes exclude one another, or None.

    Source: 不相容职务相分离; see the module docstring.
    """
    one, two = ROLES[first], ROLES[second]
    if one.duty and two.duty and one.duty != two.duty:
        return (
            f"“{one.label}”负责{DUTY_LABELS[one.duty]}，“{two.label}”负责{DUTY_LABELS[two.duty]}，"
            "同一人不能在同一机构范围内兼任。请改派他人，或交由上一级办理。"
        )
    return None


def assignments_of(user):
    """The user's role assignments in force today, with their organisations; read once per user object.

    A request loads its user anew, so rights taken away act on the next request.
    """
    if not user.is_authenticated or not user.is_active:
        return []
    held = getattr(user, "_assignments", None)  # not by __dict__: a request's user is a wrapper with its own
    if held is None:
        held = list(user.role_assignments.in_force(timezone.localdate()).select_related("organisation"))
        user._assignments = held
    return held


def forget(user):
    """Drop what ``assignments_of`` remembers, after a change of roles."""
    user._assignments = None


def has_permission(user, permission, organisation=None, *, level=None):
    """May ``user`` do ``permission`` at ``organisation`` (or anywhere, when it is None)?

    An assignment covers its organisation and everything below it. ``level`` narrows to
    assignments at that level or above it: a duty a small office cannot fill goes to the next level up.
    """
    for assignment in assignments_of(user):
        if permission not in ROLES[assignment.role].permissions:
            continue
        if organisation is not None and not organisation.path.startswith(assignment.organisation.path):
            continue
        if level is not None and Level(assignment.organisation.level).rank > Level(level).rank:
            continue
        return True
    return False
