"""异议: due in working days, the same statements whatever the row, answered by what was done, carried to a supplement."""

import contextlib
import itertools
import re
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import example, given, settings
from hypothesis import strategies as st

from beneficiaries.enums import (
    EntryStatus,
    ObjectionAction,
    ObjectionStatus,
    RosterStatus,
)
from beneficiaries.models import Objection, Programme, Roster, RosterEntry
from beneficiaries.queries import waiting
from beneficiaries.services import entries, notices, objections, rosters
from beneficiaries.tests.factories import (
    Cast,
    approved_programme,
    close_notice,
    drafted_roster,
    on_the_wall,
    walk,
)
from welfare import housekeeping, todo, workflow
from welfare.errors import Refusal
from welfare.models import CalendarDay
from welfare.testing.personas import AT, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme(tree):
    return approved_programme(tree.township)


@pytest.fixture
def cast(tree):
    return Cast(tree.community)


@pytest.fixture
def roster(programme, tree, cast):
    made = drafted_roster(programme, tree.community, households=4, cast=cast)
    walk(made, until=RosterStatus.ON_NOTICE, cast=cast)
    return made


@pytest.fixture
def notice(roster, cast):
    made = notices.post(roster=roster, by=cast.clerk, at=AT)
    on_the_wall(made, by=cast.clerk)
    return made


@pytest.fixture
def lenient(programme):
    Programme.objects.filter(pk=programme.pk).update(closes_without_stopped=True)


def after(notice):
    return notice.posted_at + timedelta(days=(notice.ends_on - notice.starts_on).days + 2)


def statuses(roster):
    return [entry.status for entry in roster.entries.order_by("position")]


# -- due ----------------------------------------------------------------------------------------------


def test_it_is_due_within_the_programmes_working_days(notice):
    found = objections.file(notice=notice, content="有车", row_position=1, at=AT)
    assert found.due_on == date(2026, 1, 12)  # Monday the 5th, five working days


def test_without_a_calendar_of_the_year_a_resident_is_heard_all_the_same(notice):
    CalendarDay.objects.all().delete()
    assert objections.file(notice=notice, content="有车", at=AT).due_on == date(2026, 1, 12)


def test_an_overdue_one_is_marked_in_the_todo_and_the_list(client, notice, cast):
    found = objections.file(notice=notice, content="有车", row_position=1, at=AT)
    on = found.due_on + timedelta(days=1)
    (item,) = [item for item in todo.for_user(cast.clerk, on) if item.kind == "异议"]
    assert (item.due_on, item.is_overdue(on)) == (found.due_on, True)
    client.force_login(cast.clerk)
    for address in (reverse("objections"), reverse("objection", args=[found.pk])):
        assert "已逾期" in client.get(address).content.decode()
    late = client.get(reverse("objections"), {"standing": "late"}).content.decode()
    assert found.reference in late
    answered = client.get(reverse("objections"), {"standing": "answered", "community": "甲"}).content.decode()
    assert found.reference not in answered


def test_the_list_costs_the_same_with_3_and_13(client, notice, cast, django_assert_max_num_queries):
    client.force_login(cast.clerk)
    counts = []
    for number in (3, 10):
        for _turn in range(number):
            objections.file(notice=notice, content="有车", by=cast.clerk, channel="phone", at=AT)
        with django_assert_max_num_queries(12) as seen:
            client.get(reverse("objections"))
        counts.append(len(seen))
    assert counts[0] == counts[1]


# -- the same for every row ---------------------------------------------------------------------------


