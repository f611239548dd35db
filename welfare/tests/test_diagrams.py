"""The state diagrams in README are those of the tables."""

import pytest
from django.core.management import CommandError, call_command

from welfare.management.commands import diagrams
from welfare.workflow import all_machines


def test_readme_shows_the_machines_as_they_are():
    call_command("diagrams", check=True)


def test_a_changed_table_fails_the_check(monkeypatch):
    monkeypatch.setattr(diagrams, "rendered", lambda: "something else")
    with pytest.raises(CommandError, match="other state diagrams"):
        call_command("diagrams", check=True)


def test_every_status_of_every_machine_is_reached_and_no_move_leads_nowhere():
    for machine in all_machines():
        known = set(machine.statuses.values)
        reached = {str(target) for move in machine.moves for target in move.possible_targets}
        assert reached | {machine.initial} == known, machine.model
        assert {str(source) for move in machine.moves for source in move.sources} <= known
