"""名册: drafting it, starting it, and taking it on or back along its procedure."""

from django.db import IntegrityError, transaction
from django.db.models import Max

from beneficiaries.enums import LIVE_ENTRY, ProgrammeStatus
from beneficiaries.models import Roster, RosterEntry
from beneficiaries.queries import rosters as queries
from beneficiaries.services import versions
from beneficiaries.workflows.rosters import RETURN_AT
from welfare import audit, workflow
from welfare.errors import Refusal

# -- drafting -----------------------------------------------------------------------------------------


@transaction.atomic
def draft(*, programme, organisation, by, at):
    """Begin the roster of ``organisation`` in an approved programme. Returns it.

    Raises Refusal when the programme is not approved or does not cover the organisation, when ``by``
    may not draft there, or when a roster of the two already lives.
    """
    if not by.may("roster.draft", organisation):
        raise workflow.Refused(f"您没有为{organisation}建立名册的权限。", kind="permission")
    if programme.status != ProgrammeStatus.APPROVED:
        raise Refusal(
            f"方案《{programme}》{programme.get_status_display()}，批准后才能建立名册。", field="programme"
        )
    if not queries.programmes_for(organisation).filter(pk=programme.pk).exists():
        raise Refusal(f"方案《{programme}》的实施范围不含{organisation}。", field="programme")
    earlier = Roster.objects.filter(programme=programme, organisation=organisation)
    try:
        with transaction.atomic():
            roster = Roster.objects.create(
                programme=programme,
                organisation=organisation,
                version=(earlier.aggregate(last=Max("version"))["last"] or 0) + 1,
                drafted_by=by,
                drafted_at=at,
            )
    except IntegrityError:
        raise Refusal(f"{organisation}在《{programme}》中已有名册，请在原名册上办理。") from None
    workflow.record_duty(roster, by=by, duty="drafting", at=at)
    audit.record(action="roster.draft", label="建立名册", by=by, at=at, target=roster)
    return roster


# -- along the procedure ------------------------------------------------------------------------------


def start(*, roster, by, at):
    """Send the roster on its way: needs an entry at least, within quota. Stands at the first step."""
    return workflow.perform(roster, "start", by=by, at=at)


def submit(*, roster, by, at, reason=""):
    """The responsible person answers for the roster; not its drafter. Her words are kept as a decision."""
    return workflow.perform(roster, "submit", by=by, at=at, reason=reason)


def approve(*, roster, by, at, reason=""):
    """Agree at a review step: on to the next step, or final with all its entries."""
    return workflow.perform(roster, "approve", by=by, at=at, reason=reason)


def return_to(*, roster, step, by, at, reason):
    """Send the roster back to an earlier ``step`` (None: to drafting), with a reason.

    A notice that hangs is taken down. Who may: whoever may act at the step where it stands.
    """
    move = RETURN_AT.get(roster.status)
    if move is None:
        raise Refusal(f"名册现为“{roster.get_status_display()}”，不能退回。页面可能已过时，请刷新后再看。")
    return workflow.perform(roster, move, by=by, at=at, reason=reason, step=step)


def cancel(*, roster, by, at, reason):
    """Give up a roster in drafting; its entries are set free for another."""
    return workflow.perform(roster, "cancel", by=by, at=at, reason=reason)


@transaction.atomic
def revise_final(*, roster, by, at, reason):
    """Begin a new version of a final roster, in drafting, with the entries that stand copied. Returns it.

    The earlier version stays final and valid, its entries payable, until the new one has walked the whole
    procedure; then it is superseded (``workflows.rosters.take_over``). What was paid or visited for an entry
    counts for its copies (``lineage``). Raises Refusal for a roster that is not final or already under
    revision, once the programme is closed, without a reason, and for who decided on the earlier version.
    """
    workflow.perform(roster, "revise_final", by=by, at=at, reason=reason)
    same = Roster.objects.filter(programme=roster.programme_id, organisation=roster.organisation_id)
    made = Roster.objects.create(
        programme=roster.programme,
        organisation=roster.organisation,
        version=same.aggregate(last=Max("version"))["last"] + 1,
        replaces=roster,
        revision_reason=reason.strip()[:300],
        holds_place=False,
        drafted_by=by,
        drafted_at=at,
    )
    standing = roster.entries.filter(status__in=LIVE_ENTRY).order_by("position", "id")
    RosterEntry.objects.bulk_create(versions.copies(standing, made), batch_size=1000)
    workflow.record_duty(made, by=by, duty="drafting", at=at)
    audit.record(action="roster.draft", label="建立修订版名册", by=by, at=at, target=made, reason=reason)
    return made


def live_count(roster):
    """How many entries stand."""
    return roster.entries.filter(status__in=LIVE_ENTRY).count()
