"""Which databases the ledger accepts, and which commands start one."""

import os
import subprocess
import sys

import psycopg2
import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db import connection

from welfare import embedded
from welfare.database import fitness, schema
from welfare.env import Environment, database_from_url
from welfare.management.base import LedgerCommand


@pytest.fixture
def made(db):
    """``made(options)``: a psycopg2 connection to a new database made with these options."""
    names, connections = [], []
    parameters = connection.get_connection_params() | {"dbname": "postgres"}
    parameters = {k: v for k, v in parameters.items() if k in {"dbname", "user", "password", "host", "port"}}
    administration = psycopg2.connect(**parameters)
    administration.autocommit = True

    def make(options):
        name = f"{settings.DATABASES['default']['NAME']}_{len(names)}"
        with administration.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0 {options}')
        names.append(name)
        connections.append(psycopg2.connect(**parameters | {"dbname": name}))
        return connections[-1]

    yield make
    for opened in connections:
        opened.close()
    with administration.cursor() as cursor:
        for name in names:
            cursor.execute(f'DROP DATABASE "{name}"')
    administration.close()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("ENCODING 'UTF8' LOCALE 'C'", "不认识汉字.*CREATE DATABASE"),
        ("ENCODING 'LATIN1' LOCALE 'C'", "编码是 LATIN1.*CREATE DATABASE"),
        ("ENCODING 'SQL_ASCII' LOCALE 'C'", "编码是 SQL_ASCII"),
    ],
)
def test_a_database_that_cannot_search_chinese_is_refused_with_the_remedy(made, options, words):
    with pytest.raises(fitness.UnfitDatabase, match=words):
        fitness.refuse_unfit(made(options))


def test_a_database_made_as_the_remedy_says_is_accepted(made):
    fitness.refuse_unfit(made(fitness.REMEDY.partition("template0")[2].rstrip(";")))


def test_an_old_server_is_refused():
    class Old:
        class info:
            host, port, dbname, server_version = "old", 5432, "ledger", 130_011

    with pytest.raises(fitness.UnfitDatabase, match="PostgreSQL 13，需要 14"):
        fitness.refuse_unfit(Old)


def test_an_unfit_database_ends_a_command_with_a_sentence():
    assert issubclass(fitness.UnfitDatabase, CommandError)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresql://u:p%40ss@db:5433/name",
            {"USER": "u", "PASSWORD": "p@ss", "HOST": "db", "PORT": "5433"},
        ),
        ("postgres://u@%2Frun%2FPG:5432/x", {"HOST": "/run/PG", "PORT": "5432", "NAME": "x"}),
        ("postgresql://u@[::1]:5432/x", {"HOST": "::1", "PORT": "5432"}),
        ("postgresql://db/x?sslmode=require", {"HOST": "db", "OPTIONS": {"sslmode": "require"}}),
    ],
)
def test_a_database_url_is_taken_apart(url, expected):
    found = database_from_url(url)
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize("url", ["sqlite:///db.sqlite3", "mysql://db/x", "postgresql://db:port/x"])
def test_another_kind_of_database_is_refused(url):
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        database_from_url(url)


def test_in_production_a_missing_setting_is_named_with_its_hint():
    with pytest.raises(ImproperlyConfigured, match=r"LEDGER_X.*Ten digits"):
        Environment(production=True, source={}).text("LEDGER_X", "made up", hint="Ten digits.")
    assert (
        Environment(production=False, source={}).text("LEDGER_X", "made up", hint="Ten digits.") == "made up"
    )


def test_a_command_that_needs_no_database_starts_none(tmp_path):
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    result = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=embedded.BASE_DIR,
        env=environment | {"LEDGER_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    assert not (tmp_path / "postgres").exists()


def test_only_a_new_database_is_migrated_by_a_command_that_asks_for_it(db, monkeypatch):
    migrated = []
    monkeypatch.setattr(schema, "call_command", lambda name, **options: migrated.append(name))

    class Command(LedgerCommand):
        migrates_new_database = True
        requires_system_checks = ()

        def handle(self, **options):
            pass

    arguments = {"no_color": True, "force_color": False, "skip_checks": True}
    Command().execute(**arguments)
    assert migrated == []
    monkeypatch.setattr(schema.MigrationRecorder, "has_table", lambda recorder: False)
    Command().execute(**arguments)
    assert migrated == ["migrate"]
