"""Measure a part of the product beside its baseline and its floor, in a database of its own."""

import tempfile
import time
from contextlib import ExitStack, contextmanager

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.test.utils import override_settings

from welfare import benchmark
from welfare.database import own

DETAILS = """
Every line compares the product ("own") with a baseline B (plain Django admin and django-import-export with their
defaults, on the same data) or the raw floor F (SQL, COPY, a bare spreadsheet library), measured in turns in one run.
The data are made by COPY, the same for the same size. Examples:

  manage.py bench registry                                       1,000,000 persons, everything
  manage.py bench registry --persons 100000 --only list,search   pages alone, at a tenth of the size
  manage.py bench registry --persons 100000 --keep               keep the data for the next run of this size
  manage.py bench screening --persons 900000                     criteria over 300,000 households, a roster of 50,000
  manage.py bench registry --fast                                without the baseline's import, which takes minutes
"""


class Command(BaseCommand):
    help = "Measure a part of the product: a table of ratios to paste into a note. " + DETAILS

    def create_parser(self, *args, **kwargs):
        import argparse

        return super().create_parser(*args, formatter_class=argparse.RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser):
        parser.add_argument("subject", choices=benchmark.subjects())
        parser.add_argument("--persons", type=int, default=1_000_000, metavar="N", help="size of the data")
        parser.add_argument("--only", default="", metavar="NAME,NAME", help="only the cases of these names")
        parser.add_argument("--repeat", type=int, default=5, metavar="K", help="rounds of each case")
        parser.add_argument(
            "--budget", type=int, default=60, metavar="SECONDS", help="after that no new round"
        )
        parser.add_argument("--fast", action="store_true", help="leave out variants that take minutes")
        parser.add_argument("--keep", action="store_true", help="keep the database for the next run")

    def handle(self, *, subject, persons, only, repeat, budget, fast, keep, **options):
        if not settings.DEBUG:
            raise CommandError("Benchmarks do not run in production: they need the machine for themselves.")
        if persons < 100 or repeat < 1:
            raise CommandError("At least 100 persons and 1 round.")
        module = benchmark.subject(subject)
        with ExitStack() as stack:
            media = stack.enter_context(tempfile.TemporaryDirectory(prefix="ledger-bench-"))
            stack.enter_context(_as_measured(media, module))
            name = stack.enter_context(self._filled(subject, module, persons, keep))
            with own.connected_to(name):
                cases = _chosen(module.cases(persons, fast=fast), only)
                results = self._measure([case for case in cases if not case.writes], repeat, budget)
            with _scratch(name, keep) as scratch, own.connected_to(scratch):
                writing = {case.label for case in cases if case.writes}
                again = _chosen(module.cases(persons, fast=fast), only) if writing else []
                results += self._measure([case for case in again if case.writes], repeat, budget)
        self.stdout.write(f"\n{subject}, {persons:,} persons, {repeat} rounds\n\n{benchmark.table(results)}")
        for result, bar in benchmark.missed(results):
            self.stderr.write(f"not met: {result.case.label}, ≤ {bar.limit:g} {bar.against}")

    def _measure(self, cases, repeat, budget):
        """Measure one after the other; each is told at once, in case the run is stopped."""
        results = []
        for case in cases:
            results.append(benchmark.measure(case, repeat, budget=budget, report=self._say))
            for row in benchmark.rows_of(results[-1]):
                self._say("    " + "  ".join(cell for cell in row[2:] if cell))
        return results

    def _say(self, sentence):
        self.stderr.write(f"{time.strftime('%H:%M:%S')} {sentence}")

    @contextmanager
    def _filled(self, subject, module, persons, keep):
        """The name of a migrated and filled database, of an earlier run when one was kept and fits."""
        name, wanted = own.name_of(f"bench_{subject}_{persons}"), benchmark.fingerprint(module, persons)
        if own.in_use(name):
            raise CommandError(f"Another run is using the database {name}.")
        try:
            if own.mark_of(name) == wanted:
                self._say(f"using the data kept in {name}")
            else:
                self._fill(name, module, persons)
                own.mark(name, wanted)
            yield name
        finally:
            if not keep or own.mark_of(name) != wanted:
                own.drop(name)

    def _fill(self, name, module, persons):
        started = time.monotonic()
        self._say(f"making {persons:,} persons in {name}")
        own.create(name)
        with own.connected_to(name):
            call_command("migrate", verbosity=0, interactive=False)
            module.fill(persons)
        self._say(f"made in {time.monotonic() - started:.0f} s")


def _chosen(cases, only):
    wanted = {name for name in only.split(",") if name}
    unknown = wanted - {case.name for case in cases}
    if unknown:
        known = ", ".join(dict.fromkeys(case.name for case in cases))
        raise CommandError(f"No case named {', '.join(sorted(unknown))}. There are: {known}.")
    return [case for case in cases if not wanted or case.name in wanted]


@contextmanager
def _scratch(name, keep):
    """A database that cases may write to: the filled one when it is dropped anyway, otherwise a copy."""
    if not keep:
        yield name
        return
    scratch = own.name_of("bench_scratch")
    own.copy(name, scratch)
    try:
        yield scratch
    finally:
        own.drop(scratch)


def _as_measured(media, module):
    """Settings as in production where they cost time; jobs run at once; files go to a folder of their own."""
    return override_settings(
        DEBUG=False,
        ALLOWED_HOSTS=["*"],
        MEDIA_ROOT=media,
        TASKS={"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}},
        TEMPLATES=[*settings.TEMPLATES, *getattr(module, "TEMPLATES", ())],
    )
