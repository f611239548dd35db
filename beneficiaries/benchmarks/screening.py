"""The subject ``screening`` of ``manage.py bench``: criteria over a whole county, and a roster drafted from them.

F is what somebody would write by hand for this one programme; of the roster, one INSERT … SELECT of the same rows.
"""

from pathlib import Path

from django.db import connection, transaction

from beneficiaries.benchmarks import crowd, place
from beneficiaries.enums import Unit
from beneficiaries.models import Household, RosterEntry
from beneficiaries.queries.screening import fitting
from beneficiaries.services import entries as entry_services
from welfare.benchmark import Bar, Case, statements, stopwatch
from welfare.models import User

SOURCES = [Path(module.__file__) for module in (crowd, place)]
TEMPLATES = []
ENTRIES = 50_000
SCREENED = """
    WITH m AS (
        SELECT household_id, count(*) AS everyone, count(*) FILTER (WHERE is_counted) AS counted, min(birth_on) AS eldest,
               bool_or(disability_grade IS NOT NULL OR disability_kind <> '') AS disabled,
               bool_or(listed_disease_id IS NOT NULL OR major_disease <> '' OR health = 'severe') AS ill,
               bool_or(school_stage = 'university') AS studies
        FROM beneficiaries_person WHERE died_on IS NULL AND left_on IS NULL GROUP BY household_id
    ), k AS (
        SELECT x.household_id FROM beneficiaries_hardship x JOIN beneficiaries_hardshipcategory c ON c.id = x.category_id
        WHERE c.name IN ('低保户', '低保边缘户', '特困供养人员（集中）') AND x.household_id IS NOT NULL
            AND x.from_on <= '2026-01-05' AND (x.to_on IS NULL OR x.to_on >= '2026-01-05')
        UNION
        SELECT p.household_id FROM beneficiaries_hardship x JOIN beneficiaries_hardshipcategory c ON c.id = x.category_id
            JOIN beneficiaries_person p ON p.id = x.person_id AND p.died_on IS NULL AND p.left_on IS NULL
        WHERE c.name IN ('低保户', '低保边缘户', '特困供养人员（集中）') AND x.person_id IS NOT NULL
            AND x.from_on <= '2026-01-05' AND (x.to_on IS NULL OR x.to_on >= '2026-01-05')
    ), g AS (
        SELECT household_id FROM beneficiaries_helpgiven
        WHERE year = 2025 AND state = 'received' AND household_id IS NOT NULL
        UNION
        SELECT p.household_id FROM beneficiaries_helpgiven h JOIN beneficiaries_person p ON p.id = h.person_id
        WHERE h.year = 2025 AND h.state = 'received' AND h.person_id IS NOT NULL
    ), s AS (
        SELECT h.id, h.organisation_id, h.number, h.monthly_income, h.medical_cost, h.disaster_loss,
               h.monthly_income * GREATEST(m.everyone, 1) AS total, GREATEST(m.counted, 1) AS heads,
               CASE WHEN h.is_rural THEN 780 ELSE 860 END AS line,
               m.disabled, m.ill, m.studies, m.eldest, k.household_id IS NOT NULL AS held, g.household_id IS NOT NULL AS helped
        FROM beneficiaries_household h JOIN welfare_organisation o ON o.id = h.organisation_id AND o.path LIKE %(path)s
            LEFT JOIN m ON m.household_id = h.id LEFT JOIN k ON k.household_id = h.id LEFT JOIN g ON g.household_id = h.id
        WHERE NOT h.is_archived
    ), fits AS (
        SELECT *, CASE
            WHEN total <= line * 1.5 * heads AND held AND (disabled OR ill) THEN 1
            WHEN total <= line * 2 * heads AND (studies OR NOT helped) THEN 2
            WHEN total <= line * 3 * heads AND (medical_cost >= 20000 OR eldest <= '1951-01-05') THEN 3 END AS fit
        FROM s
    )"""
