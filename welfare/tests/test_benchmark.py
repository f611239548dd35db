"""Measuring in turns, the bars, and the table."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from welfare import benchmark, peak_memory
from welfare.benchmark import Bar, Case


def measured(samples, *bars, unit="ms"):
    return benchmark.Result(Case("case", "what", dict.fromkeys(samples), bars, unit), samples)


@pytest.mark.django_db
def test_a_statement_that_takes_too_long_is_no_answer(monkeypatch):
    monkeypatch.setattr(benchmark, "PATIENCE", 0.05)

    def sleep():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(5)")

    result = benchmark.measure(Case("c", "l", {"own": sleep, "B": sleep}, (Bar(1, "B"),), turns=0), 1)
    assert "no answer" in benchmark.table([result]) and benchmark.missed([result])


@pytest.mark.django_db
def test_variants_run_in_turns_after_one_round_that_does_not_count():
    ran = []
    case = Case("c", "l", {"own": lambda: ran.append("own"), "B": lambda: ran.append("B")})
    result = benchmark.measure(case, 2)
    assert ran == ["own", "B"] * 3
    assert [len(result.samples[name]) for name in ("own", "B")] == [2, 2]
    assert all(sample > 0 for sample in result.samples["own"])


@pytest.mark.django_db
def test_a_heavy_case_has_no_warming_up_and_a_heavy_variant_runs_once():
    ran = []
    variants = {"own": lambda: ran.append("own"), "B": lambda: ran.append("B")}
    benchmark.measure(Case("c", "l", variants, turns=0.4, once=frozenset("B")), 5)
    assert ran == ["own", "B", "own"]


@pytest.mark.django_db
@pytest.mark.parametrize(("turns", "rounds"), [(1, 1), (0.5, 1)])
def test_no_round_begins_after_the_budget(turns, rounds):
    ran = []
    result = benchmark.measure(Case("c", "l", {"own": lambda: ran.append(1)}, turns=turns), 10, budget=-1)
    assert len(ran) == len(result.samples["own"]) == rounds


@pytest.mark.django_db
def test_a_variant_that_times_itself_is_believed_and_a_count_is_kept_as_it_is():
    timed = benchmark.measure(Case("c", "l", {"own": lambda: 0.25}), 1)
    counted = benchmark.measure(Case("c", "l", {"own": lambda: 7}, unit="queries"), 1)
    assert (timed.value("own"), counted.value("own")) == (250, 7)


@pytest.mark.parametrize(("count", "place"), [(1, 0), (5, 4), (20, 18), (100, 94)])
def test_95_of_100_samples_do_not_exceed_p95(count, place):
    assert benchmark.p95(range(count)) == place


@pytest.mark.parametrize(
    ("bar", "is_met"),
    [
        (Bar(0.5, "B"), True),
        (Bar(0.4, "B"), False),
        (Bar(0.5, "B", "p95"), False),
        (Bar(10), True),
        (Bar(9), False),
    ],
)
def test_a_bar_is_a_ratio_to_a_variant_or_a_limit(bar, is_met):
    assert benchmark.is_met(measured({"own": [10, 10, 40], "B": [20, 20, 20]}), bar) is is_met


def test_a_ratio_to_nothing_reaches_no_bar():
    result = measured({"own": [1], "F": [0]}, Bar(3, "F"))
    assert benchmark.missed([result]) == [(result, result.case.bars[0])]
    assert "–" in benchmark.table([result])


def test_the_table_has_a_line_for_every_comparison():
    result = measured({"own": [10], "B": [20], "F": [1]}, Bar(0.6, "B"), Bar(3, "F"), Bar(100))
    lines = benchmark.table([result]).splitlines()
    assert len(lines) == 2 + 3 and len({line.count("|") for line in lines}) == 1
    assert "| B | 20 ms | 20 ms | 0.5 | ≤ 0.6 B (median) | yes |" in lines[2]
    assert "**no**" in lines[3]


@pytest.mark.django_db
def test_statements_are_counted_and_timed():
    with benchmark.statements() as seen, connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.execute("SELECT pg_sleep(0.01)")
    assert seen.count == 2 and seen.seconds >= 0.01


@pytest.mark.django_db
def test_the_peak_of_another_process_is_its_own_and_its_failure_is_told():
    burden = b"1" * (300 * 1024 * 1024)  # this process is large; the other does not inherit it
    assert 10 < peak_memory.peak_of("welfare.money.show", amount="1") < len(burden) / 1024**2
    with pytest.raises(RuntimeError, match="Invalid: “x”不是金额"):
        peak_memory.peak_of("welfare.money.show", amount="x")


def test_a_benchmark_is_refused_in_production(settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="production"):
        call_command("bench", "registry")


def test_an_unknown_case_is_named(settings):
    from welfare.management.commands.bench import _chosen

    with pytest.raises(CommandError, match=r"No case named nothing. There are: c\."):
        _chosen([Case("c", "l", {})], "nothing")
