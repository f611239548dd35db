"""Two at once around a notice, with real transactions: an objection and the closing, two who publish a result."""

import threading
from datetime import timedelta

import pytest
from django.db import transaction

from beneficiaries.enums import NoticeStatus, ObjectionStatus, RosterStatus
from beneficiaries.models import FinalList, Objection, PublicNotice, Roster
from beneficiaries.services import final_lists, notices, objections
from beneficiaries.tests.factories import (
    Cast,
    approved_programme,
    drafted_roster,
    final_roster,
    on_the_wall,
    walk,
)
from welfare.testing.personas import AT
from welfare.testing.races import HANGS, at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(tree):
    return Cast(tree.community)


@pytest.fixture
def notice(tree, cast):
    """One whose period is over tomorrow by the clock of whoever closes it."""
    roster = drafted_roster(approved_programme(tree.township), tree.community, cast=cast)
    walk(roster, until=RosterStatus.ON_NOTICE, cast=cast)
    made = notices.post(roster=roster, by=cast.clerk, at=AT)
    on_the_wall(made, by=cast.clerk)
    return made


def slow_to_file(notice, checked, may_go_on, monkeypatch):
    """The work of filing an objection, which stands still between its check and its writing."""
    judge = objections._refuse_late

    def judged(*args):
        judge(*args)
        checked.set()
        may_go_on.wait(2)

    monkeypatch.setattr(objections, "_refuse_late", judged)
    return lambda: objections.file(notice=notice, content="有车", row_position=1, at=AT)


def close_meanwhile(notice, cast, checked, may_go_on):
    """The work of closing, begun when the objection has been judged in time."""

    def work():
        checked.wait(HANGS)
        try:
            notices.close(
                notice=PublicNotice.objects.get(pk=notice.pk), by=cast.clerk, at=AT + timedelta(days=5)
            )
        finally:
            may_go_on.set()

    return work


def test_an_objection_in_time_is_never_overtaken_by_the_closing(notice, cast, monkeypatch):
    checked, may_go_on = threading.Event(), threading.Event()
    filed, closed = at_once(
        slow_to_file(notice, checked, may_go_on, monkeypatch),
        close_meanwhile(notice, cast, checked, may_go_on),
    )
    assert filed == "done"
    assert "没有答复" in closed
    notice.refresh_from_db()
    assert notice.status == NoticeStatus.POSTED
    assert Objection.objects.get().entry.status == "stopped"


def test_the_control_without_the_lock_closes_over_an_open_objection(notice, cast, monkeypatch):
    """The race is real: judged in time, then the round closes, then the objection is written."""
    checked, may_go_on = threading.Event(), threading.Event()

    def careless():
        with transaction.atomic():
            read = PublicNotice.objects.get(pk=notice.pk)
            assert read.status == NoticeStatus.POSTED
            checked.set()
            may_go_on.wait(HANGS)
            Objection.objects.create(notice=read, content="有车", received_at=AT)

    assert at_once(careless, close_meanwhile(notice, cast, checked, may_go_on)) == ["done", "done"]
    notice.refresh_from_db()
    assert notice.status == NoticeStatus.CLOSED
    assert Objection.objects.get().status == ObjectionStatus.OPEN


def test_a_result_is_published_once_when_two_do_it_at_once(tree, cast):
    roster = final_roster(approved_programme(tree.township), tree.community, cast=cast)
    got = at_once(
        *(
            lambda: final_lists.publish(roster=Roster.objects.get(pk=roster.pk), by=cast.clerk, at=AT)
            for _person in range(2)
        )
    )
    assert sorted(answer == "done" for answer in got) == [False, True]
    assert any("已经公布" in answer for answer in got)
    assert FinalList.objects.count() == 1
