"""Rehearse a whole season on a register, in a database of its own."""

import tempfile
import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from beneficiaries import plan_file
from disbursements.season import season
from welfare import audit
from welfare.database.own import own_database
from welfare.errors import Refusal


class Command(BaseCommand):
    help = (
        "Rehearse a season: run a plan on a register from import to summary, with made-up votes, objection and "
        "signatures, in a database that is dropped afterwards; leave the papers in a folder."
    )

    def add_arguments(self, parser):
        parser.add_argument("--plan", required=True, help="a plan of the product (000-6) or a plan file")
        parser.add_argument("--registry", required=True, help="a register workbook")
        parser.add_argument("--out", required=True, help="folder for the papers")
        parser.add_argument("--year", type=int, help="move the plan to another season year")

    def handle(self, *, plan, registry, out, year, **options):
        if not settings.DEBUG:
            raise CommandError("演练不能在生产环境运行。请在试用环境中演练。")
        started = time.monotonic()
        try:
            read = plan_file.read(plan_file.named(plan), year=year)
            with (
                tempfile.TemporaryDirectory(prefix="ledger-rehearsal-") as files,
                season.own_files(files),
                own_database(),
                audit.coming_from("演练"),
            ):
                rehearsed = season.rehearse(plan=read, registry=registry, out=out)
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        self.stdout.write("\n".join(rehearsed.lines))
        self.stdout.write(f"\n用时 {time.monotonic() - started:.0f} 秒，资料在 {out}：")
        for path in rehearsed.files:
            self.stdout.write(f"　　{path.relative_to(out)}")
