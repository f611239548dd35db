"""What an import did, in the audit trail of each household or institution."""

from beneficiaries.models import Household, Institution, Person
from beneficiaries.services.register import tables
from welfare import audit
from welfare.models import Organisation

HOUSEHOLD, ORGANISATION = map(tables.table, (Household, Organisation))
INSTITUTION, PERSON = map(tables.table, (Institution, Person))


def of_homes(work, *, by, at):
    """One event for each household in ``import_homes`` that is new or of which something was written."""
    rows = f"""SELECT h.id, h.number, o.id, o.path,
            CASE WHEN m.is_new THEN '导入登记户' ELSE '导入更新户信息' END,
            jsonb_build_object('changes', coalesce(t.changes, '[]'))
        FROM import_homes m JOIN {HOUSEHOLD} h ON h.number = m.number
        JOIN {ORGANISATION} o ON o.id = h.organisation_id
        LEFT JOIN (
            SELECT w.number, jsonb_agg(jsonb_build_array(w.name) || one.change ORDER BY w.excel_row, one.place)
                FILTER (WHERE one.change IS NOT NULL) AS changes
            FROM import_work w LEFT JOIN import_shown s USING (excel_row)
            LEFT JOIN LATERAL jsonb_array_elements(s.changes) WITH ORDINALITY one(change, place) ON true
            WHERE NOT w.is_bad AND (s.excel_row IS NOT NULL OR NOT w.is_known) GROUP BY w.number
        ) t ON t.number = m.number
        WHERE m.is_new OR t.number IS NOT NULL
        ORDER BY m.first_row"""
    audit.record_selected(
        rows, work.params, action="household.import", by=by, at=at, target_type=Household._meta.label_lower
    )


def of_persons(work, *, by, at, action, label):
    """One event, on the household, for each written row about a person or household on file."""
    work.params["label"] = label
    home = "w.held_home_id" if "held_home_id" in work.kind.meets else "NULL::bigint"
    rows = f"""SELECT h.id, h.number, o.id, o.path, %(label)s, jsonb_build_object('changes', jsonb_agg(
            jsonb_build_array(coalesce(w.person_name, '')) || coalesce(s.changes, '[]') ORDER BY w.excel_row))
        FROM import_work w LEFT JOIN import_shown s USING (excel_row)
        JOIN {HOUSEHOLD} h ON h.id = coalesce({home}, w.person_home_id)
        JOIN {ORGANISATION} o ON o.id = h.organisation_id
        WHERE NOT w.is_bad AND (NOT w.is_known OR s.excel_row IS NOT NULL)
        GROUP BY h.id, h.number, o.id, o.path ORDER BY min(w.excel_row)"""
    audit.record_selected(
        rows, work.params, action=action, by=by, at=at, target_type=Household._meta.label_lower
    )


def lock_persons(work):
    """Hold the persons on file that the rows touch, in order of id."""
    work.run(
        f"""SELECT count(*) FROM (SELECT p.id FROM {PERSON} p
        WHERE p.id IN (SELECT person_id FROM import_work) ORDER BY p.id FOR UPDATE) held"""
    )


def of_institutions(work, *, by, at):
    """One event for each institution that is new or of which something was written."""
    rows = f"""SELECT i.id, i.name, o.id, o.path,
            CASE WHEN w.is_known THEN '导入更新单位信息' ELSE '导入登记单位' END,
            jsonb_build_object('changes', CASE WHEN w.is_known THEN coalesce(s.changes, '[]') ELSE '[]' END)
        FROM import_work w LEFT JOIN import_shown s USING (excel_row)
        JOIN LATERAL (SELECT max(f.id) AS id FROM {INSTITUTION} f
            WHERE f.id = w.institution_id OR (NOT w.is_known AND f.organisation_id = w.organisation_id
                AND f.name = w.name AND f.credit_code = coalesce(w.credit_code, ''))) found ON true
        JOIN {INSTITUTION} i ON i.id = found.id JOIN {ORGANISATION} o ON o.id = i.organisation_id
        WHERE NOT w.is_bad AND (NOT w.is_known OR s.excel_row IS NOT NULL) ORDER BY w.excel_row"""
    audit.record_selected(
        rows,
        work.params,
        action="institution.import",
        by=by,
        at=at,
        target_type=Institution._meta.label_lower,
    )
