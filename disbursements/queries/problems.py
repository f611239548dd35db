"""What is wrong with a sheet before money moves: read anew each time, in a constant number of statements."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from beneficiaries.enums import EntryStatus
from beneficiaries.models import BankAccount, RosterEntry
from disbursements.enums import LineStatus
from disbursements.models import SheetLine


@dataclass(frozen=True)
class Problem:
    """One line that blocks approval, with the sentence that names it and the remedy."""

    position: int
    name: str
    text: str

    def __str__(self):
        return f"第{self.position}行 {self.name}：{self.text}"


def problems(sheet):
    """The ``Problem``s of a sheet's pending lines, in the order of its lines; empty when it may be approved."""
    lines = list(
        sheet.lines.filter(status=LineStatus.PENDING)
        .select_related("recipient", "entry__category")
        .defer("id_number", "recipient__id_number", "recipient__phone")
        .order_by("position")
    )
    twice = _recipients_twice(sheet, lines)
    revised = _revised(lines)
    cards = _cards(lines) if sheet.is_bank else None
    return [
        Problem(line.position, line.name, text)
        for line in lines
        if (
            text := _of_person(line)
            or revised.get(line.pk)
            or twice.get(line.pk)
            or (_of_card(line, cards) if cards else None)
        )
    ]


def _of_person(line):
    if line.recipient is None:
        if line.entry.institution_id:
            return None
        return "没有在世且在册的户主，无法确定领取人。请先在登记中明确户主，再重新造表。"
    if line.recipient.died_on:
        return f"已于{line.recipient.died_on:%Y年%m月%d日}登记去世，不能发放。请重新造表或作废此行。"
    if line.recipient.left_on:
        return f"已于{line.recipient.left_on:%Y年%m月%d日}登记迁出，不能发放。请核实后重新造表。"
    return None


def _revised(lines):
    """{line_id: sentence} for lines drawn up from a version of a roster that another has superseded since."""
    old = [line for line in lines if line.entry.status == EntryStatus.SUPERSEDED]
    if not old:
        return {}
    standing = RosterEntry.objects.filter(
        lineage__in=[line.lineage for line in old], status=EntryStatus.FINAL
    ).select_related("category")
    now = {entry.lineage: entry for entry in standing.order_by("pk")}
    found = {}
    for line in old:
        entry = now.get(line.lineage)
        if entry is None:
            found[line.pk] = "修订后的名册已不列入。请作废本表后重新造表。"
        elif (entry.category_id, entry.family_size) != (line.entry.category_id, line.entry.family_size):
            found[line.pk] = f"修订后的名册已改为“{entry.category}”。请作废本表后重新造表。"
    return found


def _recipients_twice(sheet, lines):
    """{line_id: sentence} for recipients who stand on two live lines of the programme, one of them not combinable."""
    people = [line.recipient_id for line in lines if line.recipient_id]
    others = (
        SheetLine.objects.live()
        .filter(recipient__in=people, is_goods=sheet.is_goods, sheet__programme=sheet.programme_id)
        .values_list("recipient_id", "sheet__number", "position", "entry__category__is_combinable", "pk")
        .order_by("pk")
    )
    places = defaultdict(list)
    for recipient, number, position, is_combinable, pk in others:
        places[recipient].append((number, position, is_combinable, pk))
    found = {}
    for line in lines:
        double = [place for place in places[line.recipient_id] if place[3] != line.pk]
        if double and not (line.entry.category.is_combinable and all(place[2] for place in double)):
            number, position = double[0][:2]
            found[line.pk] = f"与{number}第{position}行是同一领取人，同一方案不得重复发放。请保留一处。"
    return found


class _cards:
    """The cards of a bank sheet's lines: which are missing, changed since, or shared."""

    def __init__(self, lines):
        people = [line.recipient_id for line in lines if line.recipient_id]
        accounts = BankAccount.objects.filter(person__in=people, is_current=True).order_by("pk")
        self.current = {account.person_id: account for account in accounts}
        self.uses = Counter(line.bank_card for line in lines if line.bank_card)


def _of_card(line, cards):
    if not line.bank_card:
        return "没有登记银行卡。请先登记一卡通，或把领取方式改为现金后重新造表。"
    if not line.id_number:
        return "没有登记身份证号，银行无法代发。请先补登身份证号，再重新造表。"
    if cards.uses[line.bank_card] > 1:
        return f"银行卡（尾号{line.bank_last_four}）在本表出现多次。一卡只能发给持卡人本人，请核实。"
    current = cards.current.get(line.recipient_id)
    if current is None or current.number != line.bank_card:
        return "造表后银行卡已变更。请重新造表。"
    return None
