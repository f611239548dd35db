"""Measuring what the product does beside a baseline and beside the raw floor, in one run on one machine.

An app names its subject from ``apps.py: ready()`` with ``register``; the module is imported only by
``manage.py bench``. It offers ``fill(persons)``, ``SOURCES`` (the files its data depend on) and
``cases(persons)``, a list of ``Case``. Every figure is a ratio between variants of one case, measured in turns,
so that a slow minute of the machine slows all of them.
"""

import hashlib
import math
import time
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from statistics import median

from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader

OWN = "own"
QUERY_CANCELED = "57014"
PATIENCE = 120  # seconds for one statement
_subjects = {}


@dataclass(frozen=True)
class Bar:
    """How good is good enough: ``own`` at most ``limit`` times variant ``against`` (or at most ``limit``, without one).

    ``statistic`` is ``median`` or ``p95``, of both sides.
    """

    limit: float
    against: str = ""
    statistic: str = "median"


@dataclass(frozen=True)
class Case:
    """One thing measured: variants by name, ``own`` first, and the bars between them.

    A variant is called without arguments. With ``unit`` "s" or "ms" its run is timed, unless it returns a number:
    then it timed itself, in seconds. With another unit the number it returns is the value.
    ``turns`` multiplies the rounds asked for; below 1 nothing is warmed up, and 0 means one round. Variants in ``once`` run in the
    first round only. ``writes`` says that it leaves rows behind.
    """

    name: str
    label: str
    variants: Mapping[str, Callable]
    bars: tuple = ()
    unit: str = "ms"
    turns: float = 1
    once: frozenset = frozenset()
    writes: bool = False


@dataclass
class Result:
    """The samples of a measured case, by variant, in the order taken."""

    case: Case
    samples: dict = field(default_factory=dict)

    def value(self, variant, statistic="median"):
        """``min``, ``median`` or ``p95`` of a variant's samples."""
        return STATISTICS[statistic](self.samples[variant])

    def ratio(self, against, statistic="median"):
        """The own value over that of another variant; None when that is zero or had no answer."""
        base = self.value(against, statistic)
        return self.value(OWN, statistic) / base if base and base != math.inf else None


def p95(samples):
    """The smallest sample that 95 of 100 do not exceed."""
    ordered = sorted(samples)
    return ordered[-(-95 * len(ordered) // 100) - 1]


STATISTICS = {"min": min, "median": median, "p95": p95}


def register(name, module):
    """Offer the subject ``name``, whose dotted module is imported when it is measured."""
    _subjects[name] = module


def subjects():
    """Names of the subjects, for the command line."""
    return sorted(_subjects)


def subject(name):
    """The module of a subject."""
    return import_module(_subjects[name])


def fingerprint(module, persons):
    """What a filled database depends on: its size, the sources of its data, the migrations."""
    digest = hashlib.sha256(str(persons).encode())
    for path in module.SOURCES:
        digest.update(Path(path).read_bytes())
    digest.update(repr(sorted(MigrationLoader(None).disk_migrations)).encode())
    return digest.hexdigest()[:16]


def measure(case, repeat, *, budget=60, report=lambda sentence: None):
    """Run the variants of a case in turns, after one round that does not count. Returns the Result.

    After ``budget`` seconds no further round begins; when the first took longer, it counts. A variant with a
    statement that takes more than PATIENCE has no answer.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = %s", [int(PATIENCE * 1000)])
    report(f"{case.name}: {case.label}")
    ends = time.monotonic() + budget
    result = Result(case, {name: [] for name in case.variants})
    if case.turns >= 1:
        _round(result, leaving_out=case.once)
        if time.monotonic() < ends:
            result.samples = {name: [] for name in case.variants}
    for _turn in range(max(1, round(repeat * case.turns))):
        seen = {name for name, samples in result.samples.items() if samples}
        if seen == set(case.variants) and time.monotonic() > ends:
            break
        _round(result, leaving_out=case.once & seen)
    return result


def _round(result, leaving_out=()):
    for name, variant in result.case.variants.items():
        if name not in leaving_out:
            result.samples[name].append(_sample(result.case, variant))


def _sample(case, variant):
    started = time.perf_counter()
    try:
        returned = variant()
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") != QUERY_CANCELED:
            raise
        return math.inf
    took = time.perf_counter() - started
    if case.unit not in _PER_SECOND:
        return returned
    return (took if returned is None else returned) * _PER_SECOND[case.unit]


_PER_SECOND = {"s": 1, "ms": 1000}


@contextmanager
def stopwatch():
    """Within the block time runs; yields a list that then holds the seconds."""
    seconds = []
    started = time.perf_counter()
    yield seconds
    seconds.append(time.perf_counter() - started)


@dataclass
class Statements:
    """The SQL of a block: how many statements, and the seconds they took."""

    count: int = 0
    seconds: float = 0.0

    def __call__(self, execute, sql, params, many, context):
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.count += 1
            self.seconds += time.perf_counter() - started


@contextmanager
def statements():
    """Count and time the statements of the block. Yields Statements."""
    seen = Statements()
    with connection.execute_wrapper(seen):
        yield seen


# -- the table ------------------------------------------------------------------------------------

HEADINGS = ("case", "what", "own median", "own p95", "beside", "its median", "its p95", "ratio", "bar", "met")


def table(results):
    """The results as a Markdown table: a line for every case and variant beside it."""
    rows = [HEADINGS, ["---"] * 4 + ["---"] + ["--:"] * 3 + ["---"] * 2]
    rows += [row for result in results for row in rows_of(result)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def rows_of(result):
    """The lines of one result: one for each variant beside its own, one for each bar without a variant."""
    case = result.case
    others = [name for name in case.variants if name != OWN]
    rows = [_row(result, other, bar) for other in others for bar in _bars(case, other) or [None]]
    rows += [_row(result, "", bar) for bar in _bars(case, "")]
    return rows or [_row(result, "", None)]


def is_met(result, bar):
    """Whether the result reaches the bar; a ratio to nothing is not reached."""
    reached = result.ratio(bar.against, bar.statistic) if bar.against else result.value(OWN, bar.statistic)
    return reached is not None and reached <= bar.limit


def missed(results):
    """(result, bar) for every bar that is not met."""
    return [(result, bar) for result in results for bar in result.case.bars if not is_met(result, bar)]


def _bars(case, against):
    return [bar for bar in case.bars if bar.against == against]


def _row(result, against, bar):
    statistic = bar.statistic if bar else "median"
    shown = [_shown(result.case, result.value(OWN, one)) for one in ("median", "p95")]
    beside = ["", "", "", ""]
    if against:
        ratio = result.ratio(against, statistic)
        values = [_shown(result.case, result.value(against, one)) for one in ("median", "p95")]
        beside = [against, *values, "–" if ratio is None else f"{ratio:.3g}"]
    return [result.case.name, result.case.label, *shown, *beside, *_judged(result, bar)]


def _judged(result, bar):
    if bar is None:
        return ["", ""]
    limit = f"≤ {bar.limit:g} {bar.against or result.case.unit}"
    return [f"{limit} ({bar.statistic})", "yes" if is_met(result, bar) else "**no**"]


def _shown(case, value):
    if value == math.inf:
        return "no answer"
    return f"{value:,.0f} {case.unit}" if value >= 100 else f"{value:.3g} {case.unit}"
