"""The register of persons, one row each: households by number, persons by ID number.

Blank cells leave what is on file, and an import adds hardship categories without ending any: both would
otherwise be lost by a column left out.
"""

from django.db import connection

from beneficiaries.enums import (
    DisabilityKind,
    HealthState,
    ImportKind,
    PoliticalStatus,
    Relation,
    SchoolStage,
)
from beneficiaries.models import BankAccount, Hardship, HardshipCategory, Household, Person
from beneficiaries.services.persons import CERTIFICATE_KINDS
from beneficiaries.services.register import homes, tables, trail
from beneficiaries.services.register.kind import Kind, card, hidden, of_choices, yes_or_no
from beneficiaries.services.register.work import ROWS
from welfare import masking, pinyin
from welfare.enums import Level
from welfare.models import Organisation

BASIS = "登记表导入"
# In the order they are shown, with their SQL types; the numbers stand beside them.
FACTS = {
    "name": "text",
    "relation": "text",
    "health": "text",
    "disability_kind": "text",
    "disability_grade": "smallint",
    "major_disease": "text",
    "school_stage": "text",
    "political_status": "text",
    "is_veteran": "boolean",
    "note": "text",
    "ethnic_group": "bigint",
    "marriage": "bigint",
    "work_state": "bigint",
    "veteran_kind": "bigint",
    "listed_disease": "bigint",
    "is_counted": "boolean",
    "not_counted_reason": "text",
}
CODES = ("ethnic_group", "marriage", "work_state", "veteran_kind", "listed_disease")
PERSON, HOUSEHOLD, ORGANISATION = map(tables.table, (Person, Household, Organisation))
CARD, HARDSHIP, CATEGORY = map(tables.table, (BankAccount, Hardship, HardshipCategory))
_FACT, _CARD, _CATEGORY = 100, 200, 300  # positions of changes


