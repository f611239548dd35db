"""慰问对象: listing them by screening, by hand or from above, taking them off, choosing how they are paid."""

from collections import Counter

from django.db import IntegrityError, transaction
from django.db.models import Max

from beneficiaries.enums import EntryOrigin, PaymentMode, RosterStatus, Unit
from beneficiaries.models import Household, Institution, Person, Roster, RosterEntry
from beneficiaries.queries import belonging, exclusions
from beneficiaries.queries import rosters as queries
from beneficiaries.services import listing, screening
from welfare import audit, dates, workflow
from welfare.errors import Refusal

UNIT_NAMES = {Unit.HOUSEHOLD: "户", Unit.PERSON: "人员", Unit.INSTITUTION: "单位"}


# -- by screening -------------------------------------------------------------------------------------


@transaction.atomic
def fill_from_screening(*, roster, by, at):
    """List those whom the programme's conditions propose, by precedence and need, within every quota.

    Whom ``queries.exclusions`` leaves out is passed over, also when that came about at this moment: the
    families are locked and asked once more. Returns the new entries; each carries the conditions in words
    as its ``explanation`` (a queryset). A constant number of statements, however many they are.
    """
    workflow.perform(roster, "revise", by=by, at=at, reason="按条件筛选列入")
    proposals = screening.propose(
        programme=roster.programme, organisation=roster.organisation, on=dates.today(at)
    )
    chosen = within_quota(roster, proposals)
    position = last_position(roster)
    free = _still_free(roster, chosen)
    screening.read_together(free)
    try:
        with transaction.atomic():
            listing.insert(roster=roster, proposals=free, after=position, by=by, at=at)
    except IntegrityError:
        raise Refusal("有对象刚刚被列入别的名册，请重新筛选。") from None
    new = roster.entries.filter(position__gt=position, origin=EntryOrigin.SCREENING)
    return new.order_by("position")


def _still_free(roster, chosen):
    """The proposals that may be listed now that nobody else can list their families."""
    homes = {screening.home_id(proposal) for proposal in chosen} - {None}
    institutions = [proposal.institution.pk for proposal in chosen if proposal.institution]
    exclusions.hold(homes=homes, institutions=institutions)
    ground = exclusions.ground(roster.programme, homes=homes, institutions=institutions)
    capped = homes if ground.categories else ()  # the size of a family matters to caps alone
    sizes = queries.family_sizes(capped, roster.programme.family_rule)
    free, families = [], Counter(exclusions.home_of(**proposal.who) for proposal in chosen)
    for proposal in chosen:
        home = exclusions.home_of(**proposal.who)
        if families[home] == 1 and ground.has_nothing_on(home):
            free.append(proposal)
            continue
        size = sizes.get(screening.home_id(proposal), 1)
        candidate = ground.candidate(proposal.category, family_size=size, **proposal.who)
        if not ground.verdict(candidate, home).refusal:
            ground.accept(candidate, home)
            free.append(proposal)
    return free


def within_quota(roster, proposals):
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


def last_position(roster):
    """The highest number given on the roster; numbers of entries taken off stay unused."""
    return roster.entries.aggregate(last=Max("position"))["last"] or 0


# -- by hand ------------------------------------------------------------------------------------------


@transaction.atomic
def add(
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
    evidence_named="",
    exception_reason="",
    payment_mode=PaymentMode.CASH,
):
    """List one household, person or institution, by nomination or application. Returns the entry.

    An application names the papers it came with. Raises Refusal when the category is not of this programme
    or asks for another unit, when the beneficiary is not on file here, gone, or left out by
    ``queries.exclusions`` (in principle only: without an ``exception_reason``), when no reason is given, or
    when card payment is chosen without a card.
    """
    if origin == EntryOrigin.ASSIGNED:
        raise Refusal("上级指定的对象由上级机构下达，请选择其他来源。", field="origin")
    if origin == EntryOrigin.APPLICATION and not evidence_named.strip():
        raise Refusal("本人申请的，请写明随申请提交的材料。", field="evidence_named")
    beneficiary = {"household": household, "person": person, "institution": institution}
    entry = _entry(roster, category, beneficiary, origin, reason, by, at)
    entry.evidence_named, entry.payment_mode = evidence_named.strip()[:300], payment_mode
    said = f"列入{name_of(entry.beneficiary)}：{entry.reason}"
    workflow.perform(roster, "revise", by=by, at=at, reason=said)
    return _enter(entry, exception_reason, by, at)


@transaction.atomic
def assign(
    *,
    roster,
    category,
    assigned_by,
    reason,
    by,
    at,
    household=None,
    person=None,
    institution=None,
    exception_reason="",
):
    """Hand a must-visit down to a roster in drafting, in the name of ``assigned_by``, an organisation above it.

    Only somebody of that organisation or above may take the entry off again. Returns the entry. Raises
    Refusal as ``add`` does, and when ``assigned_by`` is not above the roster or ``by`` may not act for it.
    """
    refuse_to_assign(roster.organisation, assigned_by, by)
    beneficiary = {"household": household, "person": person, "institution": institution}
    entry = _entry(roster, category, beneficiary, EntryOrigin.ASSIGNED, reason, by, at)
    entry.assigned_by = assigned_by
    said = f"{assigned_by}指定{name_of(entry.beneficiary)}：{entry.reason}"
    workflow.perform(roster, "assign", by=by, at=at, reason=said)
    return _enter(entry, exception_reason, by, at)


