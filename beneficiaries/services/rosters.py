"""名册: drafting it, starting it, and taking it on or back along its procedure."""

from django.db import IntegrityError, transaction
from django.db.models import Max

from beneficiaries.enums import (
    LIVE_ENTRY,
    EntryOrigin,
    PaymentMode,
    ProgrammeStatus,
    RosterStatus,
    Unit,
)
from beneficiaries.models import Household, Roster, RosterEntry
from beneficiaries.queries import rosters as queries
from beneficiaries.services import listing, screening
from beneficiaries.workflows.rosters import RETURN_AT
from welfare import audit, dates, workflow
from welfare.errors import Refusal

UNIT_NAMES = {Unit.HOUSEHOLD: "户", Unit.PERSON: "人员", Unit.INSTITUTION: "单位"}


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


@transaction.atomic
def fill_from_screening(*, roster, by, at):
    """List those whom the programme's conditions propose, by precedence and need, within every quota.

    Who is already listed in this programme or its exclusion group is passed over. Returns the new
    entries (a queryset); each carries the conditions in words as its ``explanation``. Raises Refusal when somebody
    was listed elsewhere at the same moment; then nobody is.
    """
    workflow.perform(roster, "revise", by=by, at=at, reason="按条件筛选列入")
    proposals = screening.propose(
        programme=roster.programme, organisation=roster.organisation, on=dates.today(at)
    )
    chosen = _within_quota(roster, proposals)
    screening.read_together(chosen)
    position = _last_position(roster)
    try:
        with transaction.atomic():
            listing.insert(roster=roster, proposals=chosen, after=position, by=by, at=at)
    except IntegrityError:
        raise Refusal("有对象刚刚被列入别的名册，请重新筛选。") from None
    new = roster.entries.filter(position__gt=position, origin=EntryOrigin.SCREENING)
    return new.order_by("position")


def _within_quota(roster, proposals):
    """The proposals for which every quota that binds them has a place left."""
    left = [[category, count - used] for _what, category, count, used in queries.places(roster)]
    chosen = []
    for proposal in proposals:
        binding = [place for place in left if place[0] in (None, proposal.category.pk)]
        if any(place[1] <= 0 for place in binding):
            continue
        for place in binding:
            place[1] -= 1
        chosen.append(proposal)
    return chosen


def _last_position(roster):
    return roster.entries.aggregate(last=Max("position"))["last"] or 0


@transaction.atomic
def add_entry(
    *,
    roster,
    category,
    origin,
    by,
    at,
    household=None,
    person=None,
    institution=None,
    reason="",
    payment_mode=PaymentMode.CASH,
):
    """List one household, person or institution, by nomination, application or from above. Returns the entry.

    Raises Refusal when the category is not of this programme or asks for another unit, when the
    beneficiary belongs elsewhere or is already listed (in this programme or its exclusion group),
    when a nomination gives no reason, or when card payment is chosen without a card.
    """
    beneficiary = household or person or institution
    reason = reason.strip()
    _refuse_misfit(roster, category, household, person, institution)
    if origin != EntryOrigin.SCREENING and not reason:
        raise Refusal("请写明列入理由。", field="reason")
    workflow.perform(roster, "revise", by=by, at=at, reason=f"列入{_name(beneficiary)}：{reason}")
    no = queries.duplicate_refusal(
        programme=roster.programme,
        category=category,
        household=household,
        person=person,
        institution=institution,
    )
    if no:
        raise Refusal(f"{_name(beneficiary)}{no}")
    home = household.pk if household else person.household_id if person else None
    explanation, tried = screening.account(category=category, beneficiary=beneficiary, on=dates.today(at))
    entry = RosterEntry(
        roster=roster,
        programme=roster.programme,
        category=category,
        household=household,
        person=person,
        institution=institution,
        position=_last_position(roster) + 1,
        origin=origin,
        reason=reason,
        explanation=explanation,
        tried=tried,
        family_size=queries.family_sizes([home], roster.programme.family_rule)[home] if home else 1,
        payment_mode=payment_mode,
        added_by=by,
        added_at=at,
    )
    _refuse_card_without_account(entry, payment_mode)
    try:
        with transaction.atomic():
            entry.save()
    except IntegrityError:
        raise Refusal(f"{_name(beneficiary)}已在本方案的名册中，不能重复列入。") from None
    return entry


