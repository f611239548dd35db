"""Who may not be listed, and why: what ``rules.exclusions`` asks for, read for many in a constant number of statements.

The one source of these sentences, for screening, adding by hand, imported lists and the start of a roster.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q

from beneficiaries.enums import LIVE_ENTRY, HelpState, Unit
from beneficiaries.models import (
    AidCategory,
    HelpGiven,
    Household,
    Institution,
    Person,
    Programme,
    RosterEntry,
)
from beneficiaries.queries import belonging
from beneficiaries.queries.standards import linked
from beneficiaries.rules import exclusions as rules
from beneficiaries.rules.standards import entitlement

HIDDEN = "其他方案"
_HOLDERS = ("household_id", "person_id", "person__household_id", "institution_id")
_OF_PROGRAMME = tuple(
    f"programme__{name}" for name in ("organiser_id", "code", "name", "exclusion_group", "year")
)
_LISTED = (
    *("pk", "lineage", "programme_id", *_OF_PROGRAMME, *_HOLDERS, "category_id", "family_size", "position"),
    *(f"category__{name}" for name in ("name", "precedence", "is_combinable")),
    *(f"roster__organisation__{name}" for name in ("short_name", "name")),
)
_HELPED = (
    *("programme_id", *_OF_PROGRAMME, *_HOLDERS),
    *("year", "amount", "goods_value", "category__is_combinable"),
)


@dataclass
class Ground:
    """What is on file about some families and institutions, and what the programme says about it."""

    programme: Programme
    rules: rules.Rules
    categories: dict
    listings: dict = field(default_factory=lambda: defaultdict(list))
    helps: dict = field(default_factory=lambda: defaultdict(list))

    def candidate(
        self, category, *, household=None, person=None, institution=None, family_size=1, entry=None
    ):
        """A Candidate; the beneficiary comes with its organisation."""
        holder = household or person or institution
        home = household or (person.household if person else institution)
        return rules.Candidate(
            unit=_unit(household, person),
            holder=holder.pk,
            category=category.name,
            precedence=category.precedence,
            is_combinable=category.is_combinable,
            most=category.most_per_household,
            path=home.organisation.path,
            value=self.value(category.pk, family_size),
            entry=entry,
        )

    def value(self, category_id, family_size):
        """What an entry of the category gets, in yuan; nothing where no cap asks for it."""
        if not self.categories:
            return Decimal("0.00")
        return entitlement(self.categories[category_id], family_size=family_size).value

    def has_nothing_on(self, home):
        """Is nothing on file of the family, and no rule that asks of it alone? Then one of it may be listed unasked."""
        asks = self.categories or self.rules.barred
        return not (asks or self.listings.get(home) or self.helps.get(home))

    def verdict(self, candidate, home):
        """The Verdict on a candidate of the family (or institution) ``home``: see ``home_of``."""
        return rules.verdict(candidate, self.listings[home], self.helps[home], self.rules)

    def by_precedence(self, candidates, home):
        """[(candidate, Verdict)] of one family's candidates: see ``rules.exclusions.by_precedence``."""
        return rules.by_precedence(candidates, self.listings[home], self.helps[home], self.rules)

    def accept(self, candidate, home):
        """From now on the family has this one too."""
        self.listings[home].append(rules.as_listing(candidate))


def home_of(household=None, person=None, institution=None):
    """What groups those whom help to one another concerns: the household, or the institution itself."""
    if institution is not None:
        return ("institution", institution.pk)
    return ("household", household.pk if household else person.household_id)


def home_of_entry(entry):
    """As ``home_of``, of an entry's beneficiary."""
    if entry.institution_id:
        return ("institution", entry.institution_id)
    return ("household", entry.household_id or entry.person.household_id)


def ids_of(home):
    """A home as ``ground`` and ``hold`` take it: ``homes=[…]`` or ``institutions=[…]``."""
    kind, pk = home
    return {"homes" if kind == "household" else "institutions": [pk]}


def ground(programme, *, homes=(), institutions=(), organisation=None, on=None, viewer=None):
    """The Ground of the named households and institutions, or of all who belong to ``organisation`` on a day.

    ``viewer`` is who will read the sentences: a programme she may not see is not named. At most ten statements.
    """
    inside = _below(organisation, on) if organisation else _named(homes, institutions)
    listed = list(_listings(programme).filter(inside).order_by("pk").values(*_LISTED))
    made = Ground(programme, _rules(programme), _categories(programme, listed))
    helped = list(_helps(programme, made.rules).filter(inside).order_by("pk").values(*_HELPED))
    titles = _titles(programme, [*listed, *helped], viewer)
    for row in {row["lineage"]: row for row in listed}.values():  # of a revised roster, the newest copy
        made.listings[_home(row)].append(_listing(made, row, titles))
    for row in helped:
        made.helps[_home(row)].append(_help(made, row, titles))
    return made


