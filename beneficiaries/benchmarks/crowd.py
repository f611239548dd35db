"""Many households with every fact that criteria read, made in the database itself: the same rows for the same size.

Without names, numbers or search: what screening looks at, and nothing else.
"""

from datetime import UTC, date, datetime

from django.db import connection

from beneficiaries.benchmarks import place
from beneficiaries.enums import CriterionKind, Fact, Operator, StandardKind, StepKind, Unit
from beneficiaries.models import (
    AidCategory,
    Criterion,
    Hardship,
    HelpGiven,
    Household,
    Person,
    ProcedureStep,
    Programme,
    Roster,
    RosterEntry,
    Standard,
)
from welfare import accounts, workflow
from welfare.database import loading
from welfare.enums import Level
from welfare.models import Organisation, RoleAssignment, User

ON, AT = date(2026, 1, 5), datetime(2026, 1, 5, 1, tzinfo=UTC)
SIZE = 3  # people of a household
SEED = 0.11643
SEASON = 5  # programmes that exclude one another
HOMES = """
    SELECT n, (%(places)s)[1 + n %% array_length(%(places)s, 1)], 'B' || lpad(n::text, 8, '0'), random() < 0.8,
           CASE WHEN random() < 0.8 THEN (200 + random() * 2800)::numeric(14, 2) END,
           CASE WHEN random() < 0.2 THEN (random() * 80000)::numeric(14, 2) END,
           date '2026-01-01' - (random() * 1500)::int
    FROM generate_series(1, %(homes)s) n"""
PEOPLE = """
    SELECT n, 1 + (n - 1) / 3, '成员', (ARRAY['head', 'spouse', 'child'])[1 + (n - 1) %% 3],
           date '1940-01-01' + (random() * 18000)::int + (n - 1) %% 3 / 2 * 9000,
           CASE WHEN random() < 0.03 THEN 'severe' ELSE 'healthy' END,
           CASE WHEN random() < 0.06 THEN 1 + (random() * 3)::int END, random() < 0.95, '长期在外',
           CASE WHEN (n - 1) %% 3 = 2 AND random() < 0.3 THEN 'university' ELSE '' END,
           CASE WHEN random() < 0.01 THEN date '2025-06-01' END
    FROM generate_series(1, %(people)s) n"""
HARDSHIPS = """
    SELECT n, c.ids[1 + (random() * (array_length(c.ids, 1) - 1))::int], date '2025-01-01'
    FROM generate_series(1, %(homes)s) n,
         (SELECT array_agg(id ORDER BY id) AS ids FROM beneficiaries_hardshipcategory WHERE NOT is_personal) c
    WHERE random() < 0.4"""
GIVEN = """
    SELECT %(county)s, %(programme)s, %(category)s, n, 2025 + (random() < 0.1)::int, date '2025-02-01', 'bench-' || n
    FROM generate_series(1, %(homes)s) n WHERE random() < 0.05"""
ELSEWHERE = """
    SELECT %(roster)s, %(programme)s, %(category)s, n, n, 'screening', %(user)s, now()
    FROM generate_series(%(first)s, %(homes)s, 20) n"""


