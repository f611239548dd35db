"""The migrated test database, kept as a template: a run copies it in a moment instead of migrating for many seconds.

Its name carries a digest of all that migrating reads: migrations, the modules they import, data files.
Kept in the disposable test cluster only; a database named by DATABASE_URL is migrated every time.
"""

import contextlib
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
    """Let Django copy the template when there is one."""
    cluster = embedded.cluster_at(connection.settings_dict["HOST"])
    if cluster:
        cluster.join()
        if template_name() in _databases(cluster):
            connection.settings_dict["TEST"]["TEMPLATE"] = template_name()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_modify_db_settings, django_db_blocker):
    """Keep the database as the template after it was migrated from nothing."""
    cluster = embedded.cluster_at(connection.settings_dict["HOST"])
    if cluster and not connection.settings_dict["TEST"].get("TEMPLATE"):
        with django_db_blocker.unblock():
            connection.close()
            keep_as_template(cluster, connection.settings_dict["NAME"])
    yield


def keep_as_template(cluster, database):
    """Copy ``database`` under the template's name, and drop templates of earlier migrations."""
    administration = cluster.connect()
    try:
        with administration.cursor() as cursor:
            for old in _databases(cluster):
                if old.startswith(PREFIX) and old != template_name():
                    with contextlib.suppress(psycopg2.Error):  # another run is copying it
                        cursor.execute(f'DROP DATABASE IF EXISTS "{old}"')
            with contextlib.suppress(psycopg2.Error):  # another run was faster
                cursor.execute(f'CREATE DATABASE "{template_name()}" TEMPLATE "{database}"')
    finally:
        administration.close()


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


def _databases(cluster):
    administration = cluster.connect()
    try:
        with administration.cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database")
            return {name for (name,) in cursor.fetchall()}
    finally:
        administration.close()
