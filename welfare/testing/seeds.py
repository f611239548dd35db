"""What migrations put into a new database stays there after a test with real transactions.

Django empties every table after such a test: the seeded code lists and calendar would be gone for the
next one, the append-only tables refuse it, and truncating them all takes longer than most tests. So the
seeded rows are kept aside in a schema of their own, and the emptying becomes: of the tables that are not
as they were, append-only triggers off, rows out, seeds back, triggers on.
"""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test import TransactionTestCase

DJANGO_TEARDOWN = TransactionTestCase._fixture_teardown
LEFT_ALONE = {"django_migrations"}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """After the test database is migrated: keep its seeded rows aside."""
    with django_db_blocker.unblock():
        keep_seeds()
    TransactionTestCase._fixture_teardown = lambda case: back_to_seeds()
    yield
    TransactionTestCase._fixture_teardown = DJANGO_TEARDOWN


def keep_seeds():
    """Copy every table that has rows into the schema ``seeds``."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS seeds CASCADE; CREATE SCHEMA seeds")
        for table in _with_rows(cursor, _tables(cursor, "public")):
            cursor.execute(f'CREATE TABLE seeds."{table}" AS TABLE public."{table}"')


def back_to_seeds():
    """Leave in every table what ``keep_seeds`` found there, and nothing else. Waits for whoever still writes."""
    ContentType.objects.clear_cache()
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        tables = _tables(cursor, "public")
        seeded = _tables(cursor, "seeds")
        names = ", ".join(f'public."{table}"' for table in tables)
        cursor.execute(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")
        changed = [*_with_rows(cursor, tables - seeded), *filter(lambda t: _differs(cursor, t), seeded)]
        guarded = _guarded(cursor).intersection(changed)
        for table in guarded:
            cursor.execute(f'ALTER TABLE public."{table}" DISABLE TRIGGER USER')
        for table in changed:
            cursor.execute(f'DELETE FROM public."{table}"')
        for table in seeded.intersection(changed):
            cursor.execute(
                f'INSERT INTO public."{table}" OVERRIDING SYSTEM VALUE SELECT * FROM seeds."{table}"'
            )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in guarded:
            cursor.execute(f'ALTER TABLE public."{table}" ENABLE TRIGGER USER')


def _tables(cursor, schema):
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema])
    return {table for (table,) in cursor.fetchall()} - LEFT_ALONE


def _with_rows(cursor, tables):
    asked = (f"SELECT '{table}' WHERE EXISTS (SELECT FROM public.\"{table}\")" for table in sorted(tables))
    cursor.execute(" UNION ALL ".join(asked))
    return [table for (table,) in cursor.fetchall()]


def _differs(cursor, table):
    now, kept = f'TABLE public."{table}"', f'TABLE seeds."{table}"'
    cursor.execute(
        f"SELECT EXISTS (({now} EXCEPT ALL {kept}) UNION ALL ({kept} EXCEPT ALL {now}))",
    )
    return cursor.fetchone()[0]


def _guarded(cursor):
    """Tables with triggers of ours, the append-only ones among them."""
    cursor.execute(
        "SELECT DISTINCT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE NOT tgisinternal"
    )
    return {table for (table,) in cursor.fetchall()}
