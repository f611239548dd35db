"""Rosters: drafting, and the walk through the procedure."""

import pytest

from beneficiaries.enums import EntryStatus, RosterStatus
from beneficiaries.queries import rosters as queries
from beneficiaries.tests.factories import approved_programme, final_roster

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme(tree):
    return approved_programme(tree.township)


def test_a_roster_walks_to_its_end(programme, tree):
    roster = final_roster(programme, tree.community, households=4)
    assert roster.status == RosterStatus.FINAL
    assert roster.step is None
    assert roster.finalised_by is not None
    assert {entry.status for entry in queries.final_entries(programme)} == {EntryStatus.FINAL}
    assert queries.final_entries(programme, [tree.sibling]).count() == 0
