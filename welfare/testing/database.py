"""The PostgreSQL of the tests: a cluster of its own, fast and disposable, kept between runs.

Apart from the embedded one, so that tests never touch data somebody works with. Every run has its own
databases in it, named after its first process (pytest-django adds the worker), so that two runs in one
checkout do not meet.
"""

import contextlib
import os
import re

from welfare import embedded
from welfare.cluster import Cluster

FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "200",
}
LOCK = 6120  # the number of the one advisory lock
# What a run makes: its test databases, and those of the season command.
OWN_RUN = re.compile(r"(?:test_run|ledger_rehearsal)_(\d+)(_\w+)?")


class TestCluster(Cluster):
    """Drops the databases of killed runs when it is joined, and knows a lock for those who share templates."""

    __test__ = False

    def join(self):
        if not self.joined:
            super().join()
            self._drop_leftovers()

    def locked(self):
        """A context that only one process of all that use this cluster is in; a killed one lets go.

        Yields a connection, whose ``close()`` ends the lock before the context does.
        """
        return contextlib.closing(self._locked())

    def _locked(self):
        connection = self.connect()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        return connection

    def databases(self):
        """The names of all databases in the cluster."""
        with contextlib.closing(self.connect()) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database")
            return {name for (name,) in cursor.fetchall()}

    def _drop_leftovers(self):
        with self.locked() as connection, connection.cursor() as cursor:
            for name in self.databases():
                run = OWN_RUN.fullmatch(name)
                if run and not _alive(int(run[1])):
                    cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def use_test_cluster():
    """Point DATABASE_URL at the test cluster unless the caller has set it. The first connection starts it.

    A worker finds the address of its run set, and joins the same cluster.
    """
    cluster = TestCluster(embedded.data_root() / "test-postgres", options=FAST, disposable=True)
    url = os.environ.setdefault("DATABASE_URL", cluster.url(f"run_{os.getpid()}"))
    if url.startswith(cluster.url("run_")):
        embedded.register(cluster)


def _alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