def statements(client, notice, position, address):
    """The shapes of the SQL that a resident's objection runs, and the answer without its number."""
    with (
        CaptureQueriesContext(connection) as seen,
        transaction.atomic(),
    ):
        answer = client.post(
            reverse("objection_new", args=[notice.token]),
            {"row_position": position, "about": "某人", "content": "情况不实"},
            REMOTE_ADDR=address,
        )
    shapes = [
        re.sub(r"s\d+_x\d+", "s", " ".join(query["sql"].split()[:3])) for query in seen.captured_queries
    ]
    location = answer.headers["Location"].rsplit("/", 2)[0]
    received = client.get(answer.headers["Location"]).content.decode()
    return shapes, (answer.status_code, location), received


def test_a_row_that_is_there_one_that_is_not_and_none_run_the_same_statements(
    client, notice, monkeypatch, settings, django_capture_on_commit_callbacks
):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    monkeypatch.setattr("beneficiaries.views.public.timezone.now", lambda: AT)
    found = []
    for number, position in enumerate(("1", "99", "", "1")):  # the last is stopped or waits already
        with django_capture_on_commit_callbacks(execute=True):
            found.append(statements(client, notice, position, f"10.0.0.{number}"))
    assert len({tuple(shapes) for shapes, *_ in found}) == 1
    assert len({answer for _shapes, answer, _received in found}) == 1
    filed = Objection.objects.order_by("pk")
    pages = [
        received.replace(one.reference, "N") for (*_rest, received), one in zip(found, filed, strict=True)
    ]
    assert len(set(pages)) == 1
    assert filed[0].entry_id and not filed[1].entry_id


def test_the_entry_is_stopped_by_the_job_or_by_the_housekeeping_or_at_the_latest_by_the_closing(
    notice, cast, lenient
):
    found = objections.file(notice=notice, content="有车", row_position=1, at=AT, is_public=True)
    entry = found.entry
    assert entry.status == EntryStatus.LISTED  # the job starts on commit
    assert objections.stop_all_objected(AT) == 1
    entry.refresh_from_db()
    assert entry.status == EntryStatus.STOPPED
    assert objections.stop_all_objected(AT) == 0
    second = objections.file(notice=notice, content="有房", row_position=2, at=AT, is_public=True)
    notices.close(notice=notice, by=cast.clerk, at=after(notice))
    second.entry.refresh_from_db()
    assert second.entry.status == EntryStatus.STOPPED


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("2001:db8::1", "2001:db8:0:0:ffff::2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("somewhere", "elsewhere", False),
        ("", "192.0.2.7", False),
    ],
)
def test_one_household_counts_as_one_address(one, other, is_same):
    assert (objections.sender_key(one) == objections.sender_key(other)) is is_same


def test_the_chore_is_registered():
    assert "stop_objected_entries" in {chore.__name__ for chore in housekeeping._chores}


# -- answered by what was done ------------------------------------------------------------------------


def test_a_survey_again_has_its_day_and_is_published(client, notice, cast, monkeypatch):
    found = objections.file(notice=notice, content="有车", row_position=1, at=AT)
    act = {"objection": found, "answer": "车辆已报废", "is_upheld": False, "by": cast.clerk, "at": AT}
    with pytest.raises(Refusal, match="复核日期"):
        objections.answer(action=ObjectionAction.RESURVEYED, **act)
    with pytest.raises(Refusal, match="收到异议之后"):
        objections.answer(action=ObjectionAction.RESURVEYED, acted_on=date(2025, 12, 1), **act)
    objections.answer(action=ObjectionAction.RESURVEYED, acted_on=date(2026, 1, 5), **act)
    notices.close(notice=notice, by=cast.clerk, at=after(notice))
    monkeypatch.setattr("beneficiaries.views.public.timezone.now", lambda: after(notice))
    html = client.get(reverse("notice_result", args=[notice.token])).content.decode()
    assert "入户复核：车辆已报废" in html
    assert "异议不成立" in html


def test_nobody_on_the_notice_may_be_named_in_an_answer(notice, cast):
    other = notice.roster.entries.order_by("position")[2].household.head.name
    loose = objections.file(notice=notice, content="有人不符合", at=AT)
    with pytest.raises(Refusal, match="姓名"):
        objections.answer(objection=loose, answer=f"{other}符合", is_upheld=False, by=cast.clerk, at=AT)


