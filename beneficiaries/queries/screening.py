"""Who fits which category, one statement a unit; what a change of criteria would do."""

from dataclasses import dataclass

from django.db import connection
from django.db.models.expressions import RawSQL

from beneficiaries.enums import Unit
from beneficiaries.models import Household, Institution, Person
from beneficiaries.queries import belonging, criteria_units
from beneficiaries.queries.facts import assumptions
from beneficiaries.rules.eligibility import Tier, tree

MODELS = {Unit.HOUSEHOLD: Household, Unit.PERSON: Person, Unit.INSTITUTION: Institution}


def tiers_of(programme, unit, *, by_code=False):
    """The categories of ``unit`` as Tiers, in order of precedence; three statements.

    Keyed by id, or by code, which a later version of the programme keeps. Nothing is assumed of an institution.
    """
    rows = programme.categories.filter(unit=unit).order_by("precedence").prefetch_related("criteria")
    assumed = {} if unit == Unit.INSTITUTION else assumptions(rows)
    return [
        Tier(row.code if by_code else row.pk, row.name, tree(row.criteria.all()), assumed.get(row.pk, {}))
        for row in rows
    ]


def tiers_by_unit(programme):
    """``{unit: tiers_of(programme, unit, by_code=True)}`` of the units its categories have; three statements in all."""
    rows = programme.categories.order_by("precedence").prefetch_related("criteria")
    assumed, found = assumptions(rows), {}
    for row in rows:
        known = {} if row.unit == Unit.INSTITUTION else assumed.get(row.pk, {})
        found.setdefault(Unit(row.unit), []).append(Tier(row.code, row.name, tree(row.criteria.all()), known))
    return found


def fitting(programme, unit, organisation, on, *, tiers=None):
    """``{id: category id}`` of those of ``unit`` who belong to ``organisation`` and meet a category: the first they meet.

    One statement beside reading the categories. Archived households and institutions and people who died or
    moved away are left out. ``tiers`` are those of the programme, unless given.
    """
    tiers = tiers_of(programme, unit) if tiers is None else tiers
    sql, values = criteria_units.statement(
        unit,
        tiers,
        [organisation.path],
        on,
        programme.family_rule,
        attached=belonging.attached_ids(unit, organisation, on),
    )
    with connection.cursor() as cursor:
        # OFFSET 0: the cases are weighed once, not once more for the condition.
        cursor.execute(f"SELECT id, fit FROM ({sql} OFFSET 0) found WHERE fit IS NOT NULL", values)
        return dict(cursor.fetchall())


def rows_of(unit, ids):
    """The households, persons or institutions with these ids, however many: a queryset."""
    return MODELS[Unit(unit)].objects.filter(pk__in=RawSQL("SELECT unnest(%s::bigint[])", [list(ids)]))


# -- what a change would do --------------------------------------------------------------------------

MOST = 50
CHANGES = """
    WITH old AS ({old}), new AS ({new}),
    changed AS (
        SELECT id, organisation_id, old.fit AS was, new.fit AS becomes,
               CASE WHEN old.fit IS NULL THEN 'in' WHEN new.fit IS NULL THEN 'out' ELSE 'moved' END AS kind
        FROM old JOIN new USING (id, organisation_id) WHERE old.fit IS DISTINCT FROM new.fit
    ),
    numbered AS (
        SELECT *, count(*) OVER (PARTITION BY kind) AS number,
               row_number() OVER (PARTITION BY kind ORDER BY NOT ({seen}), id) AS place, {seen} AS is_seen
        FROM changed
    )
    SELECT kind, number, id, was, becomes, is_seen FROM numbered WHERE place <= {most} ORDER BY kind, place"""


@dataclass(frozen=True)
class Changed:
    """One subject for whom the new criteria decide otherwise: keys of the tiers, None for no category."""

    pk: int
    was: int | str | None
    becomes: int | str | None


@dataclass(frozen=True)
class Comparison:
    """How many come in, fall out or move between categories, and the first of each that may be seen."""

    counts: dict
    rows: dict


KINDS = {"in": "新符合", "out": "不再符合", "moved": "改列其他类别"}


def compare(unit, old, new, paths, on, *, seen_paths=(), most=MOST):
    """The difference of two screenings, in one statement: a Comparison. Nothing is written.

    ``old`` and ``new``: (tiers, family rule), the tiers keyed alike. People are counted below ``paths``; rows are given
    only for those below one of ``seen_paths``.
    """
    parts, values = [], {}
    for prefix, (tiers, rule) in (("old_", old), ("new_", new)):
        sql, own = criteria_units.statement(unit, tiers, paths, on, rule)
        parts.append(sql.replace("%(v", f"%({prefix}v"))
        values |= {f"{prefix}{name}": value for name, value in own.items()}
    values["seen"] = [f"{path}%" for path in seen_paths]
    seen = "organisation_id = ANY(ARRAY(SELECT id FROM welfare_organisation WHERE path LIKE ANY(%(seen)s::text[])))"
    with connection.cursor() as cursor:
        cursor.execute(CHANGES.format(old=parts[0], new=parts[1], seen=seen, most=int(most)), values)
        found = cursor.fetchall()
    counts, rows = dict.fromkeys(KINDS, 0), {kind: [] for kind in KINDS}
    for kind, number, pk, was, becomes, is_seen in found:
        counts[kind] = number
        if is_seen:
            rows[kind].append(Changed(pk, was, becomes))
    return Comparison(counts, rows)
