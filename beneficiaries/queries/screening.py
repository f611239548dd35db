"""Criteria as SQL: one statement per unit over the whole organisation tree; twin of ``rules.eligibility``.

Negation is pushed down to the tests, each of which has an opposite, so that NULL (not on file) satisfies
neither a test nor its negation and no condition is ever wrapped in NOT.
"""

from decimal import Decimal

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from beneficiaries.enums import (
    CriterionKind,
    Fact,
    HealthState,
    HelpState,
    Operator,
    SchoolStage,
    Unit,
)
from beneficiaries.models import Hardship, HelpGiven, Household, Institution, Person
from beneficiaries.queries.facts import ADULT, PARTY, SEVERE_GRADES, in_force, minimum_lines
from beneficiaries.rules.eligibility import FLAGS, SETS, born_by, names, tests, tree
from welfare.money import MoneyField

NEVER, DIFFERS = Q(pk__in=[]), "differs"
OPPOSITE = {
    Operator.AT_LEAST: Operator.LESS_THAN,
    Operator.LESS_THAN: Operator.AT_LEAST,
    Operator.AT_MOST: Operator.MORE_THAN,
    Operator.MORE_THAN: Operator.AT_MOST,
    Operator.EQUALS: DIFFERS,
    Operator.IS_TRUE: Operator.IS_FALSE,
    Operator.IS_FALSE: Operator.IS_TRUE,
}


def fitting(programme, unit, organisation, on):
    """Beneficiaries of ``unit`` below ``organisation`` with ``fit_id``, the first category whose criteria they meet.

    One statement. Archived households and people who died or moved away are left out.
    """
    categories = [
        (category.pk, tree(category.criteria.all()))
        for category in programme.categories.filter(unit=unit)
        .order_by("precedence")
        .prefetch_related("criteria")
    ]
    wanted = {test.fact for _pk, nodes in categories for test in tests(nodes)}
    compiler = COMPILERS[unit](on)
    rows = compiler.base(organisation).annotate(**compiler.annotations(wanted))
    cases = []
    for pk, nodes in categories:
        condition = compiler.condition(nodes)
        if condition is not None:
            cases.append(When(condition, then=Value(pk)))
    return rows.annotate(fit_id=Case(*cases, default=None, output_field=IntegerField())).filter(
        fit_id__isnull=False
    )