class Persons(Kind):
    code = ImportKind.PERSONS
    values = {
        "number": "text",
        "community": "text",
        "organisation_id": "bigint",
        "is_rural_place": "boolean",
        **homes.FACTS,
        **FACTS,
        "sex": "text",
        "birth_on": "date",
        "categories": "bigint[]",
        "bank_name": "text",
    }
    numbers = {
        "id_number": "id_number",
        "phone": "phone",
        "disability_certificate": "certificate",
        "bank_number": "card",
    }
    place_levels = (Level.COMMUNITY,)
    own_tables = ("import_homes", "import_hardships", "import_names")
    meets = """h.id AS household_id, h.organisation_id AS home_id, h.is_archived, ho.name AS home_name,
        starts_with(ho.path, %(path)s) AS home_in_scope,
        p.id AS person_id, p.id IS NOT NULL AS is_known, p.household_id AS person_home_id,
        starts_with(po.path, %(path)s) AS person_in_scope, p.died_on, p.left_on,
        coalesce(v.relation = 'head', false) AS is_head,
        coalesce(p.relation = 'head' AND v.relation <> 'head', false) AS gives_up_head"""
    joins = f"""LEFT JOIN {HOUSEHOLD} h ON h.number = v.number
        LEFT JOIN {ORGANISATION} ho ON ho.id = h.organisation_id
        LEFT JOIN {PERSON} p ON p.id_number_index = r.id_index
        LEFT JOIN {HOUSEHOLD} ph ON ph.id = p.household_id
        LEFT JOIN {ORGANISATION} po ON po.id = ph.organisation_id"""

    def prepare(self, values, bad):
        found = values["id_number"]
        if found is not None:
            values |= {"id_number": found.number, "birth_on": found.birth_on, "sex": found.sex}
        reasons = []
        told = values["disability_kind"] or values["disability_certificate"] or "disability_kind" in bad
        if values["disability_grade"] and not told:
            reasons.append(("disability_kind", "填了残疾等级，请一并填写残疾类别。"))
        if values["bank_number"] and not values["bank_name"] and "bank_name" not in bad:
            reasons.append(("bank_name", "填了银行卡号，请一并填写开户银行。"))
        if values["veteran_kind"] and values["is_veteran"] is None and "is_veteran" not in bad:
            values["is_veteran"] = True
        return reasons + _certified(values, bad)

    def check_file(self, work):
        work.find(_NUMBERS_TWICE, _COMMUNITY_DIFFERS, _SECOND_HEAD)

    def check_registry(self, work):
        work.find(*_REGISTRY)

    def check_rest(self, work):
        work.find(*_HEADS, homes.days_without_amount())

    def compare(self, work):
        homes.gather(work, homes.FACTS)
        work.run(_NEW_HARDSHIPS)
        work.differ(homes.differing(homes.FACTS), _FACTS_DIFFER, CARDS_DIFFER, _MORE_HARDSHIPS)
        if work.rows("SELECT 1 FROM import_work WHERE certificate_index IS NOT NULL LIMIT 1"):
            work.differ_hidden(
                slot="certificate",
                key="disability_certificate",
                position=_CARD - 1,
                model=Person,
                name="disability_certificate",
                pk="person_id",
            )

    def remarks(self, work):
        cells = ", ".join(
            f"({place}, '{key}', w.{key}::text, m.{key}::text)" for place, key in enumerate(homes.FACTS)
        )
        unlike = work.rows(
            f"""SELECT w.excel_row, k.key, count(*) OVER () FROM import_work w JOIN import_homes m USING (number)
            CROSS JOIN LATERAL (VALUES {cells}) k(place, key, own, said)
            WHERE NOT w.is_bad AND k.own <> k.said ORDER BY w.number, k.place, w.excel_row LIMIT 5"""
        )
        return [(row, key, count) for row, key, count in unlike]

    def labels(self):
        codes = homes.codes_by_id()
        return {
            "relation": of_choices(Relation),
            "health": of_choices(HealthState),
            "disability_kind": of_choices(DisabilityKind),
            "school_stage": of_choices(SchoolStage),
            "political_status": of_choices(PoliticalStatus),
            "is_veteran": yes_or_no,
            "is_counted": yes_or_no,
            **dict.fromkeys((*CODES, "housing", "housing_danger"), codes),
            "phone": hidden(masking.mask_phone),
            "disability_certificate": hidden(masking.mask_id),
            "bank_number": card,
        }

    def write(self, work, *, by, at):
        homes.lock(work)
        homes.insert_new(work, homes.FACTS)
        homes.update_changed(work, homes.FACTS)
        _spell_names(work)
        _update_persons(work)
        _insert_persons(work)
        write_cards(work)
        _insert_hardships(work)
        trail.of_homes(work, by=by, at=at)


def _certified(values, bad):
    """Check a certificate against its row, and take kind and grade from it."""
    found = values["disability_certificate"]
    if found is None:
        return []
    values["disability_certificate"] = found.number
    kind, grade = CERTIFICATE_KINDS[found.kind].value, found.grade
    reasons = []
    if values["id_number"] and found.id_number != values["id_number"]:
        reasons.append(("disability_certificate", "残疾证号的前 18 位与本人身份证号不同，请核对。"))
    elif (values["disability_kind"] or kind) != kind or (values["disability_grade"] or grade) != grade:
        reasons.append(("disability_certificate", "残疾证号末两位的类别、等级与所填的不同，请对照证件核对。"))
    for key, value in (("disability_kind", kind), ("disability_grade", grade)):
        if values[key] is None and key not in bad:
            values[key] = value
    return reasons


# -- what must not be --------------------------------------------------------------------------------
_NUMBERS_TWICE = """
    SELECT w.excel_row, 10, 'id_number', 'number_twice', jsonb_build_object('rows', d.rows, 'count', d.count)
    FROM import_work w JOIN (
        SELECT id_index, (array_agg(excel_row ORDER BY excel_row))[1:11] AS rows, count(*)
        FROM import_work WHERE id_index IS NOT NULL GROUP BY id_index HAVING count(*) > 1) d USING (id_index)"""
_COMMUNITY_DIFFERS = """
    SELECT w.excel_row, 11, 'community', 'community_differs',
        jsonb_build_object('first', u.first, 'usual', u.community, 'own', w.community)
    FROM import_work w JOIN (
        SELECT DISTINCT ON (number) number, organisation_id, community, first FROM (
            SELECT number, organisation_id, community, count(*), min(excel_row) AS first FROM import_work
            WHERE number IS NOT NULL AND organisation_id IS NOT NULL GROUP BY 1, 2, 3) said
        ORDER BY number, count DESC, first) u USING (number)
    WHERE w.organisation_id <> u.organisation_id"""
