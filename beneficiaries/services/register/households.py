"""The list of households' facts: households on file, by number. It registers nobody."""

from beneficiaries.enums import ImportKind
from beneficiaries.services.register import homes, trail
from beneficiaries.services.register.kind import Kind, yes_or_no
from beneficiaries.services.register.persons import HOUSEHOLD, ORGANISATION
from welfare.enums import Level

FACTS = homes.FACTS | homes.OWN


class Households(Kind):
    code = ImportKind.HOUSEHOLDS
    subject = "户"
    values = {
        "number": "text",
        "community": "text",
        "organisation_id": "bigint",
        "is_rural_place": "boolean",
        **FACTS,
    }
    numbers = {}
    place_levels = (Level.COMMUNITY,)
    is_place_required = False
    own_tables = ("import_homes",)
    meets = """h.id AS household_id, coalesce(h.is_archived, false) AS is_archived, ho.name AS home_name,
        h.organisation_id AS home_id, coalesce(starts_with(ho.path, %(path)s), false) AS home_in_scope,
        true AS is_known, true AS is_head, NULL::text AS name"""
    joins = f"""LEFT JOIN {HOUSEHOLD} h ON h.number = v.number
        LEFT JOIN {ORGANISATION} ho ON ho.id = h.organisation_id"""

    def check_file(self, work):
        work.find(twice("number", "number"))

    def check_registry(self, work):
        work.find(*ON_FILE)

    def check_rest(self, work):
        work.find(homes.days_without_amount())

    def compare(self, work):
        homes.gather(work, FACTS)
        work.differ(homes.differing(FACTS))

    def labels(self):
        codes = homes.codes_by_id()
        return {"housing": codes, "housing_danger": codes, "is_rural": yes_or_no}

    def write(self, work, *, by, at):
        homes.lock(work)
        homes.update_changed(work, FACTS)
        trail.of_homes(work, by=by, at=at)


def twice(key, *columns):
    """The SELECT for ``Work.find``: rows that agree in ``columns``, told at ``key``."""
    same = ", ".join(columns)
    known = " AND ".join(f"{column} IS NOT NULL" for column in columns)
    return f"""SELECT w.excel_row, 10, '{key}', 'listed_twice',
            jsonb_build_object('rows', d.rows, 'count', d.count)
        FROM import_work w JOIN (
            SELECT {same}, (array_agg(excel_row ORDER BY excel_row))[1:11] AS rows, count(*)
            FROM import_work WHERE {known} GROUP BY {same} HAVING count(*) > 1) d USING ({same})"""


# A household outside is as unknown as one that nobody has: nothing is told of it.
ON_FILE = (
    """SELECT excel_row, 20, 'number',
        CASE WHEN home_in_scope THEN 'household_archived' ELSE 'household_unknown' END, NULL::jsonb
    FROM import_work WHERE number IS NOT NULL AND (NOT home_in_scope OR is_archived)""",
    """SELECT excel_row, 21, 'community', 'household_elsewhere', jsonb_build_object('place', home_name)
    FROM import_work WHERE home_in_scope AND NOT is_archived AND community IS NOT NULL
        AND organisation_id <> home_id""",
)
