"""The PostgreSQL of the tests: a cluster of its own, fast and disposable, kept between runs.

Apart from the embedded one, so that tests never touch data somebody works with. Every run has its own
database in it, named after its process, so that two runs in one checkout do not meet.
"""

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
OWN_RUN = re.compile(r"test_run_(\d+)(_\w+)?")


class TestCluster(Cluster):
    """Drops the databases of killed runs when it is joined."""

    __test__ = False

    def join(self):
        if not self.joined:
            super().join()
            self._drop_leftovers()

    def _drop_leftovers(self):
        connection = self.connect()
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT datname FROM pg_database")
                for (name,) in cursor.fetchall():
                    run = OWN_RUN.fullmatch(name)
                    if run and not _alive(int(run[1])):
                        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        finally:
            connection.close()


def use_test_cluster():
    """Point DATABASE_URL at the test cluster unless the caller has set it. The first connection starts it."""
    if not os.environ.get("DATABASE_URL"):
        cluster = TestCluster(embedded.data_root() / "test-postgres", options=FAST, disposable=True)
        os.environ["DATABASE_URL"] = embedded.register(cluster).url(f"run_{os.getpid()}")


def _alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
