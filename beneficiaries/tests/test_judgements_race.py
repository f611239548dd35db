"""Two reviewers judge the same condition at once: both are kept, the later one counts, the category follows it."""

import pytest
from django.db import IntegrityError, transaction

from beneficiaries.enums import RosterStatus
from beneficiaries.models import Judgement, RosterEntry
from beneficiaries.services import entries as entry_services
from beneficiaries.services import judgements
from beneficiaries.tests.factories import Cast, draft_programme, drafted_roster, household, walk
from beneficiaries.tests.test_judgements import AT, SINCERE, condition, write_criteria
from welfare import workflow
from welfare.testing.personas import user_with
from welfare.testing.races import at_once, meeting

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def entry(tree):
    """A household of 1,000 yuan a head in the first category, its roster at the review step."""
    programme = draft_programme(tree.township, at=AT)
    tree.tiers = write_criteria(programme)
    programme.steps.filter(kind="notice").delete()  # what a notice has shown is not moved
    workflow.perform(programme, "submit", by=programme.written_by, at=AT)
    workflow.perform(programme, "approve", by=user_with("programme_approver", tree.township), at=AT)
    cast = Cast(tree.community)
    roster = drafted_roster(programme, tree.community, households=0, cast=cast, at=AT)
    home = household(tree.community, monthly_income=1000)
    given = {"origin": "nomination", "reason": "本人不便申请", "household": home}
    made = entry_services.add(roster=roster, category=tree.tiers[0], by=cast.clerk, at=AT, **given)
    walk(roster, until=RosterStatus.REVIEWING, cast=cast, at=AT)
    Judgement.objects.all().delete()  # what the vote answered
    return made


def test_two_answers_at_once_leave_one_that_counts(tree, entry):
    people = [user_with("reviewer", tree.township) for _ in range(2)]

    def answer(user, is_met):
        judgements.answer(
            entry=RosterEntry.objects.get(pk=entry.pk),
            criterion=condition(tree.tiers[0], SINCERE),
            is_met=is_met,
            reason="入户了解",
            by=user,
            at=AT,
        )

    got = at_once(lambda: answer(people[0], True), lambda: answer(people[1], False))
    assert got == ["done", "done"]
    current = Judgement.objects.get(is_current=True)
    entry.refresh_from_db()
    assert Judgement.objects.count() == 2
    assert entry.category == tree.tiers[0 if current.is_met else 1]


def test_the_control_without_the_lock_is_stopped_by_the_database(tree, entry):
    """The race is real: both find no answer yet and write one; only the constraint keeps a second current one out."""
    user = user_with("reviewer", tree.township)
    thinking, refused = meeting(), []

    def careless():
        try:
            with transaction.atomic():
                assert not entry.judgements.filter(is_current=True).exists()
                thinking.wait()
                Judgement.objects.create(
                    entry=entry,
                    criterion=condition(tree.tiers[0], SINCERE),
                    step=entry.programme.steps.last(),
                    is_met=True,
                    reason="入户了解",
                    judged_at=AT,
                    judged_by=user,
                )
        except IntegrityError as error:
            refused.append(str(error))

    assert at_once(careless, careless) == ["done", "done"]
    assert len(refused) == 1 and "judgement_current_once" in refused[0]
