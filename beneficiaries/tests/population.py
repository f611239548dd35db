"""A made-up population for tests of eligibility: many households at once, with every fact at and around its limits."""

import random
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from beneficiaries.enums import (
    CriterionKind,
    DisabilityKind,
    Fact,
    FamilyRule,
    HealthState,
    HelpState,
    Operator,
    PoliticalStatus,
    Relation,
    SchoolStage,
    Unit,
)
from beneficiaries.models import (
    AidCategory,
    Code,
    Evidence,
    Hardship,
    HelpGiven,
    Household,
    Institution,
    MinimumLine,
    Person,
    Programme,
)
from beneficiaries.queries import facts
from beneficiaries.rules.eligibility import Node
from beneficiaries.rules.fact_kinds import CODE_LISTS, FIXED_NAMES, FLAGS, NAMED, ORDERED, WHOLE
from beneficiaries.tests.factories import hardship_categories
from welfare.testing.personas import AT, clerk_of

ON = date(2026, 2, 28)
NAMES = ("低保户", "因病致贫", "拆迁过渡")
LINE = Decimal(780)
AMOUNTS = (
    None,
    None,
    *(Decimal(n) for n in ("0", "520", "780", "1169.99", "1170", "1170.01", "1560", "20000")),
)
BIRTHS = (
    None,
    date(1951, 2, 28),
    date(1951, 3, 1),
    date(2008, 2, 28),
    date(2008, 2, 29),
    date(2009, 3, 1),
    date(2026, 1, 1),
)
PAPERS = ("收入证明", "医疗费票据", "其他")
VALID = (None, None, date(2026, 2, 28), date(2026, 2, 27), date(2025, 1, 1))
FILED = (date(2025, 2, 28), date(2025, 3, 1), date(2025, 11, 28), date(2025, 11, 30), date(2026, 2, 28))
HELP = (None, None, (2025, "p1"), (2026, "p1"), (2026, "p2"))
WORDS = {
    Fact.CATEGORY: NAMES,
    Fact.HELPED_BEFORE: ("2025", "2026", "p1", "2025:p1", "2026:p2", "2024:p1"),
    Fact.LISTED_DISEASE: ("胃癌", "尘肺"),
    Fact.HOUSING_DANGER: ("C级", "D级"),
    Fact.WORK_STATE: ("下岗失业", "农民"),
    Fact.VETERAN_KIND: ("烈属", "伤残军人"),
    **FIXED_NAMES,
}
NUMBERS = {
    Fact.INCOME_MULTIPLE: ("1", "1.5", "2"),
    Fact.MONTHS_ON_FILE: ("0", "3", "12"),
    Fact.MONTHS_STOPPED: ("0", "3", "6"),
    Fact.ELDEST_AGE: ("0", "17", "18", "75", "3000"),
    Fact.YOUNGEST_AGE: ("0", "17", "18", "75"),
}
FEW, YUAN = ("0", "1", "2", "3"), ("520", "780", "1170", "1170.01", "20000")


def node(fact, operator, value="", is_negated=False):
    return Node(CriterionKind.TEST, is_negated, fact, operator, value)


def values_of(fact):
    """Values that a test of a number is tried with."""
    return NUMBERS.get(fact, FEW if fact in WHOLE else YUAN)


def every_test():
    """Each fact with each operator that suits it, at and around its limits, plain and negated."""
    for fact in Fact:
        if fact in FLAGS:
            pairs = [(Operator.IS_TRUE, ""), (Operator.IS_FALSE, "")]
        elif fact in NAMED:
            pairs = [
                (Operator.ONE_OF, value)
                for value in (WORDS[fact][0], WORDS[fact][1], "、".join(WORDS[fact][:2]))
            ]
        else:
            pairs = [(operator, value) for operator in sorted(ORDERED) for value in values_of(fact)]
        for operator, value in pairs:
            for is_negated in (False, True):
                yield node(fact, operator, value, is_negated)


@dataclass
class Population:
    """The ids of everybody, and their facts by unit and family rule."""

    organisations: object = field(repr=False)
    facts: dict = field(repr=False)

    def of(self, unit, rule):
        """{id: facts} of everybody of a unit."""
        return self.facts[unit, rule]


def make(organisations, seed, size=250):
    """A Population of ``size`` households in the community of ``organisations``, with their members and some institutions."""
    chance = random.Random(seed)
    MinimumLine.objects.get_or_create(
        organisation=organisations.county, is_rural=True, from_on=date(2025, 1, 1), monthly_amount=LINE
    )
    categories, codes = hardship_categories(*NAMES), _codes()
    homes = Household.objects.bulk_create(
        _household(chance, organisations.community, f"S{seed}-{number}", codes) for number in range(size)
    )
    people = Person.objects.bulk_create(member for home in homes for member in _family(chance, home, codes))
    places = Institution.objects.bulk_create(
        _institution(chance, organisations, number) for number in range(30)
    )
    Hardship.objects.bulk_create(
        _hardship(chance, categories, **{holder._meta.model_name: holder})
        for holder in (*homes, *people)
        if chance.random() < 0.4
    )
    _give(chance, organisations, (*homes, *people, *places))
    _prove(chance, organisations, (*homes, *people))
    return Population(organisations, _facts(homes, people, places))


def _facts(homes, people, places):
    """As the queries read them, of those whom a screening looks at."""
    homes = list(Household.objects.filter(pk__in=[home.pk for home in homes]).select_related("organisation"))
    present = Person.objects.present().filter(pk__in=[person.pk for person in people])
    present = list(present.select_related("household__organisation"))
    found = {}
    for rule in FamilyRule:
        found[Unit.HOUSEHOLD, rule] = facts.of_households(homes, ON, rule)
        found[Unit.PERSON, rule] = facts.of_persons(present, ON, rule)
        found[Unit.INSTITUTION, rule] = facts.of_institutions(places, ON, rule)
    return found


