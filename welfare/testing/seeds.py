"""What migrations put into a new database stays there after a test with real transactions.

Django empties every table after such a test: the seeded code lists and calendar would be gone for the
next one, and the append-only tables refuse it. So the seeded rows are kept aside in a schema of their
own, and the emptying becomes: append-only triggers off, truncate, seeds back, triggers on.
"""

import pytest
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations

DJANGO_FLUSH = DatabaseOperations.execute_sql_flush
LEFT_ALONE = {"django_migrations"}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """After the test database is migrated: keep its seeded rows aside."""
    with django_db_blocker.unblock():
        keep_seeds()
    DatabaseOperations.execute_sql_flush = flush_to_seeds
    yield
    DatabaseOperations.execute_sql_flush = DJANGO_FLUSH


def keep_seeds():
    """Copy every table that has rows into the schema ``seeds``."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS seeds CASCADE; CREATE SCHEMA seeds")
        for table in set(connection.introspection.table_names(cursor)) - LEFT_ALONE:
            cursor.execute(f'SELECT EXISTS (SELECT FROM "{table}")')
            if cursor.fetchone()[0]:
                cursor.execute(f'CREATE TABLE seeds."{table}" AS TABLE public."{table}"')


def flush_to_seeds(operations, sql_list):
    """In place of Django's ``execute_sql_flush``."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger "
            "WHERE NOT tgisinternal AND tgfoid = to_regproc('welfare_append_only')"
        )
        guarded = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'seeds'")
        seeded = [row[0] for row in cursor.fetchall()]
    off = [f'ALTER TABLE "{table}" DISABLE TRIGGER USER' for table in guarded]
    on = [f'ALTER TABLE "{table}" ENABLE TRIGGER USER' for table in guarded]
    back = [
        f'INSERT INTO "{table}" OVERRIDING SYSTEM VALUE SELECT * FROM seeds."{table}"' for table in seeded
    ]
    DJANGO_FLUSH(operations, [*off, *sql_list])
    DJANGO_FLUSH(operations, [*back, "SET CONSTRAINTS ALL IMMEDIATE", *on])
