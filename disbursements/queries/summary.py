"""What a programme has given, added up from the lines of its sheets and their receipts, never from the plan."""

from collections import defaultdict
from dataclasses import dataclass, fields
from decimal import Decimal

from django.db.models import Count, Exists, F, OuterRef, Q, Sum

from beneficiaries.models import AidCategory, RosterEntry
from disbursements.enums import COMMITTED_SHEET, LIVE_LINE, LineStatus, SheetKind
from disbursements.models import Allocation, Sheet, SheetLine, SheetLineItem
from welfare import money
from welfare.models import Organisation

NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Figures:
    """Counts and sums of one group (a category, a community, both, or all).

    ``entries`` stand on live lines of approved sheets; ``waiting`` of them have something still to come.
    Households, institutions and persons (family members) are those who received something; money and
    goods are what was received, ``planned_cash`` what the sheets hold.
    """

    entries: int = 0
    waiting: int = 0
    households: int = 0
    institutions: int = 0
    persons: int = 0
    planned_cash: Decimal = NOTHING
    cash: Decimal = NOTHING
    by_card: Decimal = NOTHING
    goods_value: Decimal = NOTHING

    def __add__(self, other):
        return Figures(
            **{part.name: getattr(self, part.name) + getattr(other, part.name) for part in fields(self)}
        )

    @property
    def value(self):
        """Money and goods received."""
        return self.cash + self.goods_value


@dataclass(frozen=True)
class Cell:
    """One community and category. ``goods`` is what was received: {item_id: quantity}."""

    organisation: Organisation
    category: AidCategory
    figures: Figures
    goods: dict


@dataclass(frozen=True)
class Group:
    """A community or a category with its figures. ``of`` is the one or the other."""

    of: object
    figures: Figures


@dataclass(frozen=True)
class GoodsFigures:
    """One item: how much the sheets hold, and how much of it was received."""

    item_id: int
    name: str
    unit: str
    planned: Decimal
    received: Decimal
    value: Decimal


@dataclass(frozen=True)
class Summary:
    """The summary of a programme: its cells, and the same by category, by community, in all, and by item."""

    programme: object
    totals: Figures
    cells: list
    by_category: list
    by_organisation: list
    goods_by_item: list
    funds: list
    sheets: list


def summary(programme, user=None):
    """The ``Summary`` of a programme; narrowed to what ``user`` sees, when given. A constant number of statements."""
    lines = SheetLine.objects.filter(sheet__programme=programme, sheet__status__in=COMMITTED_SHEET)
    if user is not None:
        lines = lines.visible_to(user, "report.view")
    live = lines.filter(status__in=LIVE_LINE)
    cells = _cells(live)
    return Summary(
        programme=programme,
        totals=sum((cell.figures for cell in cells), Figures()),
        cells=cells,
        by_category=_groups(cells, "category"),
        by_organisation=_groups(cells, "organisation"),
        goods_by_item=_goods_by_item(live),
        funds=list(
            _scoped(Allocation.objects, programme, user).select_related("fund", "category").order_by("pk")
        ),
        sheets=list(
            _scoped(Sheet.objects.filter(status__in=COMMITTED_SHEET), programme, user)
            .select_related("organisation")
            .with_received_count()
            .order_by("pk")
        ),
    )


def _scoped(rows, programme, user):
    rows = rows.filter(programme=programme)
    return rows if user is None else rows.visible_to(user, "report.view")


def _cells(live):
    found = defaultdict(dict)
    goods = defaultdict(dict)
    for row in _entries(live):
        found[row.pop("roster__organisation"), row.pop("category")] |= row
    for row in _money(live):
        found[row.pop("organisation"), row.pop("entry__category")] |= row
    for row in _goods(live.received()):
        key = row["line__organisation"], row["line__entry__category"]
        goods[key][row["item"]] = row["received"]
        found[key]["goods_value"] = found[key].get("goods_value", NOTHING) + money.yuan(row["value"])
    organisations = Organisation.objects.in_bulk({key[0] for key in found})
    categories = AidCategory.objects.in_bulk({key[1] for key in found})
    cells = [
        Cell(organisations[organisation], categories[category], _figures(row), goods[organisation, category])
        for (organisation, category), row in found.items()
    ]
    return sorted(cells, key=lambda cell: (cell.organisation.path, cell.category.precedence))


def _figures(row):
    row["persons"] = (row["persons"] or 0) + row.pop("single")
    return Figures(**{name: value for name, value in row.items() if value is not None})


def _groups(cells, part):
    figures, of = defaultdict(Figures), {}
    for cell in cells:
        one = getattr(cell, part)
        of[one.pk] = one
        figures[one.pk] += cell.figures
    order = (lambda one: one.precedence) if part == "category" else (lambda one: one.path)
    return [Group(one, figures[one.pk]) for one in sorted(of.values(), key=order)]


def _entries(live):
    mine = live.filter(entry=OuterRef("pk"))
    helped = Q(is_helped=True)
    return (
        RosterEntry.objects.filter(Exists(mine))
        .annotate(is_open=Exists(mine.pending()), is_helped=Exists(mine.received()))
        .order_by()
        .values("roster__organisation", "category")
        .annotate(
            entries=Count("pk"),
            waiting=Count("pk", filter=Q(is_open=True)),
            households=Count("pk", filter=helped & Q(household__isnull=False)),
            institutions=Count("pk", filter=helped & Q(institution__isnull=False)),
            persons=Sum("family_size", filter=helped & Q(household__isnull=False)),
            single=Count("pk", filter=helped & Q(person__isnull=False)),
        )
        .order_by("roster__organisation", "category")
    )


def _money(live):
    received = Q(status=LineStatus.RECEIVED)
    return (
        live.order_by("organisation", "entry__category")
        .values("organisation", "entry__category")
        .annotate(
            planned_cash=Sum("amount"),
            cash=Sum("amount", filter=received),
            by_card=Sum("amount", filter=received & Q(sheet__kind=SheetKind.BANK)),
        )
    )


def _goods(received):
    return (
        SheetLineItem.objects.filter(line__in=received)
        .order_by("line__organisation", "line__entry__category", "item")
        .values("line__organisation", "line__entry__category", "item")
        .annotate(received=Sum("quantity"), value=Sum(F("quantity") * F("unit_price")))
    )


def _goods_by_item(live):
    received = Q(line__status=LineStatus.RECEIVED)
    rows = (
        SheetLineItem.objects.filter(line__in=live)
        .order_by("item_id")
        .values("item_id", "item__name", "item__unit")
        .annotate(
            planned=Sum("quantity"),
            received=Sum("quantity", filter=received),
            value=Sum(F("quantity") * F("unit_price"), filter=received),
        )
    )
    return [
        GoodsFigures(
            item_id=row["item_id"],
            name=row["item__name"],
            unit=row["item__unit"],
            planned=row["planned"],
            received=row["received"] or NOTHING,
            value=money.yuan(row["value"] or 0),
        )
        for row in rows
    ]