def hold(*, homes=(), institutions=()):
    """Lock the households and institutions until the transaction ends, so that two programmes list one after the other."""
    for model, ids in ((Household, homes), (Institution, institutions)):
        if ids:
            rows = (
                model.objects.filter(pk__any_of=list(set(ids))).order_by("pk").select_for_update(no_key=True)
            )
            list(rows.values_list("pk", flat=True))


def refusal(programme, category, *, viewer=None, family_size=1, **beneficiary):
    """The Verdict on one beneficiary (``household=``, ``person=`` or ``institution=``)."""
    home = home_of(**beneficiary)
    made = ground(programme, viewer=viewer, **ids_of(home))
    return made.verdict(made.candidate(category, family_size=family_size, **beneficiary), home)


def of_move(entry, categories, *, viewer=None):
    """{category id: why the entry may not stand there} of those ``categories`` of its programme that refuse it.

    Its family size is the entry's. What is kept for others to read asks without ``viewer``.
    """
    home = home_of_entry(entry)
    made = ground(entry.programme, viewer=viewer, **ids_of(home))
    who = {unit.value: getattr(entry, unit.value) for unit in Unit}
    found = {}
    for category in categories:
        candidate = made.candidate(category, family_size=entry.family_size, entry=entry.lineage, **who)
        if said := made.verdict(candidate, home).refusal:
            found[category.pk] = said
    return found


def of_entries(programme, entries, *, viewer=None):
    """[(entry, Verdict)] of those of ``entries`` (listed already) that could not be listed today."""
    entries = list(
        entries.select_related(
            "category",
            "household__organisation",
            "person__household__organisation",
            "institution__organisation",
        )
    )
    homes = {home_of_entry(entry) for entry in entries}
    made = ground(
        programme,
        homes=[pk for kind, pk in homes if kind == "household"],
        institutions=[pk for kind, pk in homes if kind == "institution"],
        viewer=viewer,
    )
    found = []
    for entry in entries:
        candidate = made.candidate(
            entry.category,
            household=entry.household,
            person=entry.person,
            institution=entry.institution,
            family_size=entry.family_size,
            entry=entry.lineage,
        )
        said = made.verdict(candidate, home_of_entry(entry))
        if said.refusal or (said.caution and not entry.exception_reason):
            found.append((entry, said))
    return found


def were_listed(programme, organisation, on):
    """{(unit, id)} of all who stood on this programme's rosters, not cancelled, whatever became of them.

    Asked of the families of those who belong to ``organisation`` on a day.
    """
    rows = RosterEntry.objects.filter(_below(organisation, on), programme=programme).exclude(
        roster__status="cancelled"
    )
    return {(_row_unit(row), _holder(row)) for row in rows.values(*_HOLDERS)}


# -- which rows ---------------------------------------------------------------------------------------------


def _below(organisation, on):
    """Rows of the families: what one of them got concerns the others, so a person's are those of her household."""
    return (
        belonging.homes(organisation, on, to="household__")
        | belonging.homes(organisation, on, to="person__household__")
        | Q(institution__organisation__path__startswith=organisation.path)
    )


def _named(homes, institutions):
    """By ids alone, so that each side is read from its own index."""
    people = Person.objects.filter(household__any_of=list(homes)).order_by("pk").values_list("pk", flat=True)
    inside = Q(household__any_of=list(homes)) | Q(person__any_of=list(people))
    return inside | Q(institution__any_of=list(institutions))


def _in_group(programme):
    if not programme.exclusion_group:
        return Q(pk__in=[])
    return Q(programme__exclusion_group=programme.exclusion_group, programme__year=programme.year)


def _of_versions(programme):
    """Rows of this programme, and of its other versions in the year."""
    return Q(programme__in=Programme.objects.versions_of(programme).filter(year=programme.year))


