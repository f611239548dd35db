"""Base class of commands that also work on a new, empty database."""

from django.core.management.base import BaseCommand

from welfare.database import schema


class LedgerCommand(BaseCommand):
    """A command that says ``migrates_new_database = True`` finds the tables made.

    Only a database without any migration is migrated; one that holds data waits for ``migrate``.
    """

    migrates_new_database = False

    def execute(self, *args, **options):
        if self.migrates_new_database:
            schema.migrate_if_new()
        return super().execute(*args, **options)
