"""The register of institutions: by their credit code, else by their name within the organisation."""

from beneficiaries.enums import ImportKind
from beneficiaries.models import Institution
from beneficiaries.services.register import homes, tables, trail
from beneficiaries.services.register.households import twice
from beneficiaries.services.register.kind import Kind, hidden
from beneficiaries.services.register.persons import ORGANISATION
from beneficiaries.services.register.work import ROWS
from welfare import masking

INSTITUTION = tables.table(Institution)
FACTS = {
    "name": "text",
    "credit_code": "text",
    "kind": "bigint",
    "address": "text",
    "contact_name": "text",
    "stopped_months": "integer",
    "bankrupt_on": "date",
    "staff_count": "integer",
    "note": "text",
}
DATED = ("stopped_months", "bankrupt_on", "staff_count")  # what ``facts_on`` is the day of


class Institutions(Kind):
    code = ImportKind.INSTITUTIONS
    subject = "单位"
    values = {"community": "text", "organisation_id": "bigint", **FACTS}
    numbers = {"contact_phone": "phone"}
    is_place_required = False
    meets = """i.id AS institution_id, i.id IS NOT NULL AS is_known, i.is_archived, i.organisation_id AS place_id,
        starts_with(io.path, %(path)s) AS in_scope, io.name AS place_name,
        coalesce(same.count, 0) AS same_names, coded.id IS NULL AS by_name"""
    # a code of its own tells an institution; without one, the only one of that name in its organisation
    joins = f"""LEFT JOIN LATERAL (
            SELECT min(n.id) AS id, count(*) FROM {INSTITUTION} n
            WHERE n.organisation_id = v.organisation_id AND n.name = v.name
                AND NOT n.is_archived AND (v.credit_code IS NULL OR n.credit_code = '')
        ) same ON true
        LEFT JOIN {INSTITUTION} coded ON coded.credit_code = v.credit_code AND coded.credit_code <> ''
        LEFT JOIN {INSTITUTION} i ON i.id = coalesce(coded.id, same.id)
        LEFT JOIN {ORGANISATION} io ON io.id = i.organisation_id"""

    def check_file(self, work):
        work.find(
            twice("credit_code", "credit_code"),
            """SELECT w.excel_row, 11, 'name', 'listed_twice', jsonb_build_object('rows', d.rows, 'count', d.count)
            FROM import_work w JOIN (
                SELECT organisation_id, name, (array_agg(excel_row ORDER BY excel_row))[1:11] AS rows, count(*)
                FROM import_work WHERE name IS NOT NULL GROUP BY 1, 2
                HAVING count(*) > 1 AND count(DISTINCT credit_code) < count(*)
            ) d USING (organisation_id, name)""",
        )

    def check_registry(self, work):
        work.find(
            """SELECT excel_row, 20, CASE WHEN credit_code IS NULL THEN 'name' ELSE 'credit_code' END,
                CASE WHEN in_scope THEN 'institution_archived' ELSE 'institution_outside' END, NULL::jsonb
            FROM import_work WHERE is_known AND (NOT in_scope OR is_archived)""",
            """SELECT excel_row, 21, 'community', 'institution_elsewhere', jsonb_build_object('place', place_name)
            FROM import_work WHERE in_scope AND community IS NOT NULL AND organisation_id <> place_id""",
            """SELECT excel_row, 22, 'credit_code', 'institution_names', NULL
            FROM import_work WHERE by_name AND same_names > 1""",
        )

    def compare(self, work):
        work.differ(_DIFFER)
        work.differ_hidden(
            slot="phone",
            key="contact_phone",
            position=len(FACTS) + 1,
            model=Institution,
            name="contact_phone",
            pk="institution_id",
        )

    def labels(self):
        return {"kind": homes.codes_by_id(), "contact_phone": hidden(masking.mask_phone)}

    def write(self, work, *, by, at):
        sets = {_column(key): f"coalesce(w.{key}, i.{_column(key)})" for key in FACTS}
        sets["contact_phone"] = "coalesce(r.phone, i.contact_phone)"
        unlike = " OR ".join(f"(w.{key} IS NOT NULL AND w.{key} IS DISTINCT FROM i.{key})" for key in DATED)
        sets["facts_on"] = f"CASE WHEN {unlike} THEN %(on)s::date ELSE i.facts_on END"
        work.run(
            f"""UPDATE {INSTITUTION} i SET {", ".join(f"{name} = {value}" for name, value in sets.items())}
            FROM import_work w JOIN {ROWS} r ON r.id = w.row_id WHERE i.id = w.institution_id AND NOT w.is_bad
                AND EXISTS (SELECT FROM import_changed c WHERE c.excel_row = w.excel_row)"""
        )
        given = {key: f"w.{key}" for key in FACTS} | {
            "organisation": "w.organisation_id",
            "contact_phone": "r.phone",
            "registered_on": "%(on)s::date",
            "facts_on": f"CASE WHEN coalesce({', '.join(f'w.{key}::text' for key in DATED)}) IS NOT NULL "
            "THEN %(on)s::date END",
        }
        source = f"""FROM import_work w JOIN {ROWS} r ON r.id = w.row_id
            WHERE NOT w.is_known AND NOT w.is_bad ORDER BY w.excel_row"""
        homes.run_insert(work, Institution, given, source)
        trail.of_institutions(work, by=by, at=at)


def _column(key):
    return tables.column(Institution, key)


_CELLS = ", ".join(
    f"({place}, '{key}', i.{_column(key)}::text, w.{key}::text)" for place, key in enumerate(FACTS, start=1)
)
_DIFFER = f"""SELECT w.excel_row, k.* FROM import_work w JOIN {INSTITUTION} i ON i.id = w.institution_id
    CROSS JOIN LATERAL (VALUES {_CELLS}) k(place, key, before, after)
    WHERE NOT w.is_bad AND k.after IS NOT NULL AND k.after IS DISTINCT FROM k.before"""