class HouseholdCompiler:
    """Facts of a household: its own columns, counts over its present members, hardships and help by EXISTS."""

    member = "members__"

    def __init__(self, on):
        self.on = on

    def base(self, organisation):
        return Household.objects.current().filter(organisation__path__startswith=organisation.path)

    # -- facts as annotations
    def annotations(self, wanted):
        """Expressions for the facts in ``wanted`` that are not plain columns, by alias."""
        found = {}
        for fact in sorted(wanted):
            if fact == Fact.INCOME_MULTIPLE:
                found["minimum_line"] = self.minimum_line()
            elif expression := self.computed(fact):
                found[f"fact_{fact}"] = expression
        return found

    def minimum_line(self, prefix=""):
        cases = [
            When(
                **{f"{prefix}organisation__path__startswith": path, f"{prefix}is_rural": is_rural},
                then=Value(amount),
            )
            for path, is_rural, amount in minimum_lines(self.on)
        ]
        return Case(*cases, default=None, output_field=MoneyField())

    def computed(self, fact):
        if fact in (Fact.ELDEST_AGE, Fact.YOUNGEST_AGE):
            return self.birth(Min if fact == Fact.ELDEST_AGE else Max)
        who = self.members_who().get(fact)
        return None if who is None else self.number_of(who)

    def members_who(self):
        """Which members a fact counts."""
        m, present = self.member, self.present()
        return {
            Fact.DISABLED_COUNT: present
            & (Q(**{f"{m}disability_grade__isnull": False}) | Q(**{f"{m}disability_kind__gt": ""})),
            Fact.SEVERE_DISABLED_COUNT: present & Q(**{f"{m}disability_grade__in": SEVERE_GRADES}),
            Fact.HAS_MAJOR_DISEASE: present
            & (Q(**{f"{m}major_disease__gt": ""}) | Q(**{f"{m}health": HealthState.SEVERE})),
            Fact.CHILD_COUNT: present & Q(**{f"{m}birth_on__gt": born_by(ADULT, self.on)}),
            Fact.MEMBER_COUNT: present & Q(**{f"{m}is_counted": True}),
            Fact.LIVES_ALONE: present,
            Fact.PARTY_MEMBER: present & Q(**{f"{m}political_status__in": PARTY}),
            Fact.VETERAN: present & Q(**{f"{m}is_veteran": True}),
        }

    def present(self):
        m = self.member
        return Q(**{f"{m}pk__isnull": False, f"{m}died_on__isnull": True, f"{m}left_on__isnull": True})

    def number_of(self, who):
        return Count("members", filter=who)

    def birth(self, function):
        return function("members__birth_on", filter=self.present())

    columns = {Fact.INCOME: "monthly_income", Fact.MEDICAL: "medical_cost", Fact.LOSS: "disaster_loss"}

    # -- hardships, schooling, help
    def holds(self, category_names):
        held = Hardship.objects.filter(in_force(self.on), category__name__in=category_names)
        return Exists(held.filter(household=OuterRef("pk"))) | Exists(
            held.filter(person__household=OuterRef("pk"), person__died_on=None, person__left_on=None)
        )

    def studies(self, stages):
        return Exists(Person.objects.present().filter(household=OuterRef("pk"), school_stage__in=stages))

    def is_helped(self):
        given = HelpGiven.objects.filter(year=self.on.year, state=HelpState.RECEIVED)
        return Exists(given.filter(household=OuterRef("pk"))) | Exists(
            given.filter(person__household=OuterRef("pk"))
        )

    # -- conditions
    def condition(self, nodes):
        """Q of top nodes, joined by *all*; None when nothing in them can be computed."""
        return self.group(nodes, is_any=False, is_negated=False)

    def group(self, nodes, *, is_any, is_negated):
        parts = [part for node in nodes if (part := self.node(node, is_negated)) is not None]
        if not parts:
            return None
        joined = parts[0]
        for part in parts[1:]:
            joined = joined | part if is_any ^ is_negated else joined & part
        return joined

    def node(self, node, is_negated):
        is_negated ^= node.is_negated
        if node.kind == CriterionKind.JUDGED:
            return None
        if node.kind == CriterionKind.TEST:
            return self.test(node, is_negated)
        return self.group(node.children, is_any=node.kind == CriterionKind.ANY, is_negated=is_negated)

    def test(self, node, is_negated):
        if node.fact in SETS:
            return self.set_test(node, is_negated)
        operator = OPPOSITE[node.operator] if is_negated else node.operator
        if node.fact in FLAGS:
            return self.flag(node.fact, operator == Operator.IS_TRUE)
        if node.fact in (Fact.ELDEST_AGE, Fact.YOUNGEST_AGE):
            return self.age(f"fact_{node.fact}", operator, int(Decimal(node.value)))
        if node.fact == Fact.INCOME_MULTIPLE:
            return self.compare(
                self.columns.get(Fact.INCOME), operator, F("minimum_line") * Decimal(node.value)
            )
        column = self.columns.get(node.fact) or (f"fact_{node.fact}" if self.computed(node.fact) else None)
        return self.compare(column, operator, Decimal(node.value))

    def set_test(self, node, is_negated):
        if node.fact == Fact.CATEGORY:
            found = self.holds(sorted(names(node.value)))
        else:
            codes = {label: code for code, label in SchoolStage.choices}
            found = self.studies(sorted(codes[name] for name in names(node.value)))
        return ~Q(found) if is_negated else Q(found)

    def flag(self, fact, is_true):
        if fact == Fact.HELPED_THIS_YEAR:
            return Q(self.is_helped()) if is_true else ~Q(self.is_helped())
        alone = fact == Fact.LIVES_ALONE
        return self.count_flag(f"fact_{fact}", alone, is_true)

    @staticmethod
    def count_flag(alias, alone, is_true):
        if alone:
            return Q(**{alias: 1}) if is_true else (Q(**{f"{alias}__lt": 1}) | Q(**{f"{alias}__gt": 1}))
        return Q(**{f"{alias}__gt": 0}) if is_true else Q(**{alias: 0})

    @staticmethod
    def compare(column, operator, limit):
        if column is None:
            return NEVER
        return {
            Operator.AT_LEAST: Q(**{f"{column}__gte": limit}),
            Operator.AT_MOST: Q(**{f"{column}__lte": limit}),
            Operator.MORE_THAN: Q(**{f"{column}__gt": limit}),
            Operator.LESS_THAN: Q(**{f"{column}__lt": limit}),
            Operator.EQUALS: Q(**{column: limit}),
            DIFFERS: Q(**{f"{column}__lt": limit}) | Q(**{f"{column}__gt": limit}),
        }[operator]

    def age(self, column, operator, years):
        by, by_next = born_by(years, self.on), born_by(years + 1, self.on)
        return {
            Operator.AT_LEAST: Q(**{f"{column}__lte": by}),
            Operator.AT_MOST: Q(**{f"{column}__gt": by_next}),
            Operator.MORE_THAN: Q(**{f"{column}__lte": by_next}),
            Operator.LESS_THAN: Q(**{f"{column}__gt": by}),
            Operator.EQUALS: Q(**{f"{column}__lte": by, f"{column}__gt": by_next}),
            DIFFERS: Q(**{f"{column}__gt": by}) | Q(**{f"{column}__lte": by_next}),
        }[operator]