def _name(beneficiary):
    """张大明（户主，TH0001）, or the name of the person or institution."""
    if isinstance(beneficiary, Household):
        return f"{beneficiary.head or '无户主'}（{beneficiary.number}）"
    return str(beneficiary)


def _refuse_misfit(roster, category, household, person, institution):
    given = [unit for unit in (household, person, institution) if unit is not None]
    if len(given) != 1:
        raise Refusal("请选择一户、一人或一个单位。")
    if category.programme_id != roster.programme_id:
        raise Refusal("所选类别不属于本方案。", field="category")
    asked = {Unit.HOUSEHOLD: household, Unit.PERSON: person, Unit.INSTITUTION: institution}[
        Unit(category.unit)
    ]
    if asked is None:
        raise Refusal(
            f"类别“{category}”以{UNIT_NAMES[Unit(category.unit)]}为对象，请重新选择。", field="category"
        )
    home = person.household if person else household or institution
    if not roster.organisation.covers(home.organisation):
        raise Refusal(f"{_name(given[0])}属于{home.organisation}，不能列入{roster.organisation}的名册。")


@transaction.atomic
def withdraw_entry(*, entry, by, at, reason):
    """Take an entry off a roster in drafting, with a reason. Returns the entry; its number stays unused."""
    Roster.objects.select_for_update(of=("self",)).get(pk=entry.roster_id)
    return workflow.perform(entry, "withdraw", by=by, at=at, reason=reason)


@transaction.atomic
def choose_payment(*, entry, mode, by, at):
    """Cash, or the recipient's own card. Raises Refusal without a card in use, or once the roster is final."""
    roster = Roster.objects.select_for_update(of=("self",)).get(pk=entry.roster_id)
    if not by.may("roster.draft", roster.organisation):
        raise workflow.Refused("您没有选择领取方式的权限。", kind="permission")
    if roster.status in (RosterStatus.FINAL, RosterStatus.CANCELLED):
        raise Refusal(f"名册{roster.get_status_display()}，领取方式不能再改。")
    _refuse_card_without_account(entry, mode)
    before, entry.payment_mode = entry.payment_mode, PaymentMode(mode)
    entry.save(update_fields=["payment_mode"])
    audit.record(
        action="roster_entry.choose_payment",
        label="选择领取方式",
        by=by,
        at=at,
        target=entry,
        before={"payment_mode": before},
        after={"payment_mode": entry.payment_mode},
    )
    return entry


def _refuse_card_without_account(entry, mode):
    if mode == PaymentMode.BANK and not queries.has_card(entry):
        who = queries.recipient(entry) or entry
        raise Refusal(f"{who}没有登记在用的银行卡，请先在户档案中登记，或选择现金。", field="mode")


# -- along the procedure ------------------------------------------------------------------------------


def start(*, roster, by, at):
    """Send the roster on its way: needs an entry at least, within quota. Stands at the first step."""
    return workflow.perform(roster, "start", by=by, at=at)


def submit(*, roster, by, at, reason=""):
    """The responsible person answers for the roster; not its drafter."""
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


@transaction.atomic
def strike(*, entry, by, at, reason):
    """不予列入 one entry at a review step, with a reason that is kept as a decision."""
    Roster.objects.select_for_update(of=("self",)).get(pk=entry.roster_id)
    return workflow.perform(entry, "strike", by=by, at=at, reason=reason)


def cancel(*, roster, by, at, reason):
    """Give up a roster in drafting; its entries are set free for another."""
    return workflow.perform(roster, "cancel", by=by, at=at, reason=reason)


def live_count(roster):
    """How many entries stand."""
    return roster.entries.filter(status__in=LIVE_ENTRY).count()
