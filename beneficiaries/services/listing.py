"""Many entries at once, in one statement: those whom a screening proposes."""

import json

from django.db import connection

from beneficiaries.enums import EntryOrigin
from beneficiaries.models import RosterEntry
from welfare import sql_defaults

# Columns that differ from row to row, with their kind.
VARYING = {
    "category_id": "bigint",
    "household_id": "bigint",
    "person_id": "bigint",
    "institution_id": "bigint",
    "position": "integer",
    "family_size": "smallint",
    "explanation": "jsonb",
    "tried": "jsonb",
}
COMMON = ("roster_id", "programme_id", "origin", "added_by_id", "added_at")


def insert(*, roster, proposals, after, by, at):
    """List ``proposals`` (``screening.Proposal``) in order, numbered from ``after`` + 1, by one INSERT … SELECT.

    The caller has authorised and audits the act. Raises IntegrityError when one of them is listed in the programme
    already; then none is.
    """
    if not proposals:
        return
    values = {
        "roster_id": roster.pk,
        "programme_id": roster.programme_id,
        "added_by_id": by.pk,
        "added_at": at,
    }
    values |= {"origin": EntryOrigin.SCREENING.value, **_columns(proposals, after)}
    more = sql_defaults.of(RosterEntry, (*VARYING, *COMMON))
    names = ", ".join(f'"{name}"' for name in (*VARYING, *COMMON, *more))
    arrays = ", ".join(f"%({name})s::{kind}[]" for name, kind in VARYING.items())
    rest = "".join(f", %({name})s" for name in COMMON) + "".join(
        f", %({name})s::{kind}" for name, (_value, kind) in more.items()
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{RosterEntry._meta.db_table}" ({names}) SELECT new.*{rest} FROM unnest({arrays}) new',
            {**values, **{name: value for name, (value, _kind) in more.items()}},
        )


def _columns(proposals, after):
    """{column: values} of what differs."""
    return {
        "category_id": [proposal.category.pk for proposal in proposals],
        **{
            f"{unit}_id": [one.pk if (one := getattr(proposal, unit)) else None for proposal in proposals]
            for unit in ("household", "person", "institution")
        },
        "position": list(range(after + 1, after + 1 + len(proposals))),
        "family_size": [proposal.family_size for proposal in proposals],
        "explanation": [_json(proposal.explanation) for proposal in proposals],
        "tried": [_json(proposal.tried) for proposal in proposals],
    }


_json = json.JSONEncoder(ensure_ascii=False).encode  # made once: ``dumps`` makes one for each value
