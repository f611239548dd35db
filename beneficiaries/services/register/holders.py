"""Lists about persons on file, by ID number: who they are, and what must be right about them."""

from beneficiaries.services.register.persons import HOUSEHOLD, ORGANISATION, PERSON

# What a row meets on file; a person outside the scope is as unknown as one that nobody has.
MEETS = """p.id AS person_id, p.name AS person_name, p.died_on, p.left_on, ph.id AS person_home_id,
    ph.number AS person_home_number, coalesce(starts_with(po.path, %(path)s), false) AS person_in_scope,
    po.id AS person_place_id, po.name AS person_place"""
JOINS = f"""LEFT JOIN {PERSON} p ON p.id_number_index = r.id_index
    LEFT JOIN {HOUSEHOLD} ph ON ph.id = p.household_id
    LEFT JOIN {ORGANISATION} po ON po.id = ph.organisation_id"""
ON_FILE = (
    """SELECT excel_row, 20, 'id_number', CASE WHEN NOT person_in_scope THEN 'person_unknown'
        WHEN died_on IS NOT NULL THEN 'person_died' ELSE 'person_left' END, NULL::jsonb
    FROM import_work WHERE id_index IS NOT NULL
        AND (NOT person_in_scope OR died_on IS NOT NULL OR left_on IS NOT NULL)""",
    """SELECT excel_row, 21, 'name', 'name_differs', jsonb_build_object('name', person_name)
    FROM import_work WHERE person_in_scope AND name IS NOT NULL AND name <> person_name""",
    """SELECT excel_row, 22, 'community', 'household_elsewhere', jsonb_build_object('place', person_place)
    FROM import_work WHERE person_in_scope AND community IS NOT NULL AND organisation_id <> person_place_id""",
)
