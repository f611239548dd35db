"""A framework programme (总体方案) over its children: totals of each, coverage, who is listed in more than one.

Of a revised roster one version counts, the one in force. Constant numbers of statements. Names are shown of those
alone whom the reader may see; the rest is counted.
"""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce

from beneficiaries.enums import LIVE_ENTRY, HelpState, RosterStatus, Unit
from beneficiaries.models import (
    AidCategory,
    HelpGiven,
    Household,
    Institution,
    Programme,
    Roster,
    RosterEntry,
)
from beneficiaries.queries import framework_check
from beneficiaries.queries.standards import linked
from beneficiaries.rules.standards import entitlement
from welfare.enums import Level
from welfare.models import Organisation

MOST_SHOWN = 50
SUMMED = ("rosters", "final", "entries", "households", "institutions", "persons", "cash", "goods", "received")
# Whoever of a household is listed, the household is: as ``rules.exclusions`` holds across the programmes of a group.
HOME = Coalesce("household", "person__household")


@dataclass
class Child:
    """One child programme: its rosters, who is listed, what that amounts to, what was received."""

    programme: Programme
    rosters: int = 0
    final: int = 0
    entries: int = 0
    households: int = 0
    institutions: int = 0
    persons: int = 0
    cash: Decimal = Decimal("0.00")
    goods: Decimal = Decimal("0.00")
    received: Decimal = Decimal("0.00")
    communities: int = 0
    covered: int = 0

    @property
    def value(self):
        return self.cash + self.goods


@dataclass(frozen=True)
class Twice:
    """A household or institution listed in several children: ``who`` and ``where`` are empty outside the reader's scope."""

    who: str
    where: str
    url_id: int | None
    programmes: tuple


@dataclass(frozen=True)
class Overview:
    """What the programme page shows of a framework. ``lines``: see ``framework_check.lines``."""

    children: list
    total: Child
    lines: list | None
    twice: list
    twice_count: int
    hidden_count: int


def overview(programme, user):
    """The Overview of the children of ``programme`` that the user may see; None when it has none.

    A child put under one version of the framework stays its child under the next.
    """
    children = list(
        Programme.objects.visible_to(user)
        .of_framework(programme)
        .select_related("organiser")
        .order_by("code", "-version")
    )
    if not children:
        return None
    found = {one.pk: Child(one) for one in children}
    _count_rosters(found)
    _count_entries(found)
    _count_received(found)
    _count_covered(found)
    total = Child(programme)
    for one in found.values():
        for name in SUMMED:
            setattr(total, name, getattr(total, name) + getattr(one, name))
    shown, count, hidden = _twice(found, user)
    lines = framework_check.lines(programme, list(found.values()), total)
    return Overview(list(found.values()), total, lines, shown, count, hidden)


def _count_rosters(found):
    rows = (
        Roster.objects.filter(programme__in=found, holds_place=True)
        .exclude(status__in=[RosterStatus.CANCELLED, RosterStatus.SUPERSEDED])
        .order_by()
        .values("programme")
        .annotate(number=Count("pk"), final=Count("pk", filter=Q(status=RosterStatus.FINAL)))
    )
    communities = Q(organisation__level=Level.COMMUNITY)
    for row in rows.annotate(communities=Count("organisation", filter=communities, distinct=True)):
        one = found[row["programme"]]
        one.rosters, one.final, one.communities = row["number"], row["final"], row["communities"]


def _count_entries(found):
    """Live entries with what their standards amount to, reckoned once for each category and family size.

    Those of a revision count once it is in force.
    """
    rows = (
        RosterEntry.objects.filter(
            programme__in=found, status__in=LIVE_ENTRY, holds_place=True, roster__holds_place=True
        )
        .order_by()
        .values("programme", "category", "family_size")
        .annotate(number=Count("pk"))
    )
    rows = list(rows)
    categories = {one.pk: one for one in linked(AidCategory.objects.filter(programme__in=found))}
    for row in rows:
        one, number = found[row["programme"]], row["number"]
        given = entitlement(categories[row["category"]], family_size=row["family_size"])
        unit = categories[row["category"]].unit
        one.entries += number
        one.households += number if unit == Unit.HOUSEHOLD else 0
        one.institutions += number if unit == Unit.INSTITUTION else 0
        one.persons += number * {Unit.HOUSEHOLD: row["family_size"], Unit.PERSON: 1}.get(unit, 0)
        one.cash += given.cash * number
        one.goods += given.goods_value * number


def _count_received(found):
    rows = HelpGiven.objects.filter(programme__in=found, state=HelpState.RECEIVED).order_by()
    for pk, value in rows.values_list("programme").annotate(value=Sum(F("amount") + F("goods_value"))):
        found[pk].received = value


def _count_covered(found):
    """How many communities each child covers: those named, else all below its organiser."""
    paths = defaultdict(list)
    for pk, path in (
        Programme.covered.through.objects.filter(programme__in=found)
        .order_by("pk")
        .values_list("programme_id", "organisation__path")
    ):
        paths[pk].append(path)
    everywhere = list(
        Organisation.objects.filter(level=Level.COMMUNITY, is_active=True)
        .order_by()
        .values_list("path", flat=True)
    )
    for pk, one in found.items():
        mine = tuple(paths[pk] or [one.programme.organiser.path])
        one.covered = sum(path.startswith(mine) for path in everywhere)


def _twice(found, user):
    """(those the user may see, how many in all, how many of them she may not see)"""
    homes = _in_several(found, HOME)
    units = _in_several(found, F("institution"))
    seen_homes = Household.objects.visible_to(user, "roster.view").filter(pk__in=homes)
    seen_units = Institution.objects.visible_to(user, "roster.view").filter(pk__in=units)
    rows = seen_homes.select_related("organisation").order_by("organisation__path", "number")
    shown = [
        Twice(
            f"{one.head or '无户主'}（{one.number}）",
            str(one.organisation),
            one.pk,
            _names(found, homes[one.pk]),
        )
        for one in rows.prefetch_related("members")[:MOST_SHOWN]
    ]
    rows = seen_units.select_related("organisation").order_by("organisation__path", "name")
    shown += [
        Twice(one.name, str(one.organisation), None, _names(found, units[one.pk]))
        for one in rows[:MOST_SHOWN]
    ]
    count = len(homes) + len(units)
    return shown, count, count - seen_homes.count() - seen_units.count()


def _in_several(found, holder):
    """{id: programme ids} of those with live entries in more than one child."""
    rows = RosterEntry.objects.filter(programme__in=found, status__in=LIVE_ENTRY).annotate(holder=holder)
    several = (
        rows.filter(holder__isnull=False)
        .order_by()
        .values("holder")
        .annotate(number=Count("programme", distinct=True))
        .filter(number__gt=1)
    )
    listed = defaultdict(set)
    wanted = [row["holder"] for row in several]
    for pk, programme in rows.filter(holder__in=wanted).order_by().values_list("holder", "programme"):
        listed[pk].add(programme)
    return dict(listed)


def _names(found, programmes):
    return tuple(str(found[pk].programme) for pk in found if pk in programmes)