_SECOND_HEAD = """
    SELECT excel_row, 12, 'relation', 'second_head', jsonb_build_object('first', first)
    FROM (SELECT excel_row, min(excel_row) OVER (PARTITION BY number) AS first
        FROM import_work WHERE is_head AND number IS NOT NULL) heads
    WHERE excel_row <> first"""
_REGISTRY = (
    """SELECT excel_row, 20, 'number',
        CASE WHEN home_in_scope THEN 'household_archived' ELSE 'household_outside' END, NULL::jsonb
    FROM import_work WHERE household_id IS NOT NULL AND (NOT home_in_scope OR is_archived)""",
    """SELECT excel_row, 21, 'community', 'household_elsewhere', jsonb_build_object('place', home_name)
    FROM import_work WHERE home_in_scope AND NOT is_archived AND organisation_id <> home_id""",
    f"""SELECT w.excel_row, 22, 'id_number',
        CASE WHEN NOT w.person_in_scope THEN 'person_outside'
            WHEN w.person_home_id IS DISTINCT FROM w.household_id THEN 'person_elsewhere'
            WHEN w.died_on IS NOT NULL THEN 'person_died' ELSE 'person_left' END,
        CASE WHEN w.person_in_scope THEN jsonb_build_object('number', h.number, 'name', p.name) END
    FROM import_work w JOIN {PERSON} p ON p.id = w.person_id JOIN {HOUSEHOLD} h ON h.id = p.household_id
    WHERE NOT w.person_in_scope OR w.person_home_id IS DISTINCT FROM w.household_id
        OR w.died_on IS NOT NULL OR w.left_on IS NOT NULL""",
    f"""SELECT w.excel_row, 30, 'not_counted_reason', 'not_counted_without_reason', NULL
    FROM import_work w LEFT JOIN {PERSON} p ON p.id = w.person_id
    WHERE NOT w.is_bad AND w.is_counted IS FALSE AND coalesce(w.not_counted_reason, p.not_counted_reason, '') = ''""",
    f"""SELECT w.excel_row, 31, 'is_veteran', 'veteran_kind_of_no_veteran', NULL
    FROM import_work w LEFT JOIN {PERSON} p ON p.id = w.person_id
    WHERE w.is_veteran IS FALSE AND coalesce(w.veteran_kind, p.veteran_kind_id) IS NOT NULL""",
)
_HOMES = f"""(SELECT w.number, max(w.household_id) AS household_id, coalesce(bool_and(w.home_in_scope), true) AS is_mine,
        min(w.excel_row) FILTER (WHERE w.is_head) AS head_row,
        coalesce(bool_or(w.is_head AND NOT w.is_bad), false) AS head_good
    FROM import_work w WHERE w.number IS NOT NULL GROUP BY w.number) m
    LEFT JOIN {PERSON} k ON k.household_id = m.household_id AND k.relation = 'head'
        AND k.died_on IS NULL AND k.left_on IS NULL"""
_HEADS = (
    f"""SELECT w.excel_row, 40, 'relation', CASE WHEN m.head_row IS NULL THEN 'head_missing' ELSE 'head_bad' END,
        jsonb_build_object('row', m.head_row)
    FROM {_HOMES} JOIN import_work w USING (number)
    WHERE m.is_mine AND k.id IS NULL AND NOT m.head_good AND NOT w.is_bad AND NOT w.is_head""",
    f"""SELECT w.excel_row, 41, 'relation', 'head_given_up', NULL
    FROM {_HOMES} JOIN import_work w ON w.number = m.number AND w.person_id = k.id
    WHERE m.is_mine AND m.head_row IS NULL""",
    f"""SELECT m.head_row, 42, 'relation', 'head_replaced', jsonb_build_object('name', k.name)
    FROM {_HOMES} LEFT JOIN (
        SELECT number, person_id, min(excel_row) AS excel_row, bool_and(is_bad) AS is_bad
        FROM import_work WHERE person_id IS NOT NULL GROUP BY number, person_id
    ) w ON w.number = m.number AND w.person_id = k.id
    WHERE m.is_mine AND k.id IS NOT NULL AND m.head_row IS NOT NULL
        AND w.excel_row IS DISTINCT FROM m.head_row AND coalesce(w.is_bad, true)""",
)

