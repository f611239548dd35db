"""F: what the same work costs at the least: bare SQL, COPY, the spreadsheet reader alone. Nothing is checked."""

from django.db import connection, transaction

from beneficiaries.benchmarks import workbook
from beneficiaries.benchmarks.indexes import tail, terms
from beneficiaries.enums import HealthState, Relation
from beneficiaries.models import BankAccount, Hardship, HardshipCategory, Household, Person
from welfare import crypto
from welfare.database import loading
from welfare.database.loading import binary, text
from welfare.excel import bare

RELATIONS = {label: value for value, label in Relation.choices}
HEALTH = {label: value for value, label in HealthState.choices}
STAGED = (
    *("community text", "group_name text", "number text", "name text", "relation text", "id_number bytea"),
    *(
        "id_number_index bytea",
        "id_tail_index bytea",
        "id_tail6_index bytea",
        "phone bytea",
        "phone_index bytea",
        "phone_tail_index bytea",
    ),
    *("address text", "category text", "health text", "monthly_income numeric", "medical_cost numeric"),
    *("bank_name text", "card bytea", "card_index bytea", "card_tail bytea", "sex text", "birth_on date"),
    *("search_terms text[]",),
)
HOUSEHOLDS = """
    INSERT INTO {household} (organisation_id, number, group_name, address, monthly_income, medical_cost, facts_on,
                             registered_on, is_rural {columns})
    SELECT DISTINCT ON (s.number) o.id, s.number, s.group_name, s.address, s.monthly_income, s.medical_cost,
           current_date, current_date, true {values}
    FROM staged s JOIN welfare_organisation o ON o.name = s.community AND o.path LIKE %(path)s
    ORDER BY s.number, s.relation = 'head' DESC"""
PERSONS = """
    INSERT INTO {person} (household_id, name, relation, id_number, id_number_index, id_tail_index, id_tail6_index, phone, phone_index,
                          phone_tail_index, sex, birth_on, health, search_terms {columns})
    SELECT h.id, s.name, s.relation, s.id_number, s.id_number_index, s.id_tail_index, s.id_tail6_index, s.phone, s.phone_index,
           s.phone_tail_index, s.sex, s.birth_on, s.health, s.search_terms {values}
    FROM staged s JOIN {household} h ON h.number = s.number"""
HARDSHIPS = """
    INSERT INTO {hardship} (household_id, category_id, from_on, basis {columns})
    SELECT h.id, c.id, current_date, '登记表导入' {values}
    FROM staged s JOIN {household} h ON h.number = s.number JOIN {category} c ON c.name = s.category"""
ACCOUNTS = """
    INSERT INTO {account} (person_id, bank_name, number, number_index, tail_index {columns})
    SELECT p.id, s.bank_name, s.card, s.card_index, s.card_tail {values}
    FROM staged s JOIN {person} p ON p.id_number_index = s.id_number_index WHERE s.card IS NOT NULL"""
INTO = (
    (HOUSEHOLDS, Household),
    (PERSONS, Person),
    (HARDSHIPS, Hardship),
    (ACCOUNTS, BankAccount),
)
TABLES = {
    "household": Household,
    "person": Person,
    "hardship": Hardship,
    "account": BankAccount,
    "category": HardshipCategory,
}


@transaction.atomic
def import_register(path, organisation):
    """A register from its file into the registry: read, seal, COPY into a staging table, one INSERT … SELECT a table."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE staged ({', '.join(STAGED)}) ON COMMIT DROP")
        cursor.copy_expert("COPY staged FROM STDIN", loading.Lines(_lines(path)))
        cursor.execute("ANALYZE staged")
        for statement, model in INTO:
            _insert(cursor, statement, model, f"{organisation.path}%")


def _insert(cursor, statement, model, path):
    """Run one INSERT, with Django's defaults for the columns that it does not name."""
    named = statement.partition("(")[2].partition("{columns}")[0].replace(",", " ").split()
    more = loading.defaults(model, named)
    names = {name: one._meta.db_table for name, one in TABLES.items()}
    columns = "".join(f', "{column}"' for column in more)
    kinds = {field.column: field.db_type(connection) for field in model._meta.concrete_fields}
    values = "".join(f", %({column})s::{kinds[column]}" for column in more)
    cursor.execute(statement.format(columns=columns, values=values, **names), {**more, "path": path})


def _lines(path):
    rows = bare.read_rows(path)
    heads = next(rows)
    place = {heading: heads.index(heading) for heading in workbook.HEADINGS}
    for row in rows:
        yield "\t".join(_staged({heading: row[at] for heading, at in place.items()}))


def _staged(cells):
    id_number, phone, card = cells["身份证号"], cells["联系电话"] or None, cells["银行卡号"] or None
    yield from (
        cells["村(社区)"],
        cells["组别"],
        cells["户编号"],
        text(cells["姓名"]),
        RELATIONS[cells["与户主关系"]],
    )
    yield from (binary(value) for value in crypto.encrypt_many([id_number]))
    yield from (
        binary(crypto.blind_index("id", id_number)),
        tail("id", id_number),
        binary(crypto.tail_index("id", id_number, 6)),
    )
    yield from (binary(value) for value in crypto.encrypt_many([phone]))
    yield from (binary(crypto.blind_index("phone", phone)), tail("phone", phone))
    yield from (text(cells["家庭住址"]), text(cells["困难类别"]), HEALTH[cells["健康状况"]])
    yield from (
        str(cells["家庭月人均收入(元)"]),
        str(cells["近12个月自付医疗费(元)"]),
        text(cells["开户银行"]),
    )
    yield from (binary(value) for value in crypto.encrypt_many([card]))
    yield from (binary(crypto.blind_index("bank", card)), tail("bank", card))
    yield from ("1" if int(id_number[16]) % 2 else "2", id_number[6:14], terms(cells["姓名"]))


# -- reading --------------------------------------------------------------------------------------

FOUND = """
    SELECT p.id, p.name, p.relation, p.birth_on, h.number, o.name
    FROM beneficiaries_person p JOIN beneficiaries_household h ON h.id = p.household_id
    JOIN welfare_organisation o ON o.id = h.organisation_id
    WHERE {condition} ORDER BY p.name, p.id LIMIT 51"""
BY_TERMS = "p.search_terms @> %s::varchar[]"
BY_ID_TAIL = "p.id_tail_index = %s"
BY_PHONE_TAIL = "p.phone_tail_index = %s"
BY_NUMBER = "h.number = %s"


def find(condition, value):
    """The people a hand-written query finds, with what a hit shows."""
    with connection.cursor() as cursor:
        cursor.execute(FOUND.format(condition=condition), [value])
        return cursor.fetchall()
