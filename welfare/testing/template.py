"""The migrated test database, kept as a template: a run copies it in a moment instead of migrating for many seconds.

Its name carries a digest of all that migrating reads: migrations, the modules they import, data files.
Kept in the disposable test cluster only; a database named by DATABASE_URL is migrated every time.
"""

import contextlib
import functools
import hashlib
import re
from pathlib import Path

import psycopg2
import pytest
from django.db import connection

from welfare import embedded

BASE_DIR = Path(__file__).resolve().parents[2]
APPS = sorted(path.parent for path in BASE_DIR.glob("*/apps.py"))
PREFIX = "migrated_"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """Let Django copy the template when there is one. Yields the lock under which that happens, or None.

    Of several processes that find none, the first migrates and keeps the template; the others wait for it.
    """
    cluster = embedded.cluster_at(connection.settings_dict["HOST"])
    if cluster is None:
        yield None
        return
    cluster.join()
    with cluster.locked() as lock:
        if template_name() in cluster.databases():
            connection.settings_dict["TEST"]["TEMPLATE"] = template_name()
        yield lock


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_modify_db_settings, django_db_blocker):
    """Keep the database as the template if it was migrated from nothing. At the end nobody holds it open."""
    if lock := django_db_modify_db_settings:
        if not connection.settings_dict["TEST"].get("TEMPLATE"):
            with django_db_blocker.unblock():
                connection.close()
            keep_as_template(lock, connection.settings_dict["NAME"])
        lock.close()
    yield
    if django_db_modify_db_settings:
        end_sessions(connection.settings_dict["NAME"])


def end_sessions(database):
    """A thread of the live server may hold one open for a while yet; the database could not be dropped."""
    cluster = embedded.cluster_at(connection.settings_dict["HOST"])
    with contextlib.closing(cluster.connect()) as administration, administration.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [database]
        )


def keep_as_template(administration, database):
    """Copy ``database`` under the template's name, and drop templates of earlier migrations.

    The caller holds the lock: nobody copies a template meanwhile.
    """
    with administration.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        for (old,) in cursor.fetchall():
            with contextlib.suppress(psycopg2.Error):  # somebody looks into it
                cursor.execute(f'DROP DATABASE "{old}"')
        cursor.execute(f'CREATE DATABASE "{template_name()}" TEMPLATE "{database}"')


@functools.cache
def template_name():
    """The template's name for the migrations as they are now."""
    digest = hashlib.sha256()
    for path in sorted(_read_by_migrating()):
        digest.update(str(path).encode())
        digest.update(path.read_bytes())
    return PREFIX + digest.hexdigest()[:16]


def _read_by_migrating():
    migrations = [path for app in APPS for path in app.glob("migrations/*.py")]
    yield from migrations
    yield BASE_DIR / "requirements.txt"
    for app in APPS:
        for path in app.rglob("*"):
            if (
                path.is_file()
                and path.suffix in {".csv", ".json", ".sql", ".toml"}
                and "tests" not in path.parts
            ):
                yield path
    names = "|".join(app.name for app in APPS)
    imported = re.compile(rf"^\s*(?:from|import) ((?:{names})[\w.]*)", re.MULTILINE)
    for module in {name for path in migrations for name in imported.findall(path.read_text())}:
        path = BASE_DIR / (module.replace(".", "/") + ".py")
        if path.exists():
            yield path
