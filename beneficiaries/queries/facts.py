"""Facts of households, persons and institutions as plain values for ``rules.eligibility``; set-based."""

from collections import defaultdict
from decimal import Decimal

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, Value

from beneficiaries.enums import (
    Fact,
    FamilyRule,
    HealthState,
    HelpState,
    PoliticalStatus,
    Relation,
    SchoolStage,
)
from beneficiaries.models import EvidenceRequirement, Hardship, HelpGiven, Institution, MinimumLine, Person
from beneficiaries.queries import proofs
from beneficiaries.rules import family
from beneficiaries.rules.eligibility import Assumption
from beneficiaries.rules.fact_kinds import ASSUMABLE, FLAGS, GRADES, SETS, months_between, names_of_help
from welfare.identity import age_on

ADULT = 18
SEVERE_GRADES = (1, 2)
PARTY = (PoliticalStatus.PARTY_MEMBER, PoliticalStatus.PROBATIONARY)
MEMBER = (
    *("id", "household", "relation", "birth_on", "health", "disability_kind", "disability_grade"),
    *("major_disease", "school_stage", "political_status", "is_veteran", "is_counted"),
    *("listed_disease__name", "work_state__name", "veteran_kind__name", "marriage__code"),
)
STAGES = dict(SchoolStage.choices)
GRADE_NAMES = {grade: name for name, grade in GRADES.items()}


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


def assumptions(categories):
    """``{category id: {fact: Assumption}}`` of what counts where no paper proves a fact; one statement."""
    found = defaultdict(dict)
    instead = ArrayAgg("substitutes", filter=Q(substitutes__isnull=False), default=Value([]))
    rows = EvidenceRequirement.objects.filter(category__in=categories, assumed_fact__in=ASSUMABLE)
    for category, fact, value, kind, paper, substitutes in (
        rows.annotate(instead=instead)
        .order_by("-id")
        .values_list("category", "assumed_fact", "assumed_value", "kind", "kind__name", "instead")
    ):
        found[category][Fact(fact)] = Assumption(value, paper, frozenset({kind, *substitutes}))
    return found


def of_households(households, on, rule=FamilyRule.COUNTED):
    """``{household id: facts}`` for a list of households (with ``organisation`` and danger grade): six statements."""
    ids = [household.pk for household in households]
    lines, members = minimum_lines(on), _members(ids)
    inside = Q(household__any_of=ids) | Q(person__household__any_of=ids)
    held, helped = _held(on, inside, of_person=False), _helped(inside, of_person=False)
    papers = proofs.of_households(ids, on)
    return {
        household.pk: _of_home(household, members[household.pk], rule, line_for(household, lines), on)
        | _of_members(members[household.pk], on)
        | _of_help(helped[household.pk], on)
        | {
            "papers": frozenset(papers[household.pk]),
            Fact.CATEGORY: frozenset(held[household.pk]),
            Fact.MONTHS_ON_FILE: months_between(household.registered_on, on),
        }
        for household in households
    }


def of_persons(persons, on, rule=FamilyRule.COUNTED):
    """``{person id: facts}``: money and number of members of the household, all else of the person alone."""
    ids, houses = [person.pk for person in persons], {person.household_id for person in persons}
    lines, members = minimum_lines(on), _members(houses)
    of_their_own = {member.id: member for family_members in members.values() for member in family_members}
    own, common = (
        _held(on, Q(person__in=ids), of_person=True),
        _held(on, Q(household__in=houses), of_person=False),
    )
    helped = _helped(Q(person__in=ids), of_person=True)
    helped_houses = _helped(Q(household__in=houses), of_person=False)
    papers = proofs.of_persons(persons, on)
    return {
        person.pk: _of_home(
            person.household, members[person.household_id], rule, line_for(person.household, lines), on
        )
        | _of_members([of_their_own[person.pk]] if person.pk in of_their_own else [], on)
        | _of_help(helped[person.pk] + helped_houses[person.household_id], on)
        | {
            "papers": frozenset(papers[person.pk]),
            Fact.CATEGORY: frozenset(own[person.pk] | common[person.household_id]),
            Fact.LIVES_ALONE: len(members[person.household_id]) == 1,
            Fact.MONTHS_ON_FILE: months_between(person.registered_on or person.household.registered_on, on),
        }
        for person in persons
    }


def of_institutions(institutions, on, rule=FamilyRule.COUNTED):
    """``{institution id: facts}``: months stopped, bankruptcy, registration, help; nothing else is known of one."""
    helped = defaultdict(list)
    given = HelpGiven.objects.filter(institution__in=institutions, state=HelpState.RECEIVED)
    for pk, year, code in given.values_list("institution", "year", "programme__code"):
        helped[pk].append((year, code))
    nothing = dict.fromkeys(Fact) | dict.fromkeys(SETS, frozenset()) | dict.fromkeys(FLAGS, False)
    nothing |= {"minimum_line": None, "income_total": None, "heads": 1, "members": 1, "papers": frozenset()}
    return {
        institution.pk: nothing
        | _of_help(helped[institution.pk], on)
        | {
            Fact.MONTHS_STOPPED: institution.stopped_months,
            Fact.IS_BANKRUPT: institution.bankrupt_on is not None and institution.bankrupt_on <= on,
            Fact.MONTHS_ON_FILE: months_between(institution.registered_on, on),
        }
        for institution in institutions
    }


