"""The facts of households in an import: one row per household, from however many rows of the file say them."""

from beneficiaries.models import Code, Household
from beneficiaries.services.households import DATED
from beneficiaries.services.register import tables
from beneficiaries.services.register.kind import of_choices

TABLE = tables.table(Household)
# In the order they are shown. Amounts come with the day they were true on.
FACTS = {
    "group_name": "text",
    "address": "text",
    "monthly_income": "numeric",
    "income_on": "date",
    "medical_cost": "numeric",
    "medical_on": "date",
    "disaster_loss": "numeric",
    "loss_on": "date",
    "housing": "bigint",
    "housing_danger": "bigint",
}
OWN = {"is_rural": "boolean", "home_note": "text"}  # facts that only a list of households has
_FIELDS = {"home_note": "note"}


def field(key):
    """The Household field of a fact."""
    return _FIELDS.get(key, key)


def _column(key):
    return tables.column(Household, field(key))


def codes_by_id():
    """Label function of the code lists, words out of use included."""
    return of_choices([(str(pk), name) for pk, name in Code.objects.order_by("pk").values_list("pk", "name")])


def gather(work, facts):
    """Fill ``import_homes`` from the good rows: what the head's row says, else the first row that says it."""
    said = ", ".join(
        f"(array_agg(w.{key} ORDER BY w.is_head DESC, w.excel_row) FILTER (WHERE w.{key} IS NOT NULL))[1] AS {key}"
        for key in facts
    )
    work.run(
        f"""CREATE TEMP TABLE import_homes ON COMMIT DROP AS
        SELECT w.number, max(w.household_id) AS household_id, max(w.household_id) IS NULL AS is_new,
            min(w.excel_row) AS first_row, max(w.organisation_id) AS organisation_id,
            bool_or(w.is_rural_place) AS is_rural_place, {said}
        FROM import_work w WHERE NOT w.is_bad GROUP BY w.number;
        ANALYZE import_homes"""
    )


def differing(facts):
    """The SELECT for ``Work.differ`` of household facts; they show on the household's first row."""
    cells = ", ".join(
        f"({place}, '{key}', h.{_column(key)}::text, m.{key}::text)"
        for place, key in enumerate(facts, start=1)
    )
    return f"""SELECT m.first_row, k.* FROM import_homes m JOIN {TABLE} h ON h.id = m.household_id
        CROSS JOIN LATERAL (VALUES {cells}) k(place, key, before, after)
        WHERE k.after IS NOT NULL AND k.after IS DISTINCT FROM k.before"""


def days_without_amount():
    """The SELECT for ``Work.find``: a day for an amount that neither the file nor the registry has."""
    last = ", ".join(f"max({amount}) AS {amount}" for amount in DATED)
    cells = ", ".join(
        f"('{day}', w.{day}, coalesce(s.{amount}, h.{amount}), "
        f"'{Household._meta.get_field(amount).verbose_name.replace('（', '(').replace('）', ')')}')"
        for amount, day in DATED.items()
    )
    return f"""SELECT w.excel_row, 60, k.key, 'day_without_amount', jsonb_build_object('amount', k.words)
        FROM import_work w
        JOIN (SELECT number, {last} FROM import_work GROUP BY number HAVING NOT bool_or(is_bad)) s USING (number)
        LEFT JOIN {TABLE} h ON h.id = w.household_id
        CROSS JOIN LATERAL (VALUES {cells}) k(key, day, amount, words)
        WHERE k.day IS NOT NULL AND k.amount IS NULL"""


def lock(work):
    """Hold the households on file that the rows touch, in order of id."""
    work.run(
        f"""SELECT count(*) FROM (SELECT h.id FROM {TABLE} h
        WHERE h.id IN (SELECT household_id FROM import_work) ORDER BY h.id FOR UPDATE) held"""
    )


def insert_new(work, facts):
    """Insert the households that are not on file."""
    given = {field(key): f"m.{key}" for key in facts}
    for amount, day in DATED.items():
        given[day] = f"coalesce(m.{day}, CASE WHEN m.{amount} IS NOT NULL THEN %(on)s::date END)"
    given |= {
        "organisation": "m.organisation_id",
        "number": "m.number",
        "is_rural": "m.is_rural_place",
        "registered_on": "%(on)s::date",
        "facts_on": f"CASE WHEN coalesce({', '.join(f'm.{amount}' for amount in DATED)}) IS NOT NULL THEN %(on)s::date END",
    }
    run_insert(work, Household, given, "FROM import_homes m WHERE m.is_new ORDER BY m.first_row")


def update_changed(work, facts):
    """Update the households whose facts differ; amounts without a day of their own are true today."""
    unlike = {
        amount: f"(m.{amount} IS NOT NULL AND m.{amount} IS DISTINCT FROM h.{amount})" for amount in DATED
    }
    sets = {_column(key): f"coalesce(m.{key}, h.{_column(key)})" for key in facts}
    for amount, day in DATED.items():
        sets[day] = f"coalesce(m.{day}, CASE WHEN {unlike[amount]} THEN %(on)s::date ELSE h.{day} END)"
    sets["facts_on"] = f"CASE WHEN {' OR '.join(unlike.values())} THEN %(on)s::date ELSE h.facts_on END"
    work.run(
        f"""UPDATE {TABLE} h SET {", ".join(f"{name} = {value}" for name, value in sets.items())}
        FROM import_homes m WHERE h.id = m.household_id AND NOT m.is_new
            AND EXISTS (SELECT FROM import_changed c WHERE c.excel_row = m.first_row AND c.position < 100)"""
    )


def run_insert(work, model, given, source):
    """INSERT … SELECT into ``model`` with the parameters of ``work``."""
    sql, defaults = tables.insert(model, given, source)
    for at, value in enumerate(defaults):
        work.params[f"default_{at}"] = value
        sql = sql.replace("%s", f"%(default_{at})s", 1)
    return work.run(sql)