def test_a_new_assessment_keeps_the_entry_stopped_and_carries_it_to_a_supplement(notice, cast):
    found = objections.file(notice=notice, content="有争议", row_position=2, at=AT)
    objections.answer(
        objection=found,
        answer="各方说法不一，提交重新评议",
        is_upheld=None,
        action=ObjectionAction.REASSESS,
        by=cast.clerk,
        at=AT,
    )
    assert statuses(notice.roster)[1] == EntryStatus.STOPPED
    with pytest.raises(workflow.Refused, match="重新评议"):
        notices.withdraw(notice=notice, by=cast.clerk, at=AT, reason="重贴")
    main = notices.close(notice=notice, by=cast.clerk, at=after(notice))
    supplement = main.supplements.get()
    entry = supplement.entries.get()
    assert (entry.position, entry.status, supplement.status) == (2, EntryStatus.LISTED, RosterStatus.DRAFTING)
    assert statuses(main) == [EntryStatus.LISTED] * 3


def test_a_new_assessment_asks_for_a_row_an_assessment_and_no_verdict(notice, cast, programme):
    loose = objections.file(notice=notice, content="有争议", at=AT)
    act = {"answer": "重新评议", "action": ObjectionAction.REASSESS, "by": cast.clerk, "at": AT}
    with pytest.raises(Refusal, match="先把异议对应"):
        objections.answer(objection=loose, is_upheld=None, **act)
    found = objections.file(notice=notice, content="有争议", row_position=1, at=AT)
    with pytest.raises(Refusal, match="由评议作出"):
        objections.answer(objection=found, is_upheld=True, **act)
    with pytest.raises(Refusal, match="成立或不成立"):
        objections.answer(objection=found, is_upheld=None, **act | {"action": ObjectionAction.CHECKED})
    programme.steps.filter(kind="assessment").update(kind="submission")
    with pytest.raises(Refusal, match="没有民主评议环节"):
        objections.answer(objection=found, is_upheld=None, **act)


def test_a_roster_sent_back_lists_again_who_waits_to_be_assessed(notice, cast):
    found = objections.file(notice=notice, content="有争议", row_position=2, at=AT)
    still = objections.file(notice=notice, content="有车", row_position=3, at=AT)
    objections.answer(
        objection=found,
        answer="重新评议",
        is_upheld=None,
        action=ObjectionAction.REASSESS,
        by=cast.clerk,
        at=AT,
    )
    roster = notice.roster
    step = roster.programme.steps.order_by("position").first()
    rosters.return_to(roster=roster, step=step, by=cast.clerk, at=AT, reason="重新评议")
    assert statuses(roster) == ["listed", "listed", "stopped", "listed"]
    assert still.entry.position == 3


def test_the_answer_page_records_what_was_done(client, notice, cast):
    at = timezone.now()
    found = objections.file(
        notice=notice, content="有争议", row_position=1, at=at, by=cast.clerk, channel="phone"
    )
    client.force_login(cast.clerk)
    address = reverse("objection_answer", args=[found.pk])
    assert "核查方式" in client.get(address).content.decode()
    missing = client.post(address, {"action": "resurveyed", "is_upheld": "no", "answer": "属实"})
    assert "复核日期" in missing.content.decode()
    data = {"action": "checked", "is_upheld": "open", "answer": "提交重新评议"}
    assert client.post(address, data).status_code == 302
    found.refresh_from_db()
    assert (found.action, found.is_upheld) == (ObjectionAction.REASSESS, None)
    assert "须重新评议" in client.get(reverse("objection", args=[found.pk])).content.decode()


