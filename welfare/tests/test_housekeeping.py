"""Chores: all run, one that fails does not stop the others, and the command says so."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from welfare import housekeeping


@pytest.fixture
def chores(monkeypatch):
    kept = []
    monkeypatch.setattr(housekeeping, "_chores", kept)
    return kept


def broken(at):
    raise RuntimeError("no")


def test_a_failing_chore_does_not_stop_the_next(chores, caplog):
    chores += [broken, lambda at: "扫地"]
    assert housekeeping.run_all(timezone.now()) == (["扫地"], 1)
    assert "broken" in caplog.text


def test_the_command_fails_when_a_chore_failed(chores, caplog):
    chores.append(broken)
    with pytest.raises(CommandError, match="1 项未完成"):
        call_command("housekeeping")


@pytest.mark.django_db
def test_the_kernel_seals_and_revives(capsys):
    call_command("housekeeping")
    printed = capsys.readouterr().out
    assert "封签操作记录" in printed
    assert "重新排队任务" in printed
