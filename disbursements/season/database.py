"""A database of its own for a rehearsal: made, migrated, used, dropped."""

import os
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connections
from psycopg2 import sql


@contextmanager
def own_database(alias="default"):
    """Within the block the connection leads to a new, migrated database; afterwards it is dropped.

    Yields its name. The server's ordinary database is not touched.
    """
    connection = connections[alias]
    ordinary = connection.settings_dict["NAME"]
    name = f"ledger_rehearsal_{os.getpid()}"
    _run(connection, "DROP DATABASE IF EXISTS {}", name)
    _run(
        connection,
        "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'",
        name,
    )
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        call_command("migrate", verbosity=0, interactive=False)
        yield name
    finally:
        connection.close()
        connection.settings_dict["NAME"] = ordinary
        _run(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _run(connection, statement, name):
    """One statement outside any transaction, on the ordinary database."""
    connection.ensure_connection()
    was = connection.connection.autocommit
    connection.connection.autocommit = True
    try:
        with connection.connection.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(sql.Identifier(name)))
    finally:
        connection.connection.autocommit = was