class PersonCompiler(HouseholdCompiler):
    """Facts of one person: money and number of members of the household, the rest of the person alone."""

    member = ""
    columns = {fact: f"household__{column}" for fact, column in HouseholdCompiler.columns.items()}

    def base(self, organisation):
        return Person.objects.present().filter(
            household__organisation__path__startswith=organisation.path, household__is_archived=False
        )

    def minimum_line(self, prefix="household__"):
        return super().minimum_line(prefix)

    def computed(self, fact):
        if fact not in (Fact.MEMBER_COUNT, Fact.LIVES_ALONE):
            return super().computed(fact)
        others = Person.objects.present().filter(household=OuterRef("household_id")).order_by()
        if fact == Fact.MEMBER_COUNT:
            others = others.filter(is_counted=True)
        number = others.values("household").annotate(number=Count("pk")).values("number")
        return Coalesce(Subquery(number), 0)

    def number_of(self, who):
        return Case(When(who, then=Value(1)), default=Value(0), output_field=IntegerField())

    def birth(self, function):
        return F("birth_on")

    def holds(self, category_names):
        held = Hardship.objects.filter(in_force(self.on), category__name__in=category_names)
        return Exists(held.filter(person=OuterRef("pk"))) | Exists(
            held.filter(household=OuterRef("household_id"))
        )

    def studies(self, stages):
        return Exists(Person.objects.filter(pk=OuterRef("pk"), school_stage__in=stages))

    def is_helped(self):
        given = HelpGiven.objects.filter(year=self.on.year, state=HelpState.RECEIVED)
        return Exists(given.filter(person=OuterRef("pk"))) | Exists(
            given.filter(household=OuterRef("household_id"))
        )


class InstitutionCompiler(HouseholdCompiler):
    """Facts of an institution: months stopped, and help."""

    columns = {Fact.MONTHS_STOPPED: "stopped_months"}

    def base(self, organisation):
        return Institution.objects.filter(organisation__path__startswith=organisation.path)

    def annotations(self, wanted):
        return {}

    def computed(self, fact):
        return None

    def set_test(self, node, is_negated):
        return Q(pk__isnull=False) if is_negated else NEVER

    def flag(self, fact, is_true):
        if fact == Fact.HELPED_THIS_YEAR:
            given = HelpGiven.objects.filter(
                year=self.on.year, state=HelpState.RECEIVED, institution=OuterRef("pk")
            )
            return Q(Exists(given)) if is_true else ~Q(Exists(given))
        return NEVER if is_true else Q(pk__isnull=False)

    def age(self, column, operator, years):
        return NEVER


COMPILERS = {
    Unit.HOUSEHOLD: HouseholdCompiler,
    Unit.PERSON: PersonCompiler,
    Unit.INSTITUTION: InstitutionCompiler,
}
