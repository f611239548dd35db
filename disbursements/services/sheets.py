"""Sheets (发放表): drawing up, approving, voiding, handing out, closing."""

from django.db import transaction
from django.db.models import Max

from beneficiaries.enums import RosterStatus
from beneficiaries.models import Roster
from beneficiaries.queries.rosters import standing_version
from disbursements.enums import SheetKind, SheetStatus
from disbursements.models import Sheet, SheetLine, SheetLineItem
from disbursements.queries.payable import payables
from disbursements.rules.numbering import sheet_number
from disbursements.services.funds import earmark_refusal
from visits.models import TeamMember, Visit
from welfare import audit, masking, money, workflow
from welfare.errors import Refusal
from welfare.models import Organisation

# What somebody did on a roster that keeps her from drawing up its sheet.
NOT_PAYING = frozenset({"drafting", "submitting", "checking", "approving"})


@transaction.atomic
def draw_up(
    *, programme, organisation, kind, rosters, by, at, allocation=None, store=None, note="", replaces=None
):
    """A draft sheet of ``kind`` with one frozen line per entry of the final ``rosters``. Returns it.

    Constant number of statements. Cash and bank sheets name an ``allocation``, goods sheets a ``store``.
    Raises Refusal without sheet.draw_up, when ``by`` drafted, submitted, checked or approved one of the
    rosters, for rosters that are not final or not of this programme and organisation, and when there is
    nobody left to pay. Recipients that cannot be paid are put on it and named by ``queries.problems``;
    they block the approval. ``replaces`` is the voided sheet whose number the new version takes over.
    """
    # Two accountants at once: the second waits here, then sees which entries are taken.
    rosters = list(
        Roster.objects.select_for_update(of=("self",), no_key=True)
        .select_related("organisation", "programme")
        .filter(pk__in=[roster.pk for roster in rosters])
        .order_by("pk")
    )
    _check_draw_up(programme, organisation, kind, rosters, by)
    _check_source(programme, organisation, kind, allocation, store)
    rows = payables(rosters=rosters, kind=kind, category=allocation.category if allocation else None)
    if not rows:
        raise Refusal(_nobody_left(kind))
    sheet = Sheet.objects.create(
        organisation=organisation,
        programme=programme,
        kind=kind,
        allocation=allocation,
        store=store,
        total_amount=money.total(row.amount for row in rows),
        line_count=len(rows),
        drawn_up_by=by,
        drawn_up_at=at,
        replaces=replaces,
        **_numbered(organisation, programme.year, SheetKind(kind), replaces),
    )
    sheet.rosters.set(rosters)
    _write_lines(sheet, rows)
    workflow.record_duty(sheet, by=by, duty="paying", at=at)
    audit.record(
        action="sheet.draw_up",
        label="造发放表",
        by=by,
        at=at,
        target=sheet,
        reason=note,
        after={"lines": sheet.line_count, "total": sheet.total_amount},
    )
    return sheet


def draw_again(*, sheet, by, at):
    """A new version of a voided sheet, from its rosters as they stand now, in their newest final version.

    Raises Refusal as ``draw_up``.
    """
    if sheet.status != SheetStatus.VOIDED:
        raise Refusal("先作废原表，才能重新造表。")
    if Sheet.objects.filter(replaces=sheet).exists():
        raise Refusal("这张表已经重新造过，请在新版上办理。")
    return draw_up(
        programme=sheet.programme,
        organisation=sheet.organisation,
        kind=sheet.kind,
        rosters=[standing_version(roster) for roster in sheet.rosters.order_by("pk")],
        by=by,
        at=at,
        allocation=sheet.allocation,
        store=sheet.store,
        replaces=sheet,
    )


def approve(*, sheet, by, at, reason=""):
    """Approve: freezes total and hash, commits the fund or reserves the stock. Raises Refusal in words:

    a part in the rosters or the sheet, recipients that cannot be paid, too little money or goods.
    """
    return workflow.perform(sheet, "approve", by=by, at=at, reason=reason)


def void(*, sheet, by, at, reason):
    """Void a sheet: a draft by who draws up, an approved one by who approves, while nobody has received anything."""
    move = "discard" if sheet.status == SheetStatus.DRAFT else "void"
    return workflow.perform(sheet, move, by=by, at=at, reason=reason)


@transaction.atomic
def hand_out(*, sheet, team, by, to, at, lines=None):
    """The keeper hands cash or goods of the sheet to a team, against the name of its member ``to``.

    Without ``lines`` it is what the team visits (``lines_for``). ``team`` None is the counter: then ``to``
    keeps it to pay out there. Returns the Custody. Raises Refusal when ``to`` is not on the team or is
    the keeper herself, when a line is in other hands, and when there is nothing to hand out.
    """
    if team is not None:
        if team.programme_id != sheet.programme_id:
            raise Refusal("该慰问组不属于这个方案，不能领出。", field="team")
        if not TeamMember.objects.filter(team=team, user=to).exists():
            raise Refusal(f"{to}不是{team}的成员，不能领出（严禁替代）。", field="to")
        if to.pk == by.pk:
            raise Refusal("发出人和领取人不能是同一人。", field="to")
    elif not to.may("sheet.hand_out", sheet.organisation):
        raise Refusal(f"{to}没有在柜台发放的权限。", field="to")
    Sheet.objects.select_for_update(of=("self",)).get(
        pk=sheet.pk
    )  # two keepers: the second sees what is left
    chosen = list(
        lines_for(sheet, team) if lines is None else sheet.lines.pending().filter(pk__in=lines, custody=None)
    )
    if not chosen or (lines is not None and len(chosen) != len(set(lines))):
        raise Refusal(_nothing_to_hand_out(team))
    custodies = []
    workflow.perform(sheet, "hand_out", by=by, at=at, team=team, to=to, lines=chosen, custodies=custodies)
    return custodies[0]


