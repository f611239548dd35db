"""A database of one's own on the server of the ordinary one: made, migrated, used, dropped.

A rehearsal has one for itself; a benchmark may keep its own for the next run. The ordinary database is
not touched. Names begin with the ordinary one's, so that those of killed test runs are swept with theirs.
"""

import os
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connections
from psycopg2 import sql

_CREATE = "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'"
_COPY = "CREATE DATABASE {} TEMPLATE {}"
_DROP = "DROP DATABASE IF EXISTS {} WITH (FORCE)"


@contextmanager
def own_database(alias="default"):
    """Within the block the connection leads to a new, migrated database; afterwards it is dropped. Yields its name."""
    name = name_of(f"rehearsal_{os.getpid()}", alias)
    create(name, alias)
    try:
        with connected_to(name, alias):
            call_command("migrate", verbosity=0, interactive=False)
            yield name
    finally:
        drop(name, alias)


def name_of(purpose, alias="default"):
    """The name of the database for ``purpose`` beside the ordinary one."""
    return f"{connections[alias].settings_dict['NAME']}_{purpose}"[:63]


def create(name, alias="default"):
    """Make an empty database; one of this name is dropped first."""
    drop(name, alias)
    _run(alias, _CREATE, name)


def copy(source, name, alias="default"):
    """Make ``name`` as a copy of the database ``source``, to which nobody may be connected."""
    drop(name, alias)
    _run(alias, _COPY, name, source)


def drop(name, alias="default"):
    """Remove the database, whoever is connected to it."""
    _run(alias, _DROP, name)


@contextmanager
def connected_to(name, alias="default"):
    """Within the block the connection leads to the database ``name`` on the same server."""
    connection = connections[alias]
    ordinary = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = ordinary


def mark(name, text, alias="default"):
    """Write ``text`` on a database, for ``mark_of``: what it holds, and that it is complete."""
    _run(alias, "COMMENT ON DATABASE {} IS " + sql.Literal(text).as_string(_raw(alias)), name)


def mark_of(name, alias="default"):
    """What ``mark`` wrote on the database; None when it has no mark or does not exist."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
        )
        found = cursor.fetchone()
    return found and found[0]


def exists(name, alias="default"):
    """Whether there is a database of this name."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_database WHERE datname = %s)", [name])
        return cursor.fetchone()[0]


def in_use(name, alias="default"):
    """Whether somebody is connected to the database."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = %s)", [name])
        return cursor.fetchone()[0]


def _raw(alias):
    connections[alias].ensure_connection()
    return connections[alias].connection


def _run(alias, statement, *names):
    """One statement outside any transaction, on the ordinary database."""
    raw = _raw(alias)
    was = raw.autocommit
    raw.autocommit = True
    try:
        with raw.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
    finally:
        raw.autocommit = was
