"""What an import did, in the audit trail of each household or institution."""

from beneficiaries.models import Household
from beneficiaries.services.register import tables
from welfare import audit
from welfare.models import Organisation

HOUSEHOLD, ORGANISATION = map(tables.table, (Household, Organisation))


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
