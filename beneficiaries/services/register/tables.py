"""COPY into tables and INSERT … SELECT into models, as SQL text."""

import io
import json
from itertools import islice

from django.db import connection, models
from django.db.models.fields import NOT_PROVIDED

AT_ONCE = 2_000


def copy(cursor, table, columns, rows):
    """COPY ``rows`` (sequences of str, bytes, numbers, lists for jsonb, None) into ``table``. Returns how many."""
    rows, count = iter(rows), 0
    command = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
    while some := list(islice(rows, AT_ONCE)):
        lines = "".join("\t".join(map(_text, row)) + "\n" for row in some)
        cursor.copy_expert(command, io.StringIO(lines))
        count += len(some)
    return count


def _text(value):
    if value is None:
        return "\\N"
    if type(value) is str:
        value = value.replace("\\", "\\\\")
        return value if value.isprintable() else _unbroken(value)
    if type(value) is bytes:
        return "\\\\x" + value.hex()
    if type(value) in (list, dict):
        return json.dumps(value, ensure_ascii=False, default=str).replace("\\", "\\\\")
    return str(value)


def _unbroken(text):
    return text.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def stream(sql, params=None, at_once=AT_ONCE):
    """The rows of a SELECT, fetched from the server a batch at a time."""
    with connection.chunked_cursor() as cursor:
        cursor.itersize = at_once
        cursor.execute(sql, params)
        while some := cursor.fetchmany(at_once):
            yield from some


def table(model):
    return model._meta.db_table


def column(model, name):
    """The database column of a field."""
    return model._meta.get_field(name).column


def insert(model, given, source):
    """(SQL, params) of an INSERT … SELECT ``given`` {field name: expression} FROM ``source``.

    A column that is not given, or whose expression is NULL, takes the model's own default.
    """
    columns, expressions, params = [], [], []
    for field in model._meta.concrete_fields:
        expression = given.get(field.name)
        default = _default(field)
        if expression is None and (field.primary_key or default is None):
            continue
        columns.append(field.column)
        if default is None:
            expressions.append(expression)
        else:
            expressions.append(f"coalesce({expression}, %s)" if expression else "%s")
            params.append(default)
    text = f"INSERT INTO {table(model)} ({', '.join(columns)}) SELECT {', '.join(expressions)} {source}"
    return text, params


def _default(field):
    """What a NOT NULL column holds when nothing is said; None where NULL or the database's own default does."""
    if field.null or field.db_default is not NOT_PROVIDED:
        return None
    if field.has_default():
        return field.get_default()
    if isinstance(field, models.CharField | models.TextField) and field.blank:
        return ""
    return None
