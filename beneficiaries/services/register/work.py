"""The rows of an upload beside what is on file: temporary tables of one transaction, and the way back.

``import_work`` has one row per staged row (typed values, blind indexes, what it meets on file),
``import_found`` the faults, ``import_changed`` the cells that differ, ``import_shown`` both in words.
"""

import json
from itertools import groupby
from operator import itemgetter

from django.db import connection

from beneficiaries.enums import RowKind
from beneficiaries.models import ImportRow
from beneficiaries.services.register import tables
from beneficiaries.services.register.sentences import sentence
from beneficiaries.services.register.staging import NUMBERS
from welfare import crypto

ROWS = tables.table(ImportRow)
_TABLES = {
    "import_found": "excel_row integer, rank integer, key text, code text, args jsonb",
    "import_changed": "excel_row integer, position integer, key text, before text, after text",
    "import_shown": "excel_row integer, changes jsonb, errors jsonb",
}
# Sorts and hashes of a hundred thousand rows; the server's, not the worker's memory.
_WORK_MEMORY = "SET LOCAL work_mem = '64MB'"


class Work:
    """One upload in the current transaction. ``on`` is today; ``words`` are what the sentences may name."""

    def __init__(self, upload, kind, *, on):
        self.upload, self.kind, self.on = upload, kind, on
        scope = upload.organisation
        self.words = {"scope": str(scope)}
        self.params = {"upload": upload.pk, "path": scope.path, "on": on}

    def run(self, sql, **params):
        """Execute one statement with the parameters of this work; returns how many rows it touched."""
        with connection.cursor() as cursor:
            cursor.execute(sql, self.params | params)
            return cursor.rowcount

    def rows(self, sql, **params):
        """The rows of a small SELECT."""
        with connection.cursor() as cursor:
            cursor.execute(sql, self.params | params)
            return cursor.fetchall()

    def build(self, *, good_only):
        """Lay out the staged rows and what they meet on file."""
        kind = self.kind
        columns = ", ".join(f'"{key}" {kind_of}' for key, kind_of in kind.values.items())
        indexes = ", ".join(f"r.{number.index}" for number in NUMBERS.values())
        made = "; ".join(
            f"CREATE TEMP TABLE {name} ({what}) ON COMMIT DROP" for name, what in _TABLES.items()
        )
        gone = ", ".join([*_TABLES, "import_work", *kind.own_tables])
        only = f"AND r.kind <> '{RowKind.BAD}'" if good_only else ""
        self.run(
            f"""{_WORK_MEMORY}; DROP TABLE IF EXISTS {gone}; {made};
            CREATE TEMP TABLE import_work ON COMMIT DROP AS
            SELECT r.id AS row_id, r.excel_row, jsonb_array_length(r.errors) > 0 AS is_bad, {indexes}, v.*,
                {kind.meets}
            FROM {ROWS} r
            CROSS JOIN LATERAL jsonb_to_record(r."values") AS v({columns})
            {kind.joins}
            WHERE r.upload_id = %(upload)s {only};
            ANALYZE import_work"""
        )

    def examine(self, *, within_file):
        """Lay out, check and compare. ``within_file`` False is for rows that were checked before: good ones alone,
        against the registry as it is now."""
        self.build(good_only=not within_file)
        if within_file:
            self.kind.check_file(self)
        self.kind.check_registry(self)
        self.mark_bad()
        self.kind.check_rest(self)
        self.mark_bad()
        self.kind.compare(self)
        self.run("CREATE INDEX ON import_changed (excel_row); ANALYZE import_changed")

    def find(self, *selects):
        """Note faults: each SELECT yields (excel_row, rank, key, code, args). Of one cell the lowest rank is told."""
        self.run(f"INSERT INTO import_found {' UNION ALL '.join(selects)}")

    def mark_bad(self):
        """Rows with a fault take no further part."""
        self.run(
            "UPDATE import_work w SET is_bad = true FROM import_found f "
            "WHERE f.excel_row = w.excel_row AND NOT w.is_bad"
        )

    def differ(self, *selects):
        """Note cells that differ: each SELECT yields (excel_row, position, key, before, after) as text."""
        self.run(f"INSERT INTO import_changed {' UNION ALL '.join(selects)}")

    def differ_hidden(self, *, slot, key, position, model, name, pk):
        """Note a number that differs from one on file that has no blind index: it is read to be compared.

        ``pk`` is the column of ``import_work`` with the id of the ``model``'s row on file.
        """
        number = NUMBERS[slot]
        on_file = tables.column(model, name)
        rows = tables.stream(
            f"SELECT w.excel_row, w.{number.index}, r.{slot}, t.{on_file} FROM import_work w "
            f"JOIN {ROWS} r ON r.id = w.row_id JOIN {tables.table(model)} t ON t.id = w.{pk} "
            f"WHERE w.{number.index} IS NOT NULL AND NOT w.is_bad"
        )
        unlike = (
            (row, position, key, before and bytes(before).hex(), bytes(after).hex())
            for row, index, after, before in rows
            if not before or crypto.blind_index(number.index_kind, crypto.decrypt(before)) != bytes(index)
        )
        with connection.cursor() as cursor:
            columns = ("excel_row", "position", "key", "before", "after")
            tables.copy(cursor, "import_changed", columns, unlike)

    def first_fault(self):
        """(excel row, sentence) of the first fault, or None."""
        found = self.rows("SELECT excel_row, code, args FROM import_found ORDER BY excel_row, rank LIMIT 1")
        if not found:
            return None
        excel_row, code, args = found[0]
        return excel_row, sentence(code, excel_row, self._args(args))

    def put_in_words(self, *, error_of=None):
        """Fill ``import_shown`` with the changes of each row as [key or heading, before, after], masked,
        and its errors. ``error_of(row, key, reason)`` makes an error and gives the heading of a key."""
        with connection.cursor() as cursor:
            columns = ("excel_row", "changes", "errors")
            tables.copy(cursor, "import_shown", columns, self._in_words(error_of))
        self.run("CREATE INDEX ON import_shown (excel_row); ANALYZE import_shown")

    def _in_words(self, error_of):
        labels = self.kind.labels()
        facts = tables.stream(
            """SELECT excel_row, 0, rank, key, code, NULL, args FROM (
                SELECT DISTINCT ON (excel_row, key) * FROM import_found ORDER BY excel_row, key, rank) f
            UNION ALL SELECT excel_row, 1, position, key, before, after, NULL FROM import_changed
            ORDER BY 1, 2, 3"""
        )
        for excel_row, told in groupby(facts, itemgetter(0)):
            changes, errors = [], []
            for _row, is_change, _order, key, first, after, args in told:
                if is_change:
                    say = labels.get(key, str)
                    heading = error_of(excel_row, key, "").column_heading if error_of else key
                    changes.append([heading, say(first) if first else "", say(after)])
                elif error_of:
                    one = error_of(excel_row, key, sentence(first, excel_row, self._args(args)))
                    errors.append([one.cell, one.column_heading, one.reason])
            yield excel_row, changes, errors

    def _args(self, args):
        given = json.loads(args) if isinstance(args, str) else args  # Django reads jsonb as text
        return self.words | (given or {})

    def keep_results(self):
        """Write kind, changes and errors back to the staged rows. Returns {kind: count}."""
        self.run(
            f"""UPDATE {ROWS} r SET kind = k.kind, changes = k.changes, errors = r.errors || k.errors
            FROM (
                SELECT w.row_id,
                    CASE WHEN w.is_bad THEN 'bad' WHEN NOT w.is_known THEN 'new'
                        WHEN s.changes <> '[]' THEN 'changed'
                        ELSE 'unchanged' END AS kind,
                    CASE WHEN w.is_bad OR NOT w.is_known THEN '[]' ELSE coalesce(s.changes, '[]') END AS changes,
                    coalesce(s.errors, '[]') AS errors
                FROM import_work w LEFT JOIN import_shown s USING (excel_row)
            ) k WHERE r.id = k.row_id AND (k.kind <> 'new' OR r.kind <> 'new')"""
        )
        return dict(
            self.rows(f"SELECT kind, count(*) FROM {ROWS} WHERE upload_id = %(upload)s GROUP BY kind")
        )
