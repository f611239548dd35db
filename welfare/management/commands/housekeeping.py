"""Seal the audit trail, revive lost jobs, take down expired notices."""

import time

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections
from django.utils import timezone

from welfare import housekeeping


class Command(BaseCommand):
    help = "Run every regular chore once (exit 1 when one failed), or with --every SECONDS until stopped."

    def add_arguments(self, parser):
        parser.add_argument("--every", type=int, metavar="SECONDS")

    def handle(self, *, every, **options):
        if not every:
            accounts, failures = housekeeping.run_all(timezone.now())
            self.stdout.write("；".join(accounts))
            if failures:
                raise CommandError(f"{failures} 项未完成，见日志。")
            return
        while True:
            housekeeping.run_all(timezone.now())
            close_old_connections()
            time.sleep(every)
