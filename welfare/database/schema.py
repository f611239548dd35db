"""Making the tables, once, however many processes want them at the same time."""

import contextlib

from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

SETUP_LOCK = 0x6C656467  # any number that nobody else uses in this database


@contextlib.contextmanager
def setup_lock():
    """Within the block no other process migrates or loads demo data in the same database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [SETUP_LOCK])
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [SETUP_LOCK])


def migrate_if_new():
    """Migrate a database that no migration has touched."""
    with setup_lock():
        if not MigrationRecorder(connection).has_table():
            call_command("migrate", verbosity=0, interactive=False)
