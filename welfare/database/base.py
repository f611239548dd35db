"""Django's PostgreSQL backend with two additions at the moment of connecting.

The first connection of a process to a cluster of ours starts or joins that cluster, so every command
that needs the database finds it and every command that needs none starts nothing; a later connection
brings back a server that was killed. And each database is checked once per process (``fitness.py``).
"""

from django.db.backends.postgresql import base
from django.db.backends.postgresql.client import DatabaseClient
from django.db.utils import OperationalError

from welfare import embedded
from welfare.database import fitness


class Client(DatabaseClient):
    """``manage.py dbshell`` on a server that runs."""

    def runshell(self, parameters):
        self.connection.ensure_connection()
        super().runshell(parameters)


class DatabaseWrapper(base.DatabaseWrapper):
    client_class = Client

    def get_new_connection(self, conn_params):
        cluster = embedded.cluster_at(conn_params.get("host"))
        if cluster is None:
            connection = super().get_new_connection(conn_params)
        else:
            cluster.join()
            try:
                connection = super().get_new_connection(conn_params)
            except (base.Database.OperationalError, OperationalError):
                if cluster.server_pid() is not None:
                    raise
                cluster.revive()
                connection = super().get_new_connection(conn_params)
        try:
            fitness.refuse_unfit(connection)
        except BaseException:
            connection.close()
            raise
        return connection
