"""Each constraint of the models of rosters, by name."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from beneficiaries.enums import RosterStatus
from beneficiaries.models import (
    Assessment,
    AssessmentVote,
    Decision,
    NoticeEntry,
    Objection,
    PublicNotice,
    Roster,
    RosterEntry,
    SampleCheck,
    SampleFinding,
)
from beneficiaries.services import notices
from beneficiaries.tests.factories import Cast, approved_programme, household, roster_at
from welfare.testing.personas import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(tree):
    return Cast(tree.community)


@pytest.fixture
def roster(tree, cast):
    programme = approved_programme(tree.township)
    return roster_at(RosterStatus.ON_NOTICE, programme, tree.community, cast=cast)


@pytest.fixture
def notice(roster, cast):
    return notices.post(roster=roster, by=cast.clerk, at=AT)


def refuses(name, act):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        act()


def again(row, **changes):
    """Insert a copy of ``row`` with changes."""
    row.pk = None
    for field, value in changes.items():
        setattr(row, field, value)
    row.save(force_insert=True)


def test_roster(roster, tree):
    known = Roster.objects.filter(pk=roster.pk)
    refuses("roster_one_live_per_organisation", lambda: again(Roster.objects.get(), version=2))
    refuses(
        "roster_version_once", lambda: again(Roster.objects.get(), **{"status": "cancelled", "step": None})
    )
    refuses("roster_status_known", lambda: known.update(**{"status": "lost"}))
    refuses("roster_step_while_walking", lambda: known.update(step=None))
    refuses("roster_step_while_walking", lambda: known.update(**{"status": "final"}))
    refuses("roster_finalised_at_by_together", lambda: known.update(finalised_at=AT))
    refuses("roster_finalised_at_by_together", lambda: known.update(finalised_by=roster.drafted_by))


def test_entry(roster, tree):
    entry = RosterEntry.objects.first()
    rows = RosterEntry.objects.filter(pk=entry.pk)
    refuses("roster_entry_one_beneficiary", lambda: rows.update(household=None))
    refuses("roster_entry_one_beneficiary", lambda: rows.update(person=entry.household.head))
    refuses("roster_entry_nomination_has_reason", lambda: rows.update(reason=""))
    refuses("roster_entry_status_known", lambda: rows.update(**{"status": "lost"}))
    refuses("roster_entry_household_once_per_programme", lambda: again(RosterEntry.objects.get(pk=entry.pk)))
    head = household(tree.community).head
    again(RosterEntry.objects.get(pk=entry.pk), household=None, person=head)
    refuses(
        "roster_entry_person_once_per_programme",
        lambda: again(RosterEntry.objects.get(pk=entry.pk), household=None, person=head),
    )


def test_an_institution_is_listed_once(roster, tree):
    from beneficiaries.models import Institution

    entry = RosterEntry.objects.first()
    unit = Institution.objects.create(organisation=tree.community, name="敬老院", registered_on=AT.date())
    again(RosterEntry.objects.get(pk=entry.pk), household=None, institution=unit)
    refuses(
        "roster_entry_institution_once_per_programme",
        lambda: again(RosterEntry.objects.get(pk=entry.pk), household=None, institution=unit),
    )


def test_assessment(roster):
    rows = Assessment.objects.all()
    refuses("assessment_present_at_most_expected", lambda: rows.update(present_count=99))
    refuses("assessment_status_known", lambda: rows.update(**{"status": "lost"}))
    refuses("assessment_once_per_step_and_lap", lambda: again(Assessment.objects.get()))
    refuses("assessment_vote_once_per_entry", lambda: again(AssessmentVote.objects.first()))


def test_decision(roster, cast):
    refuses(
        "decision_refusal_has_reason",
        lambda: Decision.objects.create(
            roster=roster, outcome="struck", decided_at=AT, decided_by=cast.clerk
        ),
    )


def test_notice(roster, notice):
    rows = PublicNotice.objects.all()
    early = notice.starts_on - timedelta(days=1)
    refuses("public_notice_dates_in_order", lambda: rows.update(ends_on=early))
    refuses("public_notice_dates_in_order", lambda: rows.update(display_until_on=early))
    refuses("public_notice_status_known", lambda: rows.update(**{"status": "lost"}))
    refuses(
        "public_notice_one_posted_per_step", lambda: again(PublicNotice.objects.get(), token="other", lap=2)
    )
    rows.update(**{"status": "closed"})
    refuses("public_notice_once_per_step_and_lap", lambda: again(PublicNotice.objects.get(), token="other"))


def test_notice_entry(roster, notice):
    row = NoticeEntry.objects.first()
    refuses("notice_entry_position_once", lambda: again(NoticeEntry.objects.get(pk=row.pk)))
    refuses("notice_entry_once", lambda: again(NoticeEntry.objects.get(pk=row.pk), position=99))
    refuses("notice_entry_has_public_label", lambda: NoticeEntry.objects.update(public_label=""))


def test_objection(notice):
    Objection.objects.create(notice=notice, content="有车", received_at=AT)
    rows = Objection.objects.all()
    refuses("objection_(status_known|answered_with_words)", lambda: rows.update(**{"status": "lost"}))
    answered = {"status": "answered", "answered_at": AT, "is_upheld": True, "answer": "属实"}
    for missing in ({"answer": ""}, {"answered_at": None}, {"is_upheld": None}):
        refuses("objection_answered_with_words", lambda missing=missing: rows.update(**answered | missing))
    refuses("objection_answered_with_words", lambda: rows.update(answered_at=AT))


def test_check(roster, cast):
    check = SampleCheck.objects.create(
        roster=roster, step=roster.step, seed="1", drawn_at=AT, drawn_by=cast.clerk
    )
    SampleFinding.objects.create(sample_check=check, entry=roster.entries.first())
    refuses("sample_check_status_known", lambda: SampleCheck.objects.update(**{"status": "lost"}))
    refuses("sample_check_once_per_step_and_lap", lambda: again(SampleCheck.objects.get()))
    refuses("sample_finding_once_per_entry", lambda: again(SampleFinding.objects.get()))
    refuses("sample_finding_has_words", lambda: SampleFinding.objects.update(is_true=True))
    refuses("sample_finding_has_words", lambda: SampleFinding.objects.update(is_true=True, finding="属实"))
