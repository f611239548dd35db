"""Any procedure of steps in any order, with any returns: what always holds."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beneficiaries.enums import STATUS_AT, EntryStatus, RosterStatus, StepKind
from beneficiaries.services import rosters
from beneficiaries.tests.factories import Cast, approved_programme, drafted_roster, take_step
from welfare.models import DutyRecord
from welfare.testing.personas import AT, make_organisations

pytestmark = pytest.mark.django_db

STEPS = st.sampled_from(
    [
        (StepKind.ASSESSMENT, "community"),
        (StepKind.ASSESSMENT, "township"),
        (StepKind.SUBMISSION, "community"),
        (StepKind.NOTICE, "community"),
        (StepKind.NOTICE, "township"),
        (StepKind.NOTICE, "county"),
        (StepKind.CHECK, "township"),
        (StepKind.CHECK, "county"),
        (StepKind.APPROVAL, "township"),
        (StepKind.APPROVAL, "county"),
    ]
)


class Undone(Exception):
    """Rolls an example back."""


def lay_down(programme, steps):
    programme.steps.all().delete()
    for position, (kind, level) in enumerate(steps, start=1):
        numbers = (
            {"days": 3} if kind == StepKind.NOTICE else {"sample_number": 1} if kind == StepKind.CHECK else {}
        )
        programme.steps.create(position=position, kind=kind, level=level, **numbers)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=1, max_size=5), returns=st.lists(st.integers(0, 9), max_size=2))
def test_every_procedure_is_walked_in_order_to_its_end(walked_programme, steps, returns):
    tree, programme = walked_programme
    try:
        with transaction.atomic():
            lay_down(programme, steps)
            walk_with_returns(programme, tree.community, returns)
            raise Undone
    except Undone:
        pass


@pytest.fixture
def walked_programme():
    tree = make_organisations()
    return tree, approved_programme(tree.township)


def walk_with_returns(programme, community, returns):
    cast, at, returns = Cast(community), AT, list(returns)
    roster = drafted_roster(programme, community, households=2, cast=cast)
    count = programme.steps.count()
    rosters.start(roster=roster, by=cast.clerk, at=at)
    expected = 1
    while roster.status != RosterStatus.FINAL:
        assert roster.step.position == expected
        assert roster.status == STATUS_AT[StepKind(roster.step.kind)]
        actor = cast.at(roster.step)
        if returns and expected == count:
            expected = send_back(roster, returns.pop(), actor, cast, at)
            continue
        at = take_step(roster, by=actor, at=at)
        expected += 1
    assert expected == count + 1
    assert {entry.status for entry in roster.entries.all()} == {EntryStatus.FINAL}
    nobody_approved_what_they_did_before(roster)


def send_back(roster, choice, actor, cast, at):
    """Return to some earlier step or to drafting (and start again); the position where it now stands."""
    earlier = [None, *roster.programme.steps.filter(position__lt=roster.step.position)]
    step = earlier[choice % len(earlier)]
    lap = roster.lap
    rosters.return_to(roster=roster, step=step, by=actor, at=at, reason="补充材料")
    assert roster.lap == lap + 1
    if step is None:
        assert roster.status == RosterStatus.DRAFTING
        rosters.start(roster=roster, by=cast.clerk, at=at)
        return 1
    return step.position


def nobody_approved_what_they_did_before(roster):
    records = list(DutyRecord.objects.filter(case_type="beneficiaries.roster", case_id=roster.pk))
    for approval in (record for record in records if record.duty == "approving"):
        others = [r for r in records if r.user_id == approval.user_id and r.stage != approval.stage]
        assert others == []
