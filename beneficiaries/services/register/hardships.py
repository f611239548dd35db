"""The list of hardships: which category a person or household holds, from when to when, on what basis.

A row is the period on file with the same holder, category and first day, else a new one; periods of one
category may not overlap. A last day ends it.
"""

from beneficiaries.enums import ImportKind
from beneficiaries.models import Hardship, HardshipCategory
from beneficiaries.services.register import holders, homes, trail
from beneficiaries.services.register.kind import Kind, of_choices
from beneficiaries.services.register.persons import CATEGORY, HARDSHIP, HOUSEHOLD, ORGANISATION
from welfare.enums import Level

FACTS = {"level": "text", "basis": "text", "to_on": "date"}


class Hardships(Kind):
    code = ImportKind.HARDSHIPS
    subject = "困难类别"
    values = {
        "name": "text",
        "number": "text",
        "community": "text",
        "organisation_id": "bigint",
        "category": "bigint",
        "from_on": "date",
        **FACTS,
    }
    numbers = {"id_number": "id_number"}
    place_levels = (Level.COMMUNITY,)
    is_place_required = False
    meets = f"""{holders.MEETS}, h.id AS household_id, coalesce(h.is_archived, false) AS is_archived,
        ho.name AS home_name, h.organisation_id AS home_id,
        coalesce(starts_with(ho.path, %(path)s), false) AS home_in_scope,
        k.held_person_id, k.held_home_id, coalesce('p' || k.held_person_id, 'h' || k.held_home_id) AS holder,
        coalesce(op.id, oh.id) AS hardship_id, coalesce(op.id, oh.id) IS NOT NULL AS is_known"""
    joins = f"""{holders.JOINS}
        LEFT JOIN {HOUSEHOLD} h ON h.number = v.number
        LEFT JOIN {ORGANISATION} ho ON ho.id = h.organisation_id
        LEFT JOIN {CATEGORY} c ON c.id = v.category
        CROSS JOIN LATERAL (SELECT CASE WHEN c.is_personal THEN p.id END AS held_person_id,
            CASE WHEN NOT c.is_personal THEN coalesce(h.id, ph.id) END AS held_home_id) k
        LEFT JOIN {HARDSHIP} op ON op.person_id = k.held_person_id
            AND op.category_id = v.category AND op.from_on = v.from_on
        LEFT JOIN {HARDSHIP} oh ON oh.household_id = k.held_home_id
            AND oh.category_id = v.category AND oh.from_on = v.from_on"""

    def prepare(self, values, bad):
        values["id_number"] = values["id_number"] and values["id_number"].number
        reasons = []
        if not values["id_number"] and not values["number"] and not bad & {"id_number", "number"}:
            reasons.append(("id_number", "身份证号和户编号都没有填写，请至少填一项。"))
        if values["from_on"] and values["to_on"] and values["to_on"] < values["from_on"]:
            reasons.append(("to_on", "终止日期早于起始日期，请核对。"))
        return reasons

    def check_registry(self, work):
        work.find(*holders.ON_FILE, *_ON_FILE)

    def check_rest(self, work):
        work.find(_OVERLAPS_ROW, *_OVERLAPS)

    def compare(self, work):
        work.differ(_DIFFER, _NEWLY_HELD)

    def labels(self):
        names = HardshipCategory.objects.values_list("pk", "name")
        return {"category": of_choices([(str(pk), name) for pk, name in names])}

    def write(self, work, *, by, at):
        trail.lock_persons(work)
        sets = ", ".join(f"{key} = coalesce(w.{key}, o.{key})" for key in FACTS)
        work.run(
            f"""UPDATE {HARDSHIP} o SET {sets} FROM import_work w
            WHERE o.id = w.hardship_id AND NOT w.is_bad
                AND EXISTS (SELECT FROM import_changed c WHERE c.excel_row = w.excel_row)"""
        )
        given = {key: f"w.{key}" for key in (*FACTS, "from_on", "category")} | {
            "household": "w.held_home_id",
            "person": "w.held_person_id",
        }
        source = "FROM import_work w WHERE NOT w.is_known AND NOT w.is_bad ORDER BY w.excel_row"
        homes.run_insert(work, Hardship, given, source)
        trail.of_persons(work, by=by, at=at, action="household.import", label="导入困难类别")


_PERIOD = "daterange({0}.from_on, {0}.to_on, '[]')"
_ON_FILE = (
    """SELECT excel_row, 23, 'number',
        CASE WHEN home_in_scope THEN 'household_archived' ELSE 'household_unknown' END, NULL::jsonb
    FROM import_work WHERE number IS NOT NULL AND (NOT home_in_scope OR is_archived)""",
    """SELECT excel_row, 24, 'community', 'household_elsewhere', jsonb_build_object('place', home_name)
    FROM import_work WHERE home_in_scope AND community IS NOT NULL AND organisation_id <> home_id""",
    """SELECT excel_row, 25, 'number', 'person_of_other_household', jsonb_build_object('number', person_home_number)
    FROM import_work WHERE person_in_scope AND home_in_scope AND household_id <> person_home_id""",
    f"""SELECT w.excel_row, 26, 'id_number', 'category_is_personal', jsonb_build_object('category', c.name)
    FROM import_work w JOIN {CATEGORY} c ON c.id = w.category
    WHERE c.is_personal AND w.id_index IS NULL AND NOT w.is_bad""",
)
_OVERLAPS_ROW = f"""
    SELECT w.excel_row, 11, 'from_on', 'hardship_overlaps_row', jsonb_build_object('row', min(o.excel_row))
    FROM import_work w JOIN import_work o ON o.category = w.category AND o.excel_row <> w.excel_row
        AND o.holder = w.holder
    WHERE NOT w.is_bad AND NOT o.is_bad AND w.from_on IS NOT NULL AND o.from_on IS NOT NULL
        AND {_PERIOD.format("w")} && {_PERIOD.format("o")}
    GROUP BY w.excel_row"""
# What the row would be on file once written: a blank last day leaves the one there.
_OVERLAPS = tuple(
    f"""SELECT w.excel_row, 30, 'from_on', 'hardship_overlaps',
        jsonb_build_object('from_on', min(o.from_on), 'to_on', (array_agg(o.to_on ORDER BY o.from_on))[1])
    FROM import_work w JOIN {HARDSHIP} o ON o.{on_file} = w.{held} AND o.category_id = w.category
        AND o.id IS DISTINCT FROM w.hardship_id
    LEFT JOIN {HARDSHIP} mine ON mine.id = w.hardship_id
    WHERE NOT w.is_bad AND w.from_on IS NOT NULL AND {_PERIOD.format("o")} &&
        daterange(w.from_on, coalesce(w.to_on, mine.to_on), '[]')
    GROUP BY w.excel_row"""
    for on_file, held in (("person_id", "held_person_id"), ("household_id", "held_home_id"))
)
_DIFFER = f"""SELECT w.excel_row, k.* FROM import_work w JOIN {HARDSHIP} o ON o.id = w.hardship_id
    CROSS JOIN LATERAL (VALUES {
    ", ".join(f"({place}, '{key}', o.{key}::text, w.{key}::text)" for place, key in enumerate(FACTS, start=1))
}) k(place, key, before, after)
    WHERE NOT w.is_bad AND k.after IS NOT NULL AND k.after IS DISTINCT FROM k.before"""
_NEWLY_HELD = """SELECT excel_row, 0, 'category', NULL, category::text
    FROM import_work WHERE NOT is_bad AND NOT is_known"""
