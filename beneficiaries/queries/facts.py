"""Facts of households, persons and institutions as plain values for ``rules.eligibility``; set-based."""

from collections import Counter, defaultdict
from decimal import Decimal

from django.db.models import Q

from beneficiaries.enums import Fact, HealthState, HelpState, PoliticalStatus, SchoolStage
from beneficiaries.models import Hardship, HelpGiven, Institution, MinimumLine, Person
from welfare.identity import age_on

ADULT = 18
SEVERE_GRADES = (1, 2)
PARTY = (PoliticalStatus.PARTY_MEMBER, PoliticalStatus.PROBATIONARY)


def minimum_lines(on):
    """The lines in force on ``on``: ``[(path, is_rural, amount)]``, the nearest organisation first."""
    newest = {}
    for line in (
        MinimumLine.objects.filter(from_on__lte=on).select_related("organisation").order_by("from_on")
    ):
        newest[line.organisation.path, line.is_rural] = line.monthly_amount
    found = [(path, is_rural, amount) for (path, is_rural), amount in newest.items()]
    return sorted(found, key=lambda line: (-len(line[0]), line[0], line[1]))


def line_for(household, lines):
    """The line (yuan per month) that counts for a household, or None when none is entered."""
    path = household.organisation.path
    return next(
        (amount for at, rural, amount in lines if path.startswith(at) and rural == household.is_rural), None
    )


def of_households(households, on):
    """``{household id: facts}`` for a list of households (with ``organisation``): four statements."""
    ids = [household.pk for household in households]
    members, lines = defaultdict(list), minimum_lines(on)
    for person in Person.objects.filter(household__in=ids).present().order_by("pk"):
        members[person.household_id].append(person)
    held = _held(on, Q(household__in=ids) | Q(person__household__in=ids), of_person=False)
    helped = _helped(on, Q(household__in=ids) | Q(person__household__in=ids), of_person=False)
    return {
        household.pk: _facts(
            household,
            members[household.pk],
            held[household.pk],
            household.pk in helped,
            on,
            line_for(household, lines),
        )
        for household in households
    }


def of_persons(persons, on):
    """``{person id: facts}``: money and number of members of the household, all else of the person alone."""
    ids, houses = [person.pk for person in persons], {person.household_id for person in persons}
    lines = minimum_lines(on)
    own, common = (
        _held(on, Q(person__in=ids), of_person=True),
        _held(on, Q(household__in=houses), of_person=False),
    )
    helped = _helped(on, Q(person__in=ids), of_person=True)
    helped_houses = _helped(on, Q(household__in=houses), of_person=False)
    sizes, counted = Counter(), Counter()
    for house, is_counted in (
        Person.objects.present().filter(household__in=houses).values_list("household", "is_counted")
    ):
        sizes[house] += 1
        counted[house] += is_counted
    return {
        person.pk: _facts(
            person.household,
            [person],
            own[person.pk] | common[person.household_id],
            person.pk in helped or person.household_id in helped_houses,
            on,
            line_for(person.household, lines),
        )
        | {
            Fact.MEMBER_COUNT: counted[person.household_id],
            Fact.LIVES_ALONE: sizes[person.household_id] == 1,
        }
        for person in persons
    }


def of_institutions(institutions, on):
    """``{institution id: facts}``: months stopped and help; nothing else is known of an institution."""
    ids = [institution.pk for institution in institutions]
    helped = set(_given(on).filter(institution__in=ids).values_list("institution", flat=True))
    nothing = dict.fromkeys(Fact) | {fact: () for fact in (Fact.CATEGORY, Fact.SCHOOL_STAGE)}
    flags = (Fact.HAS_MAJOR_DISEASE, Fact.LIVES_ALONE, Fact.PARTY_MEMBER, Fact.VETERAN)
    nothing |= dict.fromkeys(flags, False) | {"minimum_line": None}
    return {
        institution.pk: nothing
        | {Fact.MONTHS_STOPPED: institution.stopped_months, Fact.HELPED_THIS_YEAR: institution.pk in helped}
        for institution in institutions
    }


def of(subject, on):
    """The facts of one household, person or institution."""
    if isinstance(subject, Institution):
        return of_institutions([subject], on)[subject.pk]
    if isinstance(subject, Person):
        return of_persons([subject], on)[subject.pk]
    return of_households([subject], on)[subject.pk]


def _facts(household, members, held, is_helped, on, line):
    ages = [age_on(person.birth_on, on) for person in members if person.birth_on]
    income = household.monthly_income
    return {
        "minimum_line": line,
        Fact.INCOME: income,
        Fact.INCOME_MULTIPLE: None if income is None or not line else Decimal(income) / line,
        Fact.MEDICAL: household.medical_cost,
        Fact.LOSS: household.disaster_loss,
        Fact.CATEGORY: frozenset(held),
        Fact.DISABLED_COUNT: sum(is_disabled(person) for person in members),
        Fact.SEVERE_DISABLED_COUNT: sum(person.disability_grade in SEVERE_GRADES for person in members),
        Fact.HAS_MAJOR_DISEASE: any(has_major_disease(person) for person in members),
        Fact.SCHOOL_STAGE: frozenset(SchoolStage(p.school_stage).label for p in members if p.school_stage),
        Fact.CHILD_COUNT: sum(age < ADULT for age in ages),
        Fact.MEMBER_COUNT: sum(person.is_counted for person in members),
        Fact.ELDEST_AGE: max(ages, default=None),
        Fact.YOUNGEST_AGE: min(ages, default=None),
        Fact.LIVES_ALONE: len(members) == 1,
        Fact.PARTY_MEMBER: any(person.political_status in PARTY for person in members),
        Fact.VETERAN: any(person.is_veteran for person in members),
        Fact.HELPED_THIS_YEAR: is_helped,
        Fact.MONTHS_STOPPED: None,
    }


def is_disabled(person):
    """By grade or kind; the register may have only one of them."""
    return person.disability_grade is not None or person.disability_kind != ""


def has_major_disease(person):
    return person.major_disease != "" or person.health == HealthState.SEVERE


def in_force(on):
    """Q of hardships that hold on ``on``."""
    return Q(from_on__lte=on) & (Q(to_on=None) | Q(to_on__gte=on))


def _held(on, whose, *, of_person):
    """``{id: names of hardship categories held}``, keyed by person, else by household."""
    found = defaultdict(set)
    rows = Hardship.objects.filter(whose, in_force(on)).filter(
        Q(person=None) | Q(person__in=Person.objects.present())
    )
    for person, household, of_household, name in rows.values_list(
        "person", "household", "person__household", "category__name"
    ):
        found[person if of_person else (household or of_household)].add(name)
    return found


def _given(on):
    return HelpGiven.objects.filter(year=on.year, state=HelpState.RECEIVED)


def _helped(on, whose, *, of_person):
    rows = _given(on).filter(whose).values_list("person", "household", "person__household")
    return {person if of_person else (household or of_household) for person, household, of_household in rows}