def test_constraints_of_the_answer(notice):
    Objection.objects.create(notice=notice, content="有车", received_at=AT)
    rows = Objection.objects.all()
    whole = {
        "status": "answered",
        "answered_at": AT,
        "answer": "属实",
        "is_upheld": True,
        "action": "checked",
    }
    for wrong in ({"action": ""}, {"action": "reassess"}, {"is_upheld": None}, {"action": "guessed"}):
        with pytest.raises(IntegrityError, match="objection_answered_with_words"), transaction.atomic():
            rows.update(**whole | wrong)
    with pytest.raises(IntegrityError, match="objection_answered_with_words"), transaction.atomic():
        rows.update(action="checked")
    with pytest.raises(IntegrityError, match="objection_resurvey_has_day"), transaction.atomic():
        rows.update(**whole | {"action": "resurveyed"})


# -- the supplement -----------------------------------------------------------------------------------


@pytest.fixture
def carried(notice, cast, lenient):
    """(main, supplement): one entry left behind with an open objection."""
    objections.file(notice=notice, content="有车", row_position=2, at=AT)
    main = notices.close(notice=notice, by=cast.clerk, at=after(notice))
    return main, main.supplements.get()


def test_without_the_setting_an_open_objection_holds_everybody(notice, cast):
    objections.file(notice=notice, content="有车", row_position=2, at=AT)
    with pytest.raises(workflow.Refused, match="没有答复"):
        notices.close(notice=notice, by=cast.clerk, at=after(notice))


def test_an_objection_about_no_row_holds_the_round_in_any_case(notice, cast, lenient):
    objections.file(notice=notice, content="有人不符合", at=AT)
    with pytest.raises(workflow.Refused, match="没有对应到公示对象"):
        notices.close(notice=notice, by=cast.clerk, at=after(notice))


def test_a_round_of_which_nobody_is_left_does_not_close(notice, cast, lenient):
    for position in range(1, 5):
        objections.file(notice=notice, content="有车", row_position=position, at=AT)
    with pytest.raises(workflow.Refused, match="全部因异议暂停"):
        notices.close(notice=notice, by=cast.clerk, at=after(notice))


def test_the_others_go_on_and_the_stopped_one_waits_on_a_roster_of_its_own(carried, cast):
    main, supplement = carried
    assert main.status != RosterStatus.ON_NOTICE
    assert statuses(main) == [EntryStatus.LISTED] * 3
    assert statuses(supplement) == [EntryStatus.STOPPED]
    assert supplement.entries.get().position == 2
    told = main.notices.get().result_text
    assert "公示的 4 个对象中，3 个进入下一环节，1 个待核查或重新评议，另行补充公示。" in told
    with pytest.raises(workflow.Refused, match="异议暂停"):
        rosters.start(roster=supplement, by=cast.clerk, at=after(main.notices.get()))


def test_the_main_roster_becomes_final_without_it_and_it_without_the_main(carried, cast, tree):
    main, supplement = carried
    at = after(main.notices.get())
    walk(main, cast=cast, at=at)
    assert statuses(main) == [EntryStatus.FINAL] * 3
    assert statuses(supplement) == [EntryStatus.STOPPED]  # never paid before it is final
    objection = Objection.objects.get()
    objections.answer(objection=objection, answer="车辆已报废", is_upheld=False, by=cast.clerk, at=at)
    assert statuses(supplement) == [EntryStatus.LISTED]
    own = Cast(tree.community)
    own.clerk = cast.clerk
    walk(supplement, cast=own, at=at)
    assert statuses(supplement) == [EntryStatus.FINAL]
    assert supplement.notices.count() == main.notices.count()
    assert "补充公示" in supplement.notices.order_by("pk").first().title


def test_an_upheld_objection_strikes_the_entry_on_its_supplement(carried, cast):
    main, supplement = carried
    objections.answer(
        objection=Objection.objects.get(),
        answer="确有轿车",
        is_upheld=True,
        by=cast.clerk,
        at=after(main.notices.get()),
    )
    assert statuses(supplement) == [EntryStatus.STRUCK]