def _listings(programme):
    """Live entries of this programme, and of its other versions and its exclusion group in the year.

    Another office's programme of the same code is none of its versions: only a common exclusion group ties them.
    Under a cap of the year those of every programme of the year: what somebody is listed for counts as what she has.
    """
    wanted = _of_versions(programme) | _in_group(programme)
    if programme.cap_year is not None:
        wanted |= Q(programme__year=programme.year)
    return RosterEntry.objects.filter(wanted, status__in=LIVE_ENTRY)


def _helps(programme, said):
    """Help of this programme and its other versions, and what else a rule of the programme asks about."""
    wanted = _of_versions(programme) | _in_group(programme)
    if said.earlier:
        wanted |= Q(year__in={year for year, _code, _strict in said.earlier})
    if said.cap_year is not None:
        wanted |= Q(year=programme.year)
    return HelpGiven.objects.filter(wanted, state=HelpState.RECEIVED)


def _rules(programme):
    return rules.Rules(
        year=programme.year,
        group=programme.exclusion_group,
        cap_each=programme.cap_each,
        cap_year=programme.cap_year,
        earlier=tuple(programme.earlier_help.values_list("year", "programme_code", "is_strict")),
        barred=tuple(
            (one.organisation.path, str(one.organisation), one.reason)
            for one in programme.barred.select_related("organisation")
        ),
    )


def _categories(programme, listed):
    """Those whose value a cap asks for: the programme's own and those of what is listed."""
    if programme.cap_each is None and programme.cap_year is None:
        return {}
    shown = {row["category_id"] for row in listed}
    others = AidCategory.objects.filter(pk__in=shown).values("programme")
    wanted = AidCategory.objects.filter(Q(programme=programme) | Q(programme__in=others))
    return {one.pk: one for one in linked(wanted)}


# -- rows as the rules take them ----------------------------------------------------------------------------


def _titles(programme, rows, viewer):
    """{programme id: how it is named}: 《…》 where the viewer may see it."""
    ids = {row["programme_id"] for row in rows} - {programme.pk}
    if not ids or viewer is None:
        return {}
    seen = Programme.objects.visible_to(viewer).filter(pk__in=ids).order_by("pk")
    return {pk: f"《{name}》" for pk, name in seen.values_list("pk", "name")}


def _listing(made, row, titles):
    is_here = row["programme_id"] == made.programme.pk
    is_version = not is_here and _is_version(made.programme, row)
    is_group = _is_group(made.programme, row)
    is_valued = is_here or made.rules.cap_year is not None
    return rules.Listing(
        unit=_row_unit(row),
        holder=_holder(row),
        category=row["category__name"],
        precedence=row["category__precedence"],
        is_combinable=row["category__is_combinable"],
        value=made.value(row["category_id"], row["family_size"]) if is_valued else Decimal("0.00"),
        entry=row["lineage"],
        position=row["position"],
        where=row["roster__organisation__short_name"] or row["roster__organisation__name"],
        title=titles.get(row["programme_id"], HIDDEN),
        programme=row["programme_id"],
        is_here=is_here,
        is_version=is_version,
        is_other=not (is_here or is_version or is_group),
    )


def _help(made, row, titles):
    ours = made.programme
    is_here = row["programme_id"] == ours.pk
    return rules.Help(
        unit=_row_unit(row),
        holder=_holder(row),
        year=row["year"],
        code=row["programme__code"],
        title=f"《{ours.name}》" if is_here else titles.get(row["programme_id"], HIDDEN),
        value=row["amount"] + row["goods_value"],
        programme=row["programme_id"],
        is_combinable=row["category__is_combinable"],
        is_here=is_here,
        is_version=not is_here and _is_version(ours, row),
        is_group=_is_group(ours, row),
    )


def _is_version(programme, row):
    return (row["programme__organiser_id"], row["programme__code"], row["programme__year"]) == (
        programme.organiser_id,
        programme.code,
        programme.year,
    )


def _is_group(programme, row):
    group = (programme.exclusion_group, programme.year)
    return bool(programme.exclusion_group) and group == (
        row["programme__exclusion_group"],
        row["programme__year"],
    )


def _unit(household, person):
    return Unit.HOUSEHOLD if household else Unit.PERSON if person else Unit.INSTITUTION


def _row_unit(row):
    return _unit(row["household_id"], row["person_id"])


def _holder(row):
    return row["household_id"] or row["person_id"] or row["institution_id"]


def _home(row):
    if row["institution_id"]:
        return ("institution", row["institution_id"])
    return ("household", row["household_id"] or row["person__household_id"])