# -- what differs ------------------------------------------------------------------------------------
_CELLS = ", ".join(
    [
        *(
            f"({place}, '{key}', p.{tables.column(Person, key)}::text, w.{key}::text)"
            for place, key in zip(range(_FACT, _CARD, 2), FACTS, strict=False)
        ),
        f"({_FACT + 3}, 'phone', encode(p.phone, 'hex'), "
        "CASE WHEN w.phone_index IS DISTINCT FROM p.phone_index THEN encode(r.phone, 'hex') END)",
    ]
)
_UNLIKE = (
    f"({', '.join(f'p.{tables.column(Person, key)}' for key in FACTS)}, p.phone_index) IS DISTINCT FROM "
    f"({', '.join(f'coalesce(w.{key}, p.{tables.column(Person, key)})' for key in FACTS)}, "
    "coalesce(w.phone_index, p.phone_index))"
)
_FACTS_DIFFER = f"""SELECT w.excel_row, k.* FROM import_work w
    JOIN {PERSON} p ON p.id = w.person_id JOIN {ROWS} r ON r.id = w.row_id
    CROSS JOIN LATERAL (VALUES {_CELLS}) k(place, key, before, after)
    WHERE NOT w.is_bad AND {_UNLIKE} AND k.after IS NOT NULL AND k.after IS DISTINCT FROM k.before"""
CARDS_DIFFER = f"""SELECT w.excel_row, {_CARD}, 'bank_number',
        encode(b.number, 'hex') || '|' || b.bank_name, encode(r.card, 'hex') || '|' || w.bank_name
    FROM import_work w JOIN {ROWS} r ON r.id = w.row_id
    LEFT JOIN {CARD} b ON b.person_id = w.person_id AND b.is_current
    WHERE NOT w.is_bad AND w.person_id IS NOT NULL AND w.card_index IS NOT NULL
        AND (b.number_index, b.bank_name) IS DISTINCT FROM (w.card_index, w.bank_name::varchar)"""
# Two plain anti-joins: one with either-or in it would compare every row with every hardship of its category.
_NEW_HARDSHIPS = f"""CREATE TEMP TABLE import_hardships ON COMMIT DROP AS
    SELECT DISTINCT ON (held.category_id, held.holder) held.* FROM (
        SELECT w.excel_row, w.number, w.person_id, c.id AS category_id, c.name, c.is_personal, said.place,
            CASE WHEN c.is_personal THEN w.person_id END AS held_person_id,
            CASE WHEN NOT c.is_personal THEN w.household_id END AS held_home_id,
            CASE WHEN c.is_personal THEN 'p' || w.excel_row ELSE 'h' || w.number END AS holder
        FROM import_work w CROSS JOIN LATERAL unnest(w.categories) WITH ORDINALITY said(category_id, place)
        JOIN {CATEGORY} c ON c.id = said.category_id
        WHERE NOT w.is_bad
    ) held
    WHERE NOT EXISTS (SELECT FROM {HARDSHIP} o WHERE o.to_on IS NULL AND o.category_id = held.category_id
            AND o.person_id = held.held_person_id)
        AND NOT EXISTS (SELECT FROM {HARDSHIP} o WHERE o.to_on IS NULL AND o.category_id = held.category_id
            AND o.household_id = held.held_home_id)
    ORDER BY held.category_id, held.holder, held.excel_row"""
_MORE_HARDSHIPS = f"""SELECT a.excel_row, {_CATEGORY} + a.place, 'categories', NULL, '增加：' || a.name
    FROM import_hardships a WHERE a.person_id IS NOT NULL"""


# -- the writing -------------------------------------------------------------------------------------
def _spell_names(work):
    """``import_names``: what each new or changed name is found by, worked out once per name."""
    work.run("CREATE TEMP TABLE import_names (name text PRIMARY KEY, terms text[]) ON COMMIT DROP")
    names = tables.stream(
        """SELECT DISTINCT w.name FROM import_work w WHERE NOT w.is_known
            OR EXISTS (SELECT FROM import_changed c WHERE c.excel_row = w.excel_row AND c.key = 'name')"""
    )
    spelt = (
        (name, "{" + ",".join(f'"{term}"' for term in pinyin.search_terms(name)) + "}") for (name,) in names
    )
    with connection.cursor() as cursor:
        tables.copy(cursor, "import_names", ("name", "terms"), spelt)
    work.run("ANALYZE import_names")