def lines_for(sheet, team):
    """Pending lines in nobody's hands that a team may draw: of the entries it visits, and of those in its

    communities that no other team visits. For the counter (None): all of them.
    """
    free = sheet.lines.pending().filter(custody=None)
    if team is not None:
        visited = Visit.objects.exclude(status__in=["cancelled", "absent"]).filter(
            team__programme=sheet.programme_id
        )
        own = visited.filter(team=team, entry__isnull=False).values("entry__lineage")
        others = visited.exclude(team=team).exclude(entry=None).values("entry__lineage")
        below = free.filter(organisation__path__startswith=team.organisation.path)
        free = free.filter(lineage__in=own) | below.exclude(lineage__in=others)
    return free.order_by("position")


def send_to_bank(*, sheet, by, at):
    """A bank sheet goes to the bank: from now on its result may be recorded."""
    return workflow.perform(sheet, "send", by=by, at=at)


def close(*, sheet, by, at):
    """Close: every line received, returned or voided, and drawn = received + brought back to the fen. Else Refusal."""
    return workflow.perform(sheet, "close", by=by, at=at)


# -- checks ------------------------------------------------------------------------------------------


def _check_draw_up(programme, organisation, kind, rosters, by):
    if kind not in SheetKind.values:
        raise Refusal("没有这种发放表。", field="kind")
    if not by.may("sheet.draw_up", organisation):
        raise Refusal(f"您没有为{organisation}造表的权限。")
    if not rosters:
        raise Refusal("没有已定案的名册，不能造表。请等名册审核定案。", field="rosters")
    for roster in rosters:
        if roster.programme_id != programme.pk or not organisation.covers(roster.organisation):
            raise Refusal(f"{roster}不属于这个方案或{organisation}，不能列入本表。", field="rosters")
        if roster.status != RosterStatus.FINAL:
            raise Refusal(f"{roster}现为“{roster.get_status_display()}”，定案后才能造表。", field="rosters")
    acted = workflow.duties_of(by, rosters).filter(duty__in=NOT_PAYING).first()
    if acted:
        what = workflow.DUTY_NAMES[acted.duty]
        raise Refusal(f"您在名册上承担过{what}，不能再造表付款，请由其他财务人员办理。")


def _check_source(programme, organisation, kind, allocation, store):
    if kind == SheetKind.GOODS:
        if store is None or allocation is not None:
            raise Refusal("慰问品发放表须选库房，不选资金。", field="store")
        if not (store.organisation.covers(organisation) or organisation.covers(store.organisation)):
            raise Refusal(f"“{store}”不是{organisation}的库房。", field="store")
        return
    if allocation is None or store is not None:
        raise Refusal("请选择资金安排。", field="allocation")
    if allocation.programme_id != programme.pk:
        raise Refusal(f"“{allocation}”不是为本方案安排的资金（专款专用）。", field="allocation")
    no = earmark_refusal(allocation.fund, programme)
    if no:
        raise Refusal(no, field="allocation")


def _nobody_left(kind):
    what = {"cash": "领取现金", "bank": "领取一卡通", "goods": "领取慰问品"}[kind]
    return f"所选名册中没有还需{what}的对象：可能都已在其他发放表上，或选了别的领取方式。"


def _nothing_to_hand_out(team):
    whom = f"{team}要走访的对象" if team else "柜台"
    return f"没有{whom}可领出的款物：可能已经领出，或分给了其他慰问组。请刷新后再看。"


# -- writing -----------------------------------------------------------------------------------------


def _numbered(organisation, year, kind, replaces):
    """The next number of the organisation, year and kind; or the replaced sheet's with the next version."""
    if replaces is not None:
        return {
            "year": replaces.year,
            "sequence": replaces.sequence,
            "number": replaces.number,
            "version": replaces.version + 1,
        }
    # One drawer at a time per organisation, so that two sheets cannot take one number.
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    same = Sheet.objects.filter(organisation=organisation, year=year, kind=kind)
    sequence = (same.aggregate(last=Max("sequence"))["last"] or 0) + 1
    return {
        "year": year,
        "sequence": sequence,
        "number": sheet_number(organisation, year, kind.word, sequence),
    }


def _write_lines(sheet, rows):
    lines = SheetLine.objects.bulk_create(
        _line(sheet, position, row) for position, row in enumerate(rows, start=1)
    )
    SheetLineItem.objects.bulk_create(
        SheetLineItem(line=line, item=part.item, quantity=part.quantity, unit_price=part.unit_price)
        for line, row in zip(lines, rows, strict=True)
        for part in row.goods
    )


def _line(sheet, position, row):
    entry, person, card = row.entry, row.recipient, row.card
    organisation = entry.roster.organisation
    number = (person.id_number if person else "") or ""
    return SheetLine(
        sheet=sheet,
        entry=entry,
        lineage=entry.lineage,
        organisation=organisation,
        is_goods=sheet.is_goods,
        position=position,
        recipient=person,
        name=_name(entry, person),
        id_last_four=masking.last_four(number),
        id_number=number if sheet.is_bank and number else None,
        village=str(organisation),
        group_name=_group(entry, person),
        category_name=entry.category.name,
        amount=row.amount,
        bank_name=card.bank_name if card else "",
        bank_card=card.number if card else None,
        bank_last_four=card.number[-4:] if card else "",
    )


def _name(entry, person):
    if person is not None:
        return person.name
    if entry.institution is not None:
        return entry.institution.contact_name or entry.institution.name
    return f"{entry.household.number}户"


def _group(entry, person):
    household = entry.household or (person.household if person else None)
    return household.group_name if household else ""
