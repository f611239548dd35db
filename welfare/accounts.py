"""Staff accounts and their roles."""

from django.db import transaction

from welfare import audit, roles
from welfare.errors import Refusal
from welfare.models import RoleAssignment, User

# Roles whose work is done in the admin: supervisors approve and configure there.
ADMIN_ROLES = frozenset(
    {"programme_officer", "programme_approver", "reviewer", "approver", "administrator", "inspector"}
)


@transaction.atomic
def create_user(*, username, full_name, password, by, at, position=""):
    """A new account without any role. Returns it. ``password`` None makes one that cannot log in."""
    user = User(username=username, full_name=full_name, position=position)
    user.set_password(password)
    user.save()
    audit.record(action="user.create", label="新建用户", by=by, at=at, target=user)
    return user


@transaction.atomic
def grant(*, user, role, organisation, by, at, expires_on=None):
    """Give ``user`` a role at an organisation. Returns the RoleAssignment.

    Raises Refusal when the role does not fit the level, or when its duty and one already held
    exclude one another over overlapping organisations (不相容职务相分离).
    """
    no = assignment_refusal(user=user, role=role, organisation=organisation)
    if no:
        raise Refusal(no)
    made, _is_new = RoleAssignment.objects.update_or_create(
        user=user, role=role, organisation=organisation, defaults={"expires_on": expires_on}
    )
    if role in ADMIN_ROLES and not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
    roles.forget(user)
    audit.record(
        action="role.grant",
        label=f"授予角色：{roles.ROLES[role].label}",
        by=by,
        at=at,
        target=user,
        organisation=organisation,
        after={"role": role, "organisation": organisation.code, "expires_on": expires_on},
    )
    return made


@transaction.atomic
def revoke(*, assignment, by, at, reason):
    """Take a role away; it acts on the user's next request."""
    audit.record(
        action="role.revoke",
        label=f"收回角色：{assignment.get_role_display()}",
        by=by,
        at=at,
        target=assignment.user,
        organisation=assignment.organisation,
        reason=reason,
        before={"role": assignment.role, "organisation": assignment.organisation.code},
    )
    assignment.delete()
    roles.forget(assignment.user)


def assignment_refusal(*, user, role, organisation, ignoring=None):
    """The Chinese sentence why this role cannot be given here, or None."""
    wanted = roles.ROLES[role]
    if not wanted.fits(organisation):
        return f"“{wanted.label}”不能设在{organisation.get_level_display()}一级。"
    for held in user.role_assignments.select_related("organisation") if user.pk else ():
        if ignoring is not None and held.pk == ignoring.pk:
            continue
        overlaps = held.organisation.covers(organisation) or organisation.covers(held.organisation)
        no = roles.conflict(held.role, role) if overlaps else None
        if no:
            return f"{user}在{held.organisation}已任“{held.get_role_display()}”。{no}"
    return None