def _update_persons(work):
    """Former heads first: a household has one head at any moment."""
    sets = {tables.column(Person, key): f"coalesce(w.{key}, p.{tables.column(Person, key)})" for key in FACTS}
    sets |= {
        "phone": "coalesce(r.phone, p.phone)",
        "phone_index": "coalesce(r.phone_index, p.phone_index)",
        "phone_tail_index": "coalesce(r.phone_tail, p.phone_tail_index)",
        "disability_certificate": "coalesce(r.certificate, p.disability_certificate)",
        "search_terms": "coalesce((SELECT n.terms FROM import_names n WHERE n.name = w.name), p.search_terms)",
    }
    for gives_up_head in (True, False):
        work.run(
            f"""UPDATE {PERSON} p SET {", ".join(f"{name} = {value}" for name, value in sets.items())}
            FROM import_work w JOIN {ROWS} r ON r.id = w.row_id
            WHERE p.id = w.person_id AND w.gives_up_head = %(gives_up_head)s AND NOT w.is_bad AND EXISTS (
                SELECT FROM import_changed c WHERE c.excel_row = w.excel_row AND c.position >= {_FACT}
                    AND c.position < {_CARD})""",
            gives_up_head=gives_up_head,
        )


def _insert_persons(work):
    given = {key: f"w.{key}" for key in FACTS} | {
        "household": "h.id",
        "id_number": "r.id_number",
        "id_number_index": "r.id_index",
        "id_tail_index": "r.id_tail",
        "id_tail6_index": "r.id_tail6",
        "phone": "r.phone",
        "phone_index": "r.phone_index",
        "phone_tail_index": "r.phone_tail",
        "disability_certificate": "r.certificate",
        "sex": "w.sex",
        "birth_on": "w.birth_on",
        "registered_on": "%(on)s::date",
        "search_terms": "n.terms",
    }
    source = f"""FROM import_work w JOIN {ROWS} r ON r.id = w.row_id
        JOIN {HOUSEHOLD} h ON h.number = w.number JOIN import_names n ON n.name = w.name
        WHERE NOT w.is_known AND NOT w.is_bad ORDER BY w.excel_row"""
    homes.run_insert(work, Person, given, source)


def write_cards(work):
    """Make the listed cards the ones in use; earlier ones stay on file."""
    work.run(
        f"""UPDATE {CARD} b SET is_current = false FROM import_work w JOIN import_changed c USING (excel_row)
        WHERE b.person_id = w.person_id AND b.is_current AND c.key = 'bank_number'"""
    )
    given = {
        "person": "p.id",
        "bank_name": "w.bank_name",
        "number": "r.card",
        "number_index": "r.card_index",
        "tail_index": "r.card_tail",
    }
    source = f"""FROM import_work w JOIN {ROWS} r ON r.id = w.row_id JOIN {PERSON} p ON p.id_number_index = w.id_index
        WHERE w.card_index IS NOT NULL AND NOT w.is_bad AND (w.person_id IS NULL OR EXISTS (
            SELECT FROM import_changed c WHERE c.excel_row = w.excel_row AND c.key = 'bank_number'))
        ORDER BY w.excel_row"""
    homes.run_insert(work, BankAccount, given, source)


def _insert_hardships(work):
    work.params["basis"] = BASIS
    given = {
        "household": "CASE WHEN NOT a.is_personal THEN h.id END",
        "person": "CASE WHEN a.is_personal THEN p.id END",
        "category": "a.category_id",
        "basis": "%(basis)s",
        "from_on": "%(on)s::date",
    }
    source = f"""FROM import_hardships a JOIN import_work w USING (excel_row)
        JOIN {HOUSEHOLD} h ON h.number = w.number JOIN {PERSON} p ON p.id_number_index = w.id_index
        ORDER BY a.excel_row, a.place"""
    homes.run_insert(work, Hardship, given, source)