def _codes():
    found = {}
    for fact, kind in (*CODE_LISTS.items(), ("marriage", "marriage")):
        wanted = ("未婚", "已婚", "离婚") if fact == "marriage" else WORDS[fact]
        found[fact] = list(Code.objects.filter(kind=kind, name__in=wanted))
        assert len(found[fact]) == len(wanted)
    return found


def _household(chance, community, number, codes):
    return Household(
        organisation=community,
        number=number,
        monthly_income=chance.choice(AMOUNTS),
        medical_cost=chance.choice(AMOUNTS),
        disaster_loss=chance.choice(AMOUNTS),
        is_rural=chance.random() < 0.8,
        housing_danger=chance.choice([None, *codes[Fact.HOUSING_DANGER]]),
        registered_on=chance.choice(FILED),
    )


def _family(chance, home, codes):
    relations = [Relation.HEAD, Relation.SPOUSE, Relation.CHILD, Relation.CHILD, Relation.PARENT]
    wanted = relations[:1] * (chance.random() < 0.9) + [one for one in relations[1:] if chance.random() < 0.4]
    return [_member(chance, home, relation, codes) for relation in wanted]


def _member(chance, home, relation, codes):
    is_counted, is_veteran = chance.random() < 0.8, chance.random() < 0.3
    return Person(
        household=home,
        name="成员",
        relation=relation,
        birth_on=chance.choice(BIRTHS),
        health=chance.choice([HealthState.HEALTHY, HealthState.HEALTHY, HealthState.SEVERE]),
        disability_grade=chance.choice([None, None, None, 1, 2, 3]),
        disability_kind=chance.choice(["", "", DisabilityKind.VISUAL]),
        major_disease=chance.choice(["", "", "", "尿毒症"]),
        listed_disease=chance.choice([None, None, None, *codes[Fact.LISTED_DISEASE]]),
        school_stage=chance.choice(["", "", SchoolStage.PRIMARY, SchoolStage.UNIVERSITY]),
        political_status=chance.choice([PoliticalStatus.MASSES, *PoliticalStatus]),
        is_veteran=is_veteran,
        veteran_kind=chance.choice([None, *codes[Fact.VETERAN_KIND]]) if is_veteran else None,
        work_state=chance.choice([None, None, *codes[Fact.WORK_STATE]]),
        marriage=chance.choice([None, None, *codes["marriage"]]),
        is_counted=is_counted,
        not_counted_reason="" if is_counted else "服刑",
        died_on=chance.choice([None, None, None, None, date(2025, 1, 1)]),
        left_on=chance.choice([None, None, None, None, date(2025, 1, 1)]),
        registered_on=chance.choice([None, *FILED]),
    )


def _institution(chance, organisations, number):
    return Institution(
        organisation=organisations.community,
        name=f"单位{number}",
        stopped_months=chance.choice([None, 0, 3, 5, 6, 7]),
        bankrupt_on=chance.choice([None, ON, date(2026, 3, 1)]),
        registered_on=chance.choice(FILED),
    )


def _hardship(chance, categories, **holder):
    return Hardship(
        category=chance.choice(categories),
        from_on=chance.choice([date(2025, 1, 1), date(2026, 2, 27)]),
        to_on=chance.choice([None, None, date(2026, 2, 27), date(2026, 3, 31)]),
        **holder,
    )


def _give(chance, organisations, holders):
    programmes = {}
    for code in ("p1", "p2"):
        programme = Programme.objects.create(
            code=code,
            name=code,
            organiser=organisations.township,
            season="春节",
            year=2026,
            starts_on=ON,
            ends_on=ON,
        )
        programmes[code] = AidCategory.objects.create(programme=programme, code="a", name="甲")
    rows = []
    for number, holder in enumerate(holders):
        if given := chance.choice(HELP):
            year, code = given
            rows.append(
                HelpGiven(
                    organisation=organisations.community,
                    programme=programmes[code].programme,
                    category=programmes[code],
                    year=year,
                    received_on=ON,
                    source_key=f"population-{number}",
                    state=chance.choice([HelpState.RECEIVED, HelpState.RECEIVED, HelpState.VOIDED]),
                    **{holder._meta.model_name: holder},
                )
            )
    HelpGiven.objects.bulk_create(rows)


def papers(*names):
    """Ids of kinds of evidence."""
    return frozenset(Code.objects.filter(kind="evidence_kind", name__in=names).values_list("pk", flat=True))


def _prove(chance, organisations, holders):
    """Papers of some: in force, up to the very day, expired, voided."""
    kinds, by = sorted(papers(*PAPERS)), clerk_of(organisations.community)
    assert len(kinds) == len(PAPERS)
    rows = []
    for number, holder in enumerate(holders):
        for kind in (one for one in kinds if chance.random() < 0.25):
            voided = (
                {"voided_at": AT, "voided_by": by, "void_reason": "传错"} if chance.random() < 0.2 else {}
            )
            rows.append(
                Evidence(
                    kind_id=kind,
                    sha256=f"{number}-{kind}",
                    size=1,
                    valid_until=chance.choice(VALID),
                    uploaded_by=by,
                    uploaded_at=AT,
                    **voided,
                    **{holder._meta.model_name: holder},
                )
            )
    Evidence.objects.bulk_create(rows)