def fill(persons):
    """A county of ``persons`` people in households of three, its five programmes of one season, some entries and help."""
    place.make(persons)
    county = place.find().county
    staff = [_engage(county, role) for role in ("programme_officer", "programme_approver")]
    programmes = [programme(county, number, *staff) for number in range(SEASON)]
    homes = max(persons // SIZE, 1)
    values = {"homes": homes, "people": homes * SIZE, "county": county.pk}
    values["places"] = [one.pk for one in place.find().communities]
    values |= {"programme": programmes[1].pk, "category": programmes[1].categories.first().pk}
    with loading.bare_tables(Household, Person, Hardship, HelpGiven), connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        cursor.execute("SELECT setseed(%s)", [SEED])
        for model, columns, select in INTO:
            insert(cursor, model, columns, select, values)
    _list_some(county, programmes[1:], homes)


INTO = (
    (
        Household,
        ("id", "organisation_id", "number", "is_rural", "monthly_income", "medical_cost", "registered_on"),
        HOMES,
    ),
    (
        Person,
        (
            *("id", "household_id", "name", "relation", "birth_on", "health", "disability_grade"),
            *("is_counted", "not_counted_reason", "school_stage", "died_on"),
        ),
        PEOPLE,
    ),
    (Hardship, ("household_id", "category_id", "from_on"), HARDSHIPS),
    (
        HelpGiven,
        (
            "organisation_id",
            "programme_id",
            "category_id",
            "household_id",
            "year",
            "received_on",
            "source_key",
        ),
        GIVEN,
    ),
)


def insert(cursor, model, columns, select, values):
    """One INSERT … SELECT, with Django's defaults for the columns that it does not name."""
    more = loading.defaults(model, columns)
    kinds = {field.column: field.db_type(connection) for field in model._meta.concrete_fields}
    names = ", ".join(f'"{column}"' for column in (*columns, *more))
    extra = "".join(f", %({column})s::{kinds[column]}" for column in more)
    cursor.execute(
        f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT found.*{extra} FROM ({select}) found',
        {**more, **values},
    )


def programme(county, number, officer, approver):
    """One approved programme of the season: three tiers with ten conditions; all of them exclude one another."""
    made = Programme.objects.create(
        code=f"bench-{number}",
        name=f"慰问{number}",
        organiser=county,
        season="春节",
        year=ON.year,
        starts_on=ON,
        ends_on=ON,
        exclusion_group="bench",
        written_by=officer,
    )
    ProcedureStep.objects.create(programme=made, position=1, kind=StepKind.APPROVAL, level=Level.COUNTY)
    for precedence, (name, rows) in enumerate(TIERS, 1):
        category = AidCategory.objects.create(
            programme=made,
            code=f"t{precedence}",
            name=name,
            public_label="困难家庭",
            precedence=precedence,
            unit=Unit.HOUSEHOLD,
        )
        Standard.objects.create(category=category, kind=StandardKind.CASH, amount=500)
        group = Criterion.objects.create(category=category, kind=CriterionKind.ANY, position=10)
        for position, (is_inside, fact, operator, value, is_negated) in enumerate(rows):
            Criterion.objects.create(
                category=category,
                parent=group if is_inside else None,
                fact=fact,
                operator=operator,
                value=value,
                is_negated=is_negated,
                position=position,
            )
    workflow.perform(made, "submit", by=officer, at=AT)
    return workflow.perform(made, "approve", by=approver, at=AT)


TIERS = (
    (
        "一档",
        (
            (False, Fact.INCOME_MULTIPLE, Operator.AT_MOST, "1.5", False),
            (False, Fact.CATEGORY, Operator.ONE_OF, "低保户、低保边缘户、特困供养人员（集中）", False),
            (True, Fact.DISABLED_COUNT, Operator.AT_LEAST, "1", False),
            (True, Fact.HAS_MAJOR_DISEASE, Operator.IS_TRUE, "", False),
        ),
    ),
    (
        "二档",
        (
            (False, Fact.INCOME_MULTIPLE, Operator.AT_MOST, "2", False),
            (True, Fact.SCHOOL_STAGE, Operator.ONE_OF, "大学", False),
            (True, Fact.HELPED_BEFORE, Operator.ONE_OF, "2025", True),
        ),
    ),
    (
        "三档",
        (
            (False, Fact.INCOME_MULTIPLE, Operator.AT_MOST, "3", False),
            (True, Fact.MEDICAL, Operator.AT_LEAST, "20000", False),
            (True, Fact.ELDEST_AGE, Operator.AT_LEAST, "75", False),
        ),
    ),
)


def _list_some(county, programmes, homes):
    """Each of the other programmes lists every twentieth household."""
    user = User.objects.get(username="bench-township")
    RoleAssignment.objects.create(user=user, role="clerk", organisation=county)
    for first, one in enumerate(programmes, 1):
        roster = new_roster(one, county, user)
        with connection.cursor() as cursor:
            insert(
                cursor,
                RosterEntry,
                (
                    *("roster_id", "programme_id", "category_id", "household_id", "position", "origin"),
                    *("added_by_id", "added_at"),
                ),
                ELSEWHERE,
                {
                    "roster": roster.pk,
                    "programme": one.pk,
                    "category": one.categories.first().pk,
                    "user": user.pk,
                    "first": first,
                    "homes": homes,
                },
            )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as autovacuum would have done by now


def new_roster(one, organisation, user):
    """A roster in drafting."""
    return Roster.objects.create(programme=one, organisation=organisation, drafted_by=user, drafted_at=AT)


def _engage(county, role):
    user = accounts.create_user(username=f"bench-{role}", full_name=role, password=None, by=None, at=AT)
    accounts.grant(user=user, role=role, organisation=county, by=None, at=AT)
    return user


def first_programme():
    """The programme whose roster is drafted and whose criteria are screened."""
    return Programme.objects.get(code="bench-0")


def county():
    return Organisation.objects.get(code=place.COUNTY_CODE)