def refuse_to_assign(organisation, assigned_by, by):
    """Raise Refusal unless ``by`` may hand people down to ``organisation`` in the name of ``assigned_by``."""
    if assigned_by == organisation or not assigned_by.covers(organisation):
        raise Refusal(f"{assigned_by}不是{organisation}的上级，不能下达对象。", field="assigned_by")
    if not by.may("roster.assign", assigned_by):
        raise workflow.Refused(f"您没有以{assigned_by}名义下达对象的权限。", kind="permission")


def _entry(roster, category, beneficiary, origin, reason, by, at):
    """An unsaved entry, or Refusal for what needs no lock to be seen."""
    refuse_misfit(roster, category, dates.today(at), **beneficiary)
    if not reason.strip():
        raise Refusal("请写明列入理由。", field="reason")
    return RosterEntry(
        roster=roster,
        programme=roster.programme,
        category=category,
        **beneficiary,
        origin=origin,
        reason=reason.strip(),
        added_by=by,
        added_at=at,
    )


def _enter(entry, exception_reason, by, at):
    """Save an entry under the locks of its roster and family, unless it is left out."""
    beneficiary = {unit.value: getattr(entry, unit.value) for unit in Unit}
    kind, pk = exclusions.home_of(**beneficiary)
    exclusions.hold(**exclusions.ids_of((kind, pk)))
    entry.family_size = (
        queries.family_sizes([pk], entry.programme.family_rule)[pk] if kind == "household" else 1
    )
    said = exclusions.refusal(
        entry.programme, entry.category, viewer=by, family_size=entry.family_size, **beneficiary
    )
    who = name_of(entry.beneficiary)
    if said.refusal:
        raise Refusal(
            f"{who}{said.refusal}" if said.refusal.startswith("已列入") else f"{who}：{said.refusal}"
        )
    if said.caution and not exception_reason.strip():
        raise Refusal(f"{who}：{said.caution}确需列入的，请写明仍列入的理由。", field="exception_reason")
    entry.exception_reason = exception_reason.strip()[:200] if said.caution else ""
    entry.position = last_position(entry.roster) + 1
    entry.explanation, entry.tried = screening.account(
        category=entry.category, beneficiary=entry.beneficiary, on=dates.today(at)
    )
    _refuse_card_without_account(entry, entry.payment_mode)
    try:
        with transaction.atomic():
            entry.save()
    except IntegrityError:
        raise Refusal(f"{who}已在本方案的名册中，不能重复列入。") from None
    return entry


def name_of(beneficiary):
    """张大明（TH0001）, or the name of the person or institution."""
    if isinstance(beneficiary, Household):
        return f"{beneficiary.head or '无户主'}（{beneficiary.number}）"
    return str(beneficiary)


def refuse_misfit(roster, category, on, household=None, person=None, institution=None):
    """Raise Refusal unless exactly one is given, of the category's unit, belonging to the roster's organisation, and there."""
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
    if not belonging.belongs(
        roster.organisation, on, household=household, person=person, institution=institution
    ):
        raise Refusal(_stranger(roster.organisation, given[0]))
    if gone := why_gone(given[0]):
        raise Refusal(f"{name_of(given[0])}{gone}，不能列入。")


def _stranger(organisation, beneficiary):
    """Why somebody on file elsewhere may not stand on its roster, and where people of its own have to be registered first."""
    if isinstance(beneficiary, Institution) or organisation.line not in belonging.EVERY_LINE:
        home = beneficiary.household if isinstance(beneficiary, Person) else beneficiary
        return f"{name_of(beneficiary)}属于{home.organisation}，不能列入{organisation}的名册。"
    lacks = "不" if isinstance(beneficiary, Person) else "没有人"
    return (
        f"{name_of(beneficiary)}{lacks}在{organisation}的在职或在校登记中，不能列入其名册。"
        "请先由户籍所在村(社区)办理在职/在校登记。"
    )


def why_gone(beneficiary):
    """已去世, 已迁出, 已归档: why somebody on file can no longer be listed; "" for who can."""
    if isinstance(beneficiary, Person):
        home = beneficiary.household
        return (
            "已去世" if beneficiary.died_on else "已迁出" if beneficiary.left_on or home.is_archived else ""
        )
    return "的档案已归档" if beneficiary.is_archived else ""


# -- afterwards ---------------------------------------------------------------------------------------


@transaction.atomic
def withdraw(*, entry, by, at, reason):
    """Take an entry off a roster in drafting, with a reason. Returns the entry; its number stays unused.

    One that was handed down is taken off by the organisation that sent it, or above (Refusal).
    """
    Roster.objects.select_for_update(of=("self",)).get(pk=entry.roster_id)
    return workflow.perform(entry, "withdraw", by=by, at=at, reason=reason)


@transaction.atomic
def recall(*, entry, by, at, reason):
    """Take a must-visit back, at the organisation that sent it or above, while its roster is in drafting."""
    Roster.objects.select_for_update(of=("self",)).get(pk=entry.roster_id)
    return workflow.perform(entry, "recall", by=by, at=at, reason=reason)


@transaction.atomic
def strike(*, entry, by, at, reason):
    """不予列入 one entry at a review step, with a reason that is kept as a decision; a must-visit not below its sender."""
    Roster.objects.select_for_update(of=("self",)).get(pk=entry.roster_id)
    return workflow.perform(entry, "strike", by=by, at=at, reason=reason)


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
