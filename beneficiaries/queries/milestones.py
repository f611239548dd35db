"""时间节点: what is overdue or due soon, and whose it is."""

from datetime import timedelta

from django.db.models import Q

from beneficiaries.models import BarredOrganisation, Milestone, Programme
from beneficiaries.queries import rosters
from welfare import dates
from welfare.enums import Level
from welfare.models import Organisation
from welfare.roles import ROLES, assignments_of

SOON = 7


def of_user(user):
    """Milestones of programmes in use that are the user's: hers to mark done, or those of each community.

    Of each community they are its clerks' and heads' to do, in every programme whose roster it draws up; who
    organises it marks them done for all.
    """
    return in_use().filter(_kept(user) | _of_each_community(user))


def kept_by(user):
    """Milestones of programmes in use that are the user's to mark done.

    Those of an organisation where she has a role that sees programmes, and those of the programmes whose
    organiser (or one below it) she is the officer of.
    """
    return in_use().filter(_kept(user))


def _kept(user):
    mine = Q(pk__in=[])
    for held in assignments_of(user):
        permissions = ROLES[held.role].permissions
        if "programme.write" in permissions:
            mine |= Q(programme__organiser__path__startswith=held.organisation.path)
        if "programme.view" in permissions:
            mine |= Q(responsible_organisation=held.organisation)
    return mine


def _of_each_community(user):
    mine = Q(pk__in=[])
    for place in _lists_drawn_up_in(user):
        theirs = rosters.programmes_for(place).exclude(
            pk__in=BarredOrganisation.objects.filter(organisation__in=Organisation.objects.above(place))
            .order_by()
            .values("programme")
        )
        mine |= Q(is_each_community=True, programme__in=theirs.order_by().values("pk"))
    return mine


def _lists_drawn_up_in(user):
    """Communities (in other lines: the lowest organisations) where she is clerk or head."""
    places = {
        held.organisation
        for held in assignments_of(user)
        if {"roster.draft", "roster.submit"} & ROLES[held.role].permissions
    }
    higher = [place.pk for place in places if place.level != Level.COMMUNITY]
    parents = higher and set(
        Organisation.objects.filter(parent__in=higher, is_active=True)
        .order_by("pk")
        .values_list("parent", flat=True)
    )
    return sorted((place for place in places if place.pk not in parents), key=lambda place: place.pk)


def visible_to(user):
    """Those of the programmes she may read, and her own; of versions that a newer one has replaced, none."""
    programmes = Programme.objects.visible_to(user, "programme.view").not_replaced()
    readable = Q(programme__in=programmes.order_by().values("pk"))
    own = Q(pk__in=of_user(user).values("pk"))
    return _with_names(Milestone.objects.filter(readable | own)).order_by(
        "due_on", "programme", "position", "pk"
    )


def _with_names(rows):
    return rows.select_related("programme__organiser", "responsible_organisation", "done_by")


def due(milestones, on, within=SOON):
    """Those of ``milestones`` that are not done and overdue, or due within so many days, the oldest first."""
    open_ones = milestones.filter(done_at=None, due_on__lte=on + timedelta(days=within))
    return open_ones.order_by("due_on", "programme", "position", "pk")


def in_use():
    """Every milestone of the programmes in use, in their newest approved version."""
    return _with_names(
        Milestone.objects.filter(programme__in=Programme.objects.in_use().order_by().values("pk"))
    )


def is_kept_by(milestone, user):
    """May the user mark it done?"""
    responsible = milestone.responsible_organisation
    return user.may("programme.write", milestone.programme.organiser) or (
        responsible is not None and user.may("programme.view", responsible)
    )


def when(milestone, on, calendar):
    """逾期 3 天, 今天到期, 还有 5 天（2 个工作日）. Working days by the announced calendar, make-up days included."""
    left = (milestone.due_on - on).days
    if left < 0:
        return f"逾期 {-left} 天"
    if left == 0:
        return "今天到期"
    try:
        working = calendar.working_days_between(on, milestone.due_on)
    except dates.CalendarUnknown:
        return f"还有 {left} 天"
    return f"还有 {left} 天（{working} 个工作日）"


def deadline(milestone):
    """2026-01-20（腊月初二）12:00."""
    if milestone.due_on is None:
        return milestone.due_text or "未定"
    time = f" {milestone.due_time:%H:%M}" if milestone.due_time else ""
    return f"{milestone.due_on:%Y-%m-%d}（{dates.lunar_text(milestone.due_on)}）{time}"


def whose(milestone):
    """The unit and person, as the plan names them."""
    each = "各村(社区)" if milestone.is_each_community else ""
    unit = milestone.responsible_unit or each or str(milestone.responsible_organisation or "")
    return " ".join(part for part in (unit, milestone.responsible_person) if part) or "未写明"
