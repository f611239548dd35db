"""The harness itself: databases of runs side by side, the emptying after real transactions, processes."""

import os
import subprocess
import sys
from contextlib import closing
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Permission
from django.db import connection, transaction

from welfare import audit, embedded
from welfare.models import AuditEvent, CalendarDay, Organisation
from welfare.testing import plugin, seeds
from welfare.testing.database import LOCK
from welfare.testing.personas import AT, make_organisations, user_with


@pytest.mark.django_db(transaction=True)
def test_after_real_transactions_every_table_is_as_the_migrations_left_it():
    def everything():
        tables = (CalendarDay, Organisation, Permission)
        return [sorted(map(str, table.objects.values_list())) for table in tables]

    before = everything()
    clerk = user_with("clerk", make_organisations().community)
    audit.viewed(by=clerk, at=AT, target=clerk, what="证件号码")
    CalendarDay.objects.all()[:1].get().delete()
    Permission.objects.update(name="changed")
    assert everything() != before

    seeds.back_to_seeds()
    assert everything() == before
    assert not AuditEvent.objects.exists()
    with pytest.raises(Exception, match="append-only"), connection.cursor() as cursor:
        cursor.execute("TRUNCATE welfare_auditevent")


def test_inside_a_transaction_of_others_nothing_is_emptied(db):
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        seeds.back_to_seeds()


@pytest.fixture
def cluster(db):
    found = embedded.cluster_at(connection.settings_dict["HOST"])
    if found is None:
        pytest.skip("DATABASE_URL names a server that is not ours")
    return found


def test_databases_of_dead_runs_are_dropped_and_those_of_living_ones_stay(cluster):
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    mine = os.getpid()
    dead = {f"test_run_{process.pid}", f"test_run_{process.pid}_gw1", f"ledger_rehearsal_{process.pid}"}
    alive = {f"test_run_{mine}_of_harness", f"ledger_rehearsal_{mine}_of_harness"}
    with closing(cluster.connect()) as administration, administration.cursor() as cursor:
        for name in dead | alive:
            cursor.execute(f'CREATE DATABASE "{name}"')
        try:
            cluster._drop_leftovers()
            assert alive <= cluster.databases()
            assert not dead & cluster.databases()
        finally:
            for name in dead | alive:
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')


def test_one_process_at_a_time_makes_or_copies_the_template(cluster):
    def is_free():
        with closing(cluster.connect()) as other, other.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
            return cursor.fetchone()[0]

    with cluster.locked() as lock:
        assert not is_free()
        lock.close()


@pytest.mark.parametrize(
    ("source", "args", "workers"),
    [
        ("ARGS", ["welfare/tests/test_money.py"], 0),
        ("ARGS", ["welfare/tests/test_money.py::test_one"], 0),
        ("ARGS", ["welfare"], None),
        ("TESTPATHS", ["welfare", "visits"], None),
    ],
)
def test_named_files_run_in_one_process(monkeypatch, source, args, workers):
    monkeypatch.chdir(embedded.BASE_DIR)
    sources = pytest.Config.ArgsSource
    config = SimpleNamespace(args=args, args_source=sources[source], ArgsSource=sources)
    assert plugin.pytest_xdist_auto_num_workers(config) == workers