def of(subject, on, rule=FamilyRule.COUNTED):
    """The facts of one household, person or institution."""
    if isinstance(subject, Institution):
        return of_institutions([subject], on, rule)[subject.pk]
    if isinstance(subject, Person):
        return of_persons([subject], on, rule)[subject.pk]
    return of_households([subject], on, rule)[subject.pk]


# -- of the home -------------------------------------------------------------------------------------


def _of_home(household, members, rule, line, on):
    """Money, family size and house: of the household, also for a person."""
    size = family_size(members, rule)
    heads, everyone = max(size, 1), max(len(members), 1)
    income = household.monthly_income
    total = None if income is None else Decimal(income) * everyone
    return {
        "minimum_line": line,
        "income_total": total,
        "heads": heads,
        "members": everyone,
        Fact.INCOME: None if total is None else total / heads,
        Fact.INCOME_MULTIPLE: None if total is None or not line else total / heads / line,
        Fact.MEDICAL: household.medical_cost,
        Fact.LOSS: household.disaster_loss,
        Fact.HOUSING_DANGER: household.housing_danger.name if household.housing_danger_id else None,
        Fact.MEMBER_COUNT: size,
        Fact.LIVES_ALONE: len(members) == 1,
        Fact.MONTHS_STOPPED: None,
        Fact.IS_BANKRUPT: False,
    }


def family_size(members, rule):
    """The size of a family under ``rule``, from its present members (with relation, is_counted, marriage__code)."""
    return family.size(
        rule,
        everyone=len(members),
        counted=sum(member.is_counted for member in members),
        spouses=sum(member.relation == Relation.SPOUSE for member in members),
        children=sum(
            member.relation == Relation.CHILD and member.marriage__code not in family.MARRIED
            for member in members
        ),
    )


# -- of its members ----------------------------------------------------------------------------------


def _members(houses):
    """{household id: present members as named tuples of MEMBER}."""
    found = defaultdict(list)
    rows = Person.objects.present().filter(household__any_of=list(houses)).order_by("pk")
    for member in rows.values_list(*MEMBER, named=True):
        found[member.household].append(member)
    return found


def _of_members(members, on):
    ages = [age_on(member.birth_on, on) for member in members if member.birth_on]
    return {
        Fact.DISABLED_COUNT: sum(is_disabled(member) for member in members),
        Fact.SEVERE_DISABLED_COUNT: sum(member.disability_grade in SEVERE_GRADES for member in members),
        Fact.DISABILITY_GRADE: _names(GRADE_NAMES.get(member.disability_grade) for member in members),
        Fact.HAS_MAJOR_DISEASE: any(has_major_disease(member) for member in members),
        Fact.LISTED_DISEASE: _names(member.listed_disease__name for member in members),
        Fact.SCHOOL_STAGE: _names(STAGES.get(member.school_stage) for member in members),
        Fact.WORK_STATE: _names(member.work_state__name for member in members),
        Fact.VETERAN_KIND: _names(member.veteran_kind__name for member in members),
        Fact.CHILD_COUNT: sum(age < ADULT for age in ages),
        Fact.ELDEST_AGE: max(ages, default=None),
        Fact.YOUNGEST_AGE: min(ages, default=None),
        Fact.PARTY_MEMBER: any(member.political_status in PARTY for member in members),
        Fact.VETERAN: any(member.is_veteran for member in members),
    }


def _names(found):
    return frozenset(name for name in found if name)


def is_disabled(person):
    """By grade or kind; the register may have only one of them."""
    return person.disability_grade is not None or person.disability_kind != ""


def has_major_disease(member):
    """A disease of the list, one written down, or severe illness."""
    return (
        member.listed_disease__name is not None
        or member.major_disease != ""
        or member.health == HealthState.SEVERE
    )


# -- hardships and help ------------------------------------------------------------------------------


def in_force(on):
    """Q of hardships that hold on ``on``."""
    return Q(from_on__lte=on) & (Q(to_on=None) | Q(to_on__gte=on))


def _held(on, whose, *, of_person):
    """``{id: names of hardship categories held}``, keyed by person, else by household."""
    found = defaultdict(set)
    rows = Hardship.objects.filter(whose, in_force(on)).filter(
        Q(person=None) | Q(person__died_on=None, person__left_on=None)
    )
    for person, household, of_household, name in rows.values_list(
        "person", "household", "person__household", "category__name"
    ):
        found[person if of_person else (household or of_household)].add(name)
    return found


def _helped(whose, *, of_person):
    """``{id: [(year, programme code)]}`` of what was received, keyed by person, else by household."""
    found = defaultdict(list)
    rows = HelpGiven.objects.filter(whose, state=HelpState.RECEIVED)
    for person, household, of_household, year, code in rows.values_list(
        "person", "household", "person__household", "year", "programme__code"
    ):
        found[person if of_person else (household or of_household)].append((year, code))
    return found


def _of_help(given, on):
    return {
        Fact.HELPED_THIS_YEAR: any(year == on.year for year, _code in given),
        Fact.HELPED_BEFORE: frozenset(name for year, code in given for name in names_of_help(year, code)),
    }