def test_who_acted_on_the_main_roster_acted_on_its_supplement_too(carried, cast):
    main, supplement = carried
    at = after(main.notices.get())
    walk(main, cast=cast, at=at)
    approver = main.decisions.order_by("-pk").first().decided_by
    assert workflow.duties_of(approver, workflow.machine_of(supplement).cases(supplement)).exists()
    assert supplement.drafted_by == main.drafted_by
    assert workflow.duties_of(main.drafted_by, [supplement]).filter(duty="drafting").exists()


def test_nobody_else_is_listed_on_a_supplement(carried, cast):
    _main, supplement = carried
    with pytest.raises(workflow.Refused, match="不能再列入其他对象"):
        entries.fill_from_screening(roster=supplement, by=cast.clerk, at=AT)


def test_a_supplement_is_not_cancelled_over_the_heads_of_those_on_it(carried, cast):
    main, supplement = carried
    with pytest.raises(workflow.Refused, match="逐个写明理由"):
        rosters.cancel(roster=supplement, by=cast.clerk, at=AT, reason="不办了")
    objections.answer(
        objection=Objection.objects.get(),
        answer="确有轿车",
        is_upheld=True,
        by=cast.clerk,
        at=after(main.notices.get()),
    )
    assert rosters.cancel(roster=supplement, by=cast.clerk, at=AT, reason="已无对象").status == "cancelled"


def test_a_second_objection_round_makes_a_second_supplement_of_the_same_roster(carried, cast, tree):
    main, supplement = carried
    at = after(main.notices.get())
    objections.answer(
        objection=Objection.objects.get(),
        answer="提交重新评议",
        is_upheld=None,
        action=ObjectionAction.REASSESS,
        by=cast.clerk,
        at=at,
    )
    assert statuses(supplement) == [EntryStatus.LISTED]  # about to be assessed here
    main.refresh_from_db()
    with pytest.raises(IntegrityError, match="roster_supplement_once"), transaction.atomic():
        Roster.objects.create(
            programme=main.programme,
            organisation=main.organisation,
            supplement_to=main,
            version=1,
            drafted_by=cast.clerk,
            drafted_at=AT,
        )
    with pytest.raises(IntegrityError, match="roster_one_live_per_organisation"), transaction.atomic():
        Roster.objects.create(
            programme=main.programme,
            organisation=main.organisation,
            version=9,
            drafted_by=cast.clerk,
            drafted_at=AT,
        )


def test_the_pages_of_both_lead_to_one_another(client, carried, cast):
    main, supplement = carried
    client.force_login(cast.clerk)
    page = client.get(reverse("roster", args=[main.pk])).content.decode()
    assert reverse("roster", args=[supplement.pk]) in page
    assert "补充名册1" in page
    page = client.get(reverse("roster", args=[supplement.pk])).content.decode()
    assert reverse("roster", args=[main.pk]) in page
    assert "补充名册1" in client.get(reverse("rosters")).content.decode()
    waiting_now = [item.title for item in todo.for_user(cast.clerk, AT.date())]
    assert any("补充名册" in title for title in waiting_now)
    assert waiting.open_objections(cast.clerk).exists()


def test_the_closing_page_says_what_stays_behind(client, notice, cast, lenient, monkeypatch):
    objections.file(notice=notice, content="有车", row_position=2, at=AT)
    monkeypatch.setattr("beneficiaries.views.notices.timezone.now", lambda: after(notice))
    client.force_login(cast.clerk)
    address = reverse("roster_notice_close", args=[notice.pk])
    assert "转入补充名册" in client.get(address).content.decode()
    assert client.post(address).status_code == 302
    assert Roster.objects.exclude(supplement_to=None).count() == 1


