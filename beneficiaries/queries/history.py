"""A household as it was at a moment, and who changed what since: read from the versions the triggers keep.

Whoever may read the household now may ask for any moment; a community it has left reads nothing later than
its leaving (``view_of``). A constant number of statements, whatever the household's size and age.
"""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.db.models import Q

from beneficiaries.models import (
    BankAccount,
    BankAccountVersion,
    Code,
    FormerResidence,
    Hardship,
    HardshipCategory,
    HardshipVersion,
    Household,
    HouseholdVersion,
    Person,
    PersonVersion,
)
from beneficiaries.queries import changes
from welfare import dates, history
from welfare.models import Organisation


@dataclass(frozen=True)
class View:
    """A household that a user may look back on; ``until`` is the last moment she may see (None: now)."""

    household: Household
    former: FormerResidence | None = None

    @property
    def until(self):
        return self.former.left_at if self.former else None


@dataclass
class State:
    """A household at a moment: rows as they were (current rows or versions), in words where they point elsewhere."""

    moment: datetime
    household: object = None
    members: list = field(default_factory=list)
    hardships: list = field(default_factory=list)
    cards: list = field(default_factory=list)
    words: object = None

    @property
    def is_on_file(self):
        """False before the household was registered."""
        return self.household is not None

    @property
    def head(self):
        present = (one for one in self.members if one.died_on is None and one.left_on is None)
        return next((one for one in present if one.relation == "head"), None)


def view_of(user, pk):
    """The ``View`` of household ``pk`` for this user, or None: it lies outside, now and before."""
    now = Household.objects.visible_to(user, "registry.view").select_related("organisation")
    found = now.filter(pk=pk).first()
    if found is not None:
        return View(found)
    left = FormerResidence.objects.visible_to(user, "registry.view").filter(household=pk)
    left = left.select_related("household", "organisation").order_by("-left_at").first()
    return View(left.household, left) if left else None


def end_of(day):
    """The moment when ``day`` ends in China."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=dates.SHANGHAI)


def state_at(view, moment):
    """The ``State`` of the household at ``moment``, never later than the view allows: nine statements."""
    moment = min(moment, view.until) if view.until else moment
    state = State(moment)
    home = view.household
    if home.created_at > moment:
        return state
    state.household = history.states_at(HouseholdVersion, moment, pgh_obj=home.pk).get(home.pk, home)
    state.members = _members(home.pk, moment)
    ids = [one.id for one in state.members]
    of = Q(household=home.pk) | Q(person__in=ids)
    state.hardships = sorted(
        _held(
            Hardship,
            HardshipVersion,
            of,
            moment,
            lambda one: one.household_id == home.pk or one.person_id in ids,
        ),
        key=lambda one: (one.to_on is not None, one.from_on, one.id),
    )
    state.cards = _held(
        BankAccount, BankAccountVersion, Q(person__in=ids), moment, lambda one: one.person_id in ids
    )
    holders = {one.id: one.name for one in state.members}
    for card in state.cards:
        card.holder = holders[card.person_id]
    state.words = words_for([state.household, *state.members, *state.hardships], state.members)
    return state


def _members(pk, moment):
    """Who belonged to the household then, though they may be elsewhere now."""
    found = _held(Person, PersonVersion, Q(household=pk), moment, lambda one: one.household_id == pk)
    return sorted(found, key=lambda one: (one.died_on is not None, one.left_on is not None, one.id))


def _held(model, version_model, of, moment, belongs):
    """The states at ``moment`` that ``belongs`` accepts, among rows that are or ever were ``of`` the household."""
    once = version_model.objects.filter(of, pgh_created_at__gt=moment).values("pgh_obj")
    rows = list(model.objects.filter(of | Q(pk__in=once), created_at__lte=moment).order_by("pk"))
    earlier = history.states_at(version_model, moment, pgh_obj__in=[row.pk for row in rows])
    states = (earlier.get(row.pk, row) for row in rows)
    return [state for state in states if belongs(state)]


# -- changes ----------------------------------------------------------------------------------------


def changes_of(view, most=300):
    """The newest ``changes.Change``s of the household and what belongs to it, newest first, as far as the view allows.

    What happened to a member while she belonged to another household is not among them.
    """
    pk, until = view.household.pk, view.until
    people = set(Person.objects.filter(household=pk).values_list("pk", flat=True))
    people |= set(PersonVersion.objects.filter(household=pk).values_list("pgh_obj", flat=True))
    persons = _Trail(Person, PersonVersion, Q(pk__in=people), Q(pgh_obj__in=people), until, most)
    home = Q(household=pk) | Q(person__in=people)
    others = (
        _Trail(Household, HouseholdVersion, Q(pk=pk), Q(pgh_obj=pk), until, most),
        _Trail(Hardship, HardshipVersion, home, home, until, most),
        _Trail(BankAccount, BankAccountVersion, Q(person__in=people), Q(person__in=people), until, most),
    )

    def is_ours(row, at):
        if isinstance(row, Household | HouseholdVersion):
            return True
        of_household = getattr(row, "household_id", None)
        return of_household == pk if of_household else persons.state_of(row.person_id, at).household_id == pk

    pairs = [pair for pair in persons.pairs if pk in (pair[0].household_id, pair[1].household_id)]
    pairs += [pair for one in others for pair in one.pairs if is_ours(pair[0], pair[0].pgh_created_at)]
    new = [row for row in persons.first.values() if row.household_id == pk]
    new += [row for one in others[1:] for row in one.first.values() if is_ours(row, row.created_at)]
    words = words_for([*new, *(row for pair in pairs for row in pair)], persons.first.values())
    found = [change for pair in pairs if (change := changes.between(*pair, words)) is not None]
    found += [changes.entered(row, words) for row in new]
    return sorted(found, key=lambda change: change.at, reverse=True)[:most]


class _Trail:
    """Rows of one table with their states in order, up to ``until``: three statements at most."""

    def __init__(self, model, version_model, of_row, of_version, until, most):
        versions = version_model.objects.filter(of_version)
        rows = model.objects.filter(of_row)
        if until:
            versions, rows = versions.filter(pgh_created_at__lte=until), rows.filter(created_at__lte=until)
        self.versions = list(versions.order_by("-pgh_created_at", "-pgh_id")[:most])
        ids = {version.pgh_obj_id for version in self.versions}
        now = {row.pk: row for row in model.objects.filter(pk__in=ids) | rows}
        later = history.states_at(version_model, until, pgh_obj__in=now) if until else {}
        self.last = {pk: later.get(pk, row) for pk, row in now.items()}
        self.pairs, self.first = [], dict(self.last)
        for version in self.versions:
            if version.pgh_obj_id in self.first:
                self.pairs.append((version, self.first[version.pgh_obj_id]))
                self.first[version.pgh_obj_id] = version

    def state_of(self, pk, at):
        """The state in which the row was at a moment."""
        found = self.last[pk]
        for version in self.versions:
            if version.pgh_obj_id == pk and version.pgh_created_at >= at:
                found = version
        return found


def words_for(rows, members):
    """What the rows point to, in words: four statements. ``members`` are the persons among them."""
    ids = changes.references(rows)
    return changes.Words(
        codes=dict(Code.objects.filter(pk__in=ids["code"]).values_list("pk", "name")),
        categories=dict(HardshipCategory.objects.filter(pk__in=ids["category"]).values_list("pk", "name")),
        organisations=dict(Organisation.objects.filter(pk__in=ids["organisation"]).values_list("pk", "name")),
        households=dict(Household.objects.filter(pk__in=ids["household"]).values_list("pk", "number")),
        persons={one.id: one.name for one in members},
    )
