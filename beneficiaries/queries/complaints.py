"""举报: who may see which, and who may look into one."""

from django.db.models import Q

from beneficiaries.enums import ComplaintStatus
from beneficiaries.models import Complaint
from beneficiaries.queries import rosters
from welfare import scope, workflow
from welfare.models import Organisation, RoleAssignment, User
from welfare.roles import ROLES

WAITING = (ComplaintStatus.RECEIVED, ComplaintStatus.CONCLUDED)


def seen_by(user):
    """Complaints that ``user`` watches over as inspector, and those handed to her; nobody else knows of them."""
    watched = scope.condition(user, Complaint.scope_path, "complaint.handle")
    return Complaint.objects.filter(watched | Q(handler=user))


def for_list(user):
    """``seen_by``, with what a row shows, the most pressing first."""
    return seen_by(user).select_related("organisation", "handler").order_by("due_on", "pk")


def waiting_for(user):
    """Those whose next step is the user's: to look into, to hand over, to tell back."""
    watched = scope.condition(user, Complaint.scope_path, "complaint.handle")
    mine = Q(handler=user, status=ComplaintStatus.HANDLING) | (watched & Q(status__in=WAITING))
    return Complaint.objects.filter(mine).select_related("organisation").order_by("due_on", "pk")


def possible_handlers(complaint, on):
    """Staff who may look into it by their role, here or above, and have no part in the roster complained about."""
    codes = [code for code, role in ROLES.items() if "complaint.view" in role.permissions]
    held = RoleAssignment.objects.in_force(on).filter(
        role__in=codes, organisation__in=Organisation.objects.above(complaint.organisation)
    )
    took_part = duties_on_roster(complaint).values("user")
    users = User.objects.filter(pk__in=held.values("user"), is_active=True).exclude(pk__in=took_part)
    return users.order_by("full_name", "pk")


def duties_on_roster(complaint):
    """What anybody did on the roster complained about and on those it comes from; nothing where it names none."""
    roster = complaint.roster or (complaint.entry.roster if complaint.entry_id else None)
    return workflow.duty_records(rosters.chain(roster) if roster else [])
