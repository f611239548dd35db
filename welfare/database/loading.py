"""Many rows into tables of the models, by COPY: for benchmarks and other made-up data, never for people's own.

A caller names the columns it fills; ``defaults`` brings what Django would put into the others, so that a new column
with a default breaks nobody.
"""

from contextlib import contextmanager
from itertools import islice

from django.core.management.color import no_style
from django.db import connection

from welfare import sql_defaults

NULL = "\\N"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def text(value):
    """A text for COPY."""
    return NULL if value is None else value.translate(_ESCAPES)


def binary(value):
    """Bytes for COPY."""
    return NULL if value is None else "\\\\x" + value.hex()


def array(values):
    """An array of plain words (no quotes, braces or blanks) for COPY."""
    return "{" + ",".join(values) + "}"


def defaults(model, given):
    """{column: text} of the columns that ``given`` (names of columns) leaves out and the database does not fill itself.

    Raises ValueError for a column that has no default and takes no NULL: whoever makes the data must know it.
    """
    return {
        column: value if value is None else _as_text(value, kind)
        for column, (value, kind) in sql_defaults.of(model, given).items()
    }


def copy(model, columns, lines):
    """COPY ``lines`` (tab-separated texts in the order of ``columns``) into the model's table, defaults beside them."""
    more = defaults(model, columns)
    tail = "".join(f"\t{text(value)}" for value in more.values()) + "\n"
    names = ", ".join(f'"{name}"' for name in (*columns, *more))
    with connection.cursor() as cursor:
        cursor.copy_expert(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN', Lines(lines, tail))


class Lines:
    """Lines as the file that COPY reads, a few thousand at a time."""

    def __init__(self, lines, tail="\n"):
        self.lines, self.tail = iter(lines), tail

    def read(self, size=-1):
        """Some more text; COPY takes longer pieces than it asked for."""
        return self.tail.join([*islice(self.lines, 2000), ""])


@contextmanager
def bare_tables(*models):
    """Within the block the tables are without indexes, foreign keys and triggers of ours; afterwards as before, analysed.

    Rows written in the block carry their ids; the sequences follow. After an error the tables stay bare.
    """
    tables = [model._meta.db_table for model in models]
    with connection.cursor() as cursor:
        if connection.in_atomic_block:  # a table with checks to come cannot be altered
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET synchronous_commit = off; SET maintenance_work_mem = '256MB'")
        again = [statement for table in tables for statement in _strip(cursor, table)]
    yield
    with connection.cursor() as cursor:
        for statement in sorted(again, key=lambda sql: "FOREIGN KEY" in sql):
            cursor.execute(statement)
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
        for table in tables:
            cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER; ANALYZE "{table}"')
        cursor.execute("RESET synchronous_commit; RESET maintenance_work_mem")


def _strip(cursor, table):
    """Remove what slows writing from a table; returns the statements that bring it back."""
    again = []
    cursor.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = %s::regclass AND contype IN ('f', 'u', 'x') ORDER BY conname",
        [table],
    )
    for name, definition in cursor.fetchall():
        cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
        again.append(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {definition}')
    cursor.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
        " WHERE indrelid = %s::regclass AND NOT indisprimary ORDER BY 1",
        [table],
    )
    for name, definition in cursor.fetchall():
        cursor.execute(f"DROP INDEX {name}")
        again.append(definition)
    cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
    return again


def _as_text(value, kind):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT %s::{kind}::text", [value])
        return cursor.fetchone()[0]
