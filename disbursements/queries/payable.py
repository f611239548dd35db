"""Who is to be paid: final entries not on a live sheet yet, their recipients and cards. Constant number of statements."""

from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef

from beneficiaries.enums import EntryStatus, PaymentMode, RosterStatus
from beneficiaries.models import BankAccount, Person, RosterEntry
from beneficiaries.queries.standards import entitlements
from disbursements.enums import SheetKind
from disbursements.models import SheetLine

MODE_OF = {SheetKind.CASH: PaymentMode.CASH, SheetKind.BANK: PaymentMode.BANK}


@dataclass(frozen=True)
class Payable:
    """One entry with what it gets on a sheet of the asked kind, and who receives it (None: nobody found)."""

    entry: RosterEntry
    recipient: Person | None
    amount: object = 0
    goods: tuple = ()
    card: BankAccount | None = field(default=None)


def payables(*, rosters, kind, category=None):
    """The list of ``Payable`` of final rosters for a sheet of ``kind``, in the order of communities and entries.

    Cash and bank sheets take the entries of that payment mode; goods sheets all that have goods.
    ``category`` narrows to what an earmarked allocation may pay. Entries on a live sheet are left out.
    """
    entries = list(_entries(rosters, kind, category))
    gets = entitlements(entries)
    heads = heads_of([entry.household_id for entry in entries if entry.household_id])
    recipients = {entry.pk: entry.person or heads.get(entry.household_id) for entry in entries}
    cards = (
        current_cards([person.pk for person in recipients.values() if person])
        if kind == SheetKind.BANK
        else {}
    )
    found = []
    for entry in entries:
        person, share = recipients[entry.pk], gets[entry.pk]
        if kind == SheetKind.GOODS and share.goods:
            found.append(Payable(entry, person, goods=share.goods))
        elif kind != SheetKind.GOODS and share.cash:
            found.append(
                Payable(entry, person, amount=share.cash, card=cards.get(person.pk) if person else None)
            )
    return found


def waiting(programme, organisation):
    """{kind: number of final entries not on a live sheet yet} below an organisation, for the draw-up page."""
    rosters = programme.rosters.filter(
        status=RosterStatus.FINAL, organisation__path__startswith=organisation.path
    )
    return {kind: _entries(rosters, kind, None).count() for kind in SheetKind}


def heads_of(household_ids):
    """{household_id: its present head} in one statement."""
    people = Person.objects.present().filter(household__in=household_ids, relation="head")
    return {person.household_id: person for person in people.order_by("pk")}


def current_cards(person_ids):
    """{person_id: the card in use} in one statement."""
    accounts = BankAccount.objects.filter(person__in=person_ids, is_current=True)
    return {account.person_id: account for account in accounts.order_by("pk")}


def _entries(rosters, kind, category):
    is_goods = kind == SheetKind.GOODS
    # By lineage: what stands on a sheet from an earlier version of the roster is not paid once more.
    on_live = SheetLine.objects.live().filter(lineage=OuterRef("lineage"), is_goods=is_goods)
    entries = RosterEntry.objects.filter(
        roster__in=rosters, roster__status=RosterStatus.FINAL, status=EntryStatus.FINAL
    ).exclude(Exists(on_live))
    if not is_goods:
        entries = entries.filter(payment_mode=MODE_OF[SheetKind(kind)])
    if category is not None:
        entries = entries.filter(category=category)
    return entries.select_related(
        "category", "household", "person", "institution", "roster__organisation"
    ).order_by("roster__organisation__path", "position", "pk")