LISTED = """
    INSERT INTO beneficiaries_rosterentry ({named}{columns})
    SELECT %(roster)s, %(programme)s, c.id, f.id, 'screening', %(user)s, now(), f.heads,
           row_number() OVER (ORDER BY o.code, f.monthly_income NULLS LAST, f.medical_cost DESC NULLS LAST, f.number),
           jsonb_build_array({words}), jsonb_build_array({words}){values}
    FROM fits f JOIN beneficiaries_aidcategory c ON c.programme_id = %(programme)s AND c.precedence = f.fit
        JOIN welfare_organisation o ON o.id = f.organisation_id
    WHERE EXISTS (SELECT FROM beneficiaries_person p WHERE p.household_id = f.id AND p.relation = 'head'
            AND p.died_on IS NULL AND p.left_on IS NULL)
        AND NOT EXISTS (SELECT FROM beneficiaries_rosterentry e JOIN beneficiaries_programme q ON q.id = e.programme_id
            WHERE e.household_id = f.id AND e.status IN ('listed', 'stopped', 'final') AND q.exclusion_group = 'bench' AND q.year = 2026)
        AND NOT EXISTS (SELECT FROM beneficiaries_helpgiven g JOIN beneficiaries_programme q ON q.id = g.programme_id
            WHERE g.household_id = f.id AND g.state = 'received' AND q.exclusion_group = 'bench' AND q.year = 2026)
    LIMIT %(most)s"""
LINE = (
    "jsonb_build_object('text', '家庭月人均收入为低保标准的1.5倍以下（含）', 'value',"
    " to_char(f.monthly_income, 'FM999,999.99') || '元（低保标准780元，1.5倍为1,170元）', 'is_met', true, 'depth', 0)"
)
NAMED = (
    *("roster_id", "programme_id", "category_id", "household_id", "origin", "added_by_id", "added_at"),
    *("family_size", "position", "explanation", "tried"),
)


def fill(persons):
    crowd.fill(persons)


def cases(persons, *, fast):
    """Screening of every household; a roster of as many entries as the county offers, 50,000 at most."""
    programme, county = crowd.first_programme(), crowd.county()
    homes = Household.objects.count()
    most = min(ENTRIES, homes // 6)
    return [
        Case(
            "screen",
            f"{homes:,} households, three tiers of ten conditions",
            {
                "own": lambda: timed(screened, programme, county),
                "F": lambda: timed(by_hand, county),
            },
            (Bar(3, "F"),),
        ),
        Case(
            "fill",
            f"roster of {most:,} entries, five programmes of a season",
            {
                "own": lambda: drafted(programme, county, most)[0],
                "F": lambda: inserted(programme, county, most),
            },
            (Bar(5, "F"),),
            "s",
            turns=0.6,
            writes=True,
        ),
        Case(
            "fill",
            "statements of the roster",
            {
                "own": lambda: drafted(programme, county, most)[1],
                "small": lambda: drafted(programme, county, max(1, most // 10))[1],
            },
            (Bar(1, "small"),),
            "statements",
            turns=0,
            writes=True,
        ),
    ]


def screened(programme, county):
    """{household: category} by the programme's criteria, as screening does."""
    return fitting(programme, Unit.HOUSEHOLD, county, crowd.ON)


def by_hand(county):
    """{household: precedence of its category} by the hand-written statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{SCREENED} SELECT id, fit FROM fits WHERE fit IS NOT NULL", {"path": f"{county.path}%"}
        )
        return dict(cursor.fetchall())


def timed(act, *arguments):
    """Seconds that it takes."""
    with stopwatch() as seconds:
        act(*arguments)
    return seconds[0]


def drafted(programme, county, most):
    """(seconds, statements) of filling a roster from screening, of which nothing stays."""
    programme.quota_total = most
    programme.save()
    with transaction.atomic():
        roster = crowd.new_roster(programme, county, _user())
        with statements() as seen, stopwatch() as seconds:
            made = entry_services.fill_from_screening(roster=roster, by=_user(), at=crowd.AT)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        if len(made) != most:
            raise AssertionError(f"The county offers {len(made)} of {most} entries.")
        transaction.set_rollback(True)
    return seconds[0], seen.count


def inserted(programme, county, most):
    """Seconds of one INSERT … SELECT of as many rows, foreign keys checked, of which nothing stays."""
    with transaction.atomic():
        roster = crowd.new_roster(programme, county, _user())
        values = {"roster": roster.pk, "programme": programme.pk, "user": _user().pk, "most": most}
        more = crowd.loading.defaults(RosterEntry, NAMED)
        kinds = {field.column: field.db_type(connection) for field in RosterEntry._meta.concrete_fields}
        statement = SCREENED + LISTED.format(
            named=", ".join(NAMED),
            columns="".join(f", {column}" for column in more),
            values="".join(f", %({column})s::{kinds[column]}" for column in more),
            words=", ".join([LINE] * 4),
        )
        with connection.cursor() as cursor, stopwatch() as seconds:
            cursor.execute(statement, {**values, **more, "path": f"{county.path}%"})
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)
    return seconds[0]


def _user():
    return User.objects.get(username="bench-township")