def test_outsiders_do_not_answer(client, notice, tree):
    found = objections.file(notice=notice, content="有车", row_position=1, at=AT)
    client.force_login(user_with("clerk", tree.sibling))
    assert client.get(reverse("objection_answer", args=[found.pk])).status_code == 404


# -- never lost, never listed twice -------------------------------------------------------------------

ACTS = st.lists(
    st.tuples(
        st.sampled_from(["file", "name", "dismiss", "uphold", "reassess", "withdraw", "post"]),
        st.integers(1, 4),
    ),
    max_size=8,
)


@settings(max_examples=15)
@example(acts=[("name", 1), ("withdraw", 1)], lenient=False)
@example(acts=[("name", 1), ("withdraw", 1), ("post", 1), ("file", 2), ("dismiss", 2)], lenient=True)
@given(acts=ACTS, lenient=st.booleans())
def test_whatever_is_objected_and_answered_no_entry_is_lost_or_final_with_an_open_objection(acts, lenient):
    from welfare.testing.personas import make_organisations

    with transaction.atomic():
        tree = make_organisations()
        programme = approved_programme(tree.township)
        Programme.objects.filter(pk=programme.pk).update(closes_without_stopped=lenient)
        cast = Cast(tree.community)
        roster = drafted_roster(programme, tree.community, households=4, cast=cast)
        walk(roster, until=RosterStatus.ON_NOTICE, cast=cast)
        notices.post(roster=roster, by=cast.clerk, at=AT)
        members = set(roster.entries.values_list("pk", flat=True))
        for act, position in [*acts, ("post", 0)]:
            with contextlib.suppress(Refusal), transaction.atomic():
                _act(roster, act, position, cast)
        notice = roster.notices.latest("pk")
        was = notice.status
        try:
            close_notice(notice, by=cast.clerk)
        except workflow.Refused:
            notice.refresh_from_db()
            assert notice.status == was
        roster.refresh_from_db()
        if roster.status != RosterStatus.ON_NOTICE:
            assert not roster.entries.filter(status=EntryStatus.STOPPED).exists()
            for entry in roster.entries.filter(
                status=EntryStatus.STRUCK
            ):  # more was said of it: also answered
                for _ in range(len(acts)):
                    _answer(roster, "dismiss", entry.position, cast)
            walk(roster, cast=cast, at=after(notice))
        entries = RosterEntry.objects.filter(programme=programme)
        assert set(entries.values_list("pk", flat=True)) == members
        final = entries.filter(status=EntryStatus.FINAL)
        if final:
            said = Objection.objects.filter(notice__roster=roster, status=ObjectionStatus.OPEN)
            assert not said.filter(entry=None).exists()
        assert not final.filter(objections__status=ObjectionStatus.OPEN).exists()
        assert not final.filter(objections__action=ObjectionAction.REASSESS).exists()
        assert not final.filter(objections__is_upheld=True).exists()
        transaction.set_rollback(True)


def _act(roster, act, position, cast):
    notice = roster.notices.latest("pk")
    if act in ("file", "name"):
        row = position if act == "file" else None
        objections.file(notice=notice, content="情况不实", row_position=row, at=AT)
    elif act == "withdraw":
        notices.withdraw(notice=notice, reason="有误", by=cast.clerk, at=AT)
    elif act == "post":
        notices.post(roster=roster, by=cast.clerk, at=AT)
    else:
        _answer(roster, act, position, cast)


def _answer(roster, act, position, cast):
    waiting = Objection.objects.filter(
        Q(entry__position=position) | Q(entry=None), notice__roster=roster, status=ObjectionStatus.OPEN
    ).order_by("pk")
    for found in itertools.islice(waiting, 1):
        verdict = {"dismiss": False, "uphold": True, "reassess": None}[act]
        action = ObjectionAction.REASSESS if verdict is None else ObjectionAction.CHECKED
        objections.answer(
            objection=found, answer="已核查", is_upheld=verdict, action=action, by=cast.clerk, at=AT
        )
