"""What waits for whom: rosters at a step, objections without answer, notices past their period."""

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q

from beneficiaries.enums import STATUS_AT, NoticeStatus, ObjectionStatus, RosterStatus, StepKind
from beneficiaries.models import FinalList, Objection, PublicNotice, Roster
from beneficiaries.queries import relatives
from beneficiaries.queries import rosters as rosters_of
from welfare.enums import Level
from welfare.models import Organisation
from welfare.roles import ROLES, assignments_of

PERMISSION_AT = {
    StepKind.ASSESSMENT: "roster.assess",
    StepKind.SUBMISSION: "roster.submit",
    StepKind.NOTICE: "notice.post",
    StepKind.CHECK: "roster.check",
    StepKind.APPROVAL: "roster.review",
}
BARRED_BY = {
    StepKind.SUBMISSION: {"drafting"},
    StepKind.CHECK: {"drafting", "assessing", "submitting", "approving"},
    StepKind.APPROVAL: {"drafting", "assessing", "submitting", "checking", "approving"},
}

RELATIVES_BARRED_BY = BARRED_BY[StepKind.CHECK]


def rosters_waiting_for(user, *, kinds=tuple(StepKind), drafting=True):
    """Rosters at a step that is the user's by permission, level and place (four eyes aside).

    An office above may step in for one below, but its work does not wait for it.
    """
    wanted = Q(pk__in=[])
    for held in assignments_of(user):
        permissions = ROLES[held.role].permissions
        at = [STATUS_AT[kind] for kind in kinds if PERMISSION_AT[kind] in permissions]
        if at:
            wanted |= Q(status__in=at) & falls_to(held.organisation)
        if drafting and "roster.draft" in permissions:
            wanted |= Q(organisation=held.organisation, status=RosterStatus.DRAFTING)
    return Roster.objects.filter(wanted)


def falls_to(office, roster="", step="step"):
    """Q of the rows whose ``step`` is done by ``office``: the nearest of the tree at its level or above.

    ``roster`` leads from the row to its roster (``Organisation.office_for`` says the same of one roster).
    """
    path = f"{roster}organisation__path"
    wanted = Q(pk__in=[])
    for level in Level:
        if level.rank >= Level(office.level).rank:
            wanted |= Q(**{f"{step}__level": level}) & ~_is_nearer_than(office, level, path)
    return Q(**{f"{path}__startswith": office.path}) & wanted


def _is_nearer_than(office, level, path):
    """Exists: an organisation below ``office``, on the way to the row's own, that is high enough for ``level``."""
    high_enough = [one for one in Level if one.rank <= level.rank]
    below = Organisation.objects.filter(path__startswith=office.path, level__in=high_enough)
    here = ExpressionWrapper(OuterRef(path), output_field=CharField())
    return Q(Exists(below.exclude(pk=office.pk).alias(here=here).filter(here__startswith=F("path"))))


def without_barred(rosters, user, bars=None):
    """The rosters (a list) on which ``user`` has done no duty that four eyes set against the step's move.

    ``bars`` are the duties against another move that is made at whatever step.
    """
    done = rosters_of.duties_on(rosters, user)
    return [roster for roster in rosters if not _is_barred(roster, done[roster.pk], bars)]


def _is_barred(roster, done, bars):
    if roster.step is None:
        return False
    stage = str(roster.step.position)
    bars = BARRED_BY.get(StepKind(roster.step.kind), ()) if bars is None else bars
    return any(one.duty in bars and one.stage != stage for one in done)


def with_notice(rosters):
    """Annotate whether a notice hangs for the current step, and whether a sample was drawn."""
    notices = PublicNotice.objects.filter(
        roster=OuterRef("pk"), step=OuterRef("step"), lap=OuterRef("lap"), status=NoticeStatus.POSTED
    )
    return rosters.annotate(has_notice=Exists(notices))


def notices_past_their_period(user, on):
    """Posted notices whose period is over and which ``user`` may close."""
    waiting = rosters_waiting_for(user, kinds=(StepKind.NOTICE,), drafting=False)
    return PublicNotice.objects.filter(
        roster__in=waiting, status=NoticeStatus.POSTED, ends_on__lt=on
    ).order_by("ends_on", "pk")


def relatives_to_check(user):
    """Entries that are relatives of staff and wait for the user's office to look in person, with their roster.

    It is the office above the roster's own that looks. Left out is who has a part in the roster, and her own
    relatives; six queries at most.
    """
    wanted = Q(pk__in=[])
    for held in assignments_of(user):
        if "roster.check" in ROLES[held.role].permissions:
            top = Q(organisation=held.organisation, organisation__parent=None)
            wanted |= Q(organisation__parent=held.organisation) | top
    if not wanted:
        return []
    rosters = Roster.objects.filter(wanted, status__in=STATUS_AT.values())
    rosters = list(rosters.select_related("organisation", "programme", "step").order_by("pk"))
    mine = {roster.pk: roster for roster in without_barred(rosters, user, RELATIVES_BARRED_BY)}
    waiting = relatives.waiting_in_person(list(mine.values()), user) if mine else []
    for entry in waiting:
        entry.roster = mine[entry.roster_id]
    return waiting


def finals_to_publish(user):
    """Final rosters of the user's own community whose result was never published, newest first."""
    wanted = Q(pk__in=[])
    for held in assignments_of(user):
        permissions = ROLES[held.role].permissions
        if {"notice.post", "roster.draft"} <= permissions:
            wanted |= Q(organisation=held.organisation)
    never = ~Exists(FinalList.objects.filter(roster=OuterRef("pk")))
    found = Roster.objects.filter(wanted, never, status=RosterStatus.FINAL)
    return found.select_related("organisation", "programme").order_by("finalised_at", "pk")


def open_objections(user):
    """Objections without answer to notices of the user's own level and place."""
    wanted = Q(pk__in=[])
    for held in assignments_of(user):
        if "objection.answer" in ROLES[held.role].permissions:
            wanted |= falls_to(held.organisation, "notice__roster__", "notice__step")
    found = Objection.objects.filter(wanted, status=ObjectionStatus.OPEN)
    return found.select_related("notice").order_by("received_at")
