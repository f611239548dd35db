"""时间节点: whose they are, when they are due, marking them done, the command and the chore."""

import io
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from beneficiaries.models import BarredOrganisation, Milestone
from beneficiaries.queries import milestones as queries
from beneficiaries.services import milestones, plans
from beneficiaries.tests.factories import approved_programme, draft_programme
from welfare import dates, housekeeping, todo, workflow
from welfare.dates import WorkCalendar
from welfare.enums import Level, Line
from welfare.errors import Refusal
from welfare.models import AuditEvent, CalendarDay
from welfare.testing.personas import AT, organisation, user_with

pytestmark = pytest.mark.django_db
TODAY = dates.today(timezone.now())


@pytest.fixture
def programme(tree):
    made = approved_programme(tree.township)
    made.milestones.all().delete()
    return made


def milestone(programme, days=3, **over):
    return Milestone.objects.create(
        programme=programme,
        **{"name": "完成公示，报送名单", "due_on": TODAY + timedelta(days=days), "responsible_unit": "各村"}
        | over,
    )


@pytest.fixture
def officer(tree):
    return user_with("programme_officer", tree.township)


def todos(user, on=TODAY):
    return [item for item in todo.for_user(user, on) if item.kind == "时间节点"]


def finish(one, by, note="名单已报送"):
    return milestones.finish(milestone=one, note=note, by=by, at=AT)


# -- 待办 ----------------------------------------------------------------------------------------------


def test_overdue_and_due_within_a_week_wait_for_the_organisers_officer(programme, officer):
    late, soon = milestone(programme, -2), milestone(programme, 7, name="走访")
    milestone(programme, 8, name="总结")
    milestone(programme, name="无日期", due_on=None)
    found = todos(officer)
    assert [item.title for item in found] == [late.name, soon.name]
    assert [item.is_overdue(TODAY) for item in found] == [True, False]
    assert "逾期 2 天" in found[0].detail
    assert dates.lunar_text(late.due_on) in found[0].detail


def test_it_waits_for_the_staff_of_the_responsible_organisation_alone(programme, tree):
    milestone(programme, responsible_organisation=tree.community)
    assert len(todos(user_with("clerk", tree.community))) == 1
    assert len(todos(user_with("head", tree.community))) == 1
    for other in (user_with("clerk", tree.sibling), user_with("reviewer", tree.township)):
        assert todos(other) == []
    assert todos(user_with("visitor", tree.community)) == []


def test_an_officer_above_keeps_it_too_and_one_elsewhere_does_not(programme, tree):
    milestone(programme)
    assert len(todos(user_with("programme_officer", tree.county))) == 1
    assert todos(user_with("programme_officer", tree.other_township)) == []


def test_drafts_and_what_is_done_wait_for_nobody(programme, tree, officer):
    finish(milestone(programme), officer)
    draft = draft_programme(tree.township, by=officer, code="draft-plan")
    draft.milestones.all().delete()
    milestone(draft)
    assert todos(officer) == []


def test_todo_costs_the_same_for_3_and_13(programme, officer):
    counts = []
    for more in (3, 10):
        for _ in range(more):
            milestone(programme)
        officer._assignments = None
        with CaptureQueriesContext(connection) as done:
            todos(officer)
        counts.append(len(done))
    assert counts[0] == counts[1]


# -- of each community ------------------------------------------------------------------------------------


def test_of_each_community_it_waits_for_clerk_and_head_of_every_covered_one(programme, tree, officer):
    one = milestone(programme, -1, is_each_community=True)
    people = [
        user_with(role, place) for role in ("clerk", "head") for place in (tree.community, tree.sibling)
    ]
    for user in people:
        (item,) = todos(user)
        assert item.url == reverse("programme", args=[programme.pk])
        assert "逾期 1 天 · 由主办机构登记完成" in item.detail
    for role, place in (
        ("clerk", tree.other_community),
        ("clerk", tree.township),
        ("reviewer", tree.township),
        ("visitor", tree.community),
    ):
        assert todos(user_with(role, place)) == []
    (item,) = todos(officer)
    assert item.url == reverse("milestone_done", args=[one.pk])
    finish(one, officer)
    assert [todos(user) for user in people] == [[]] * 4


def test_of_each_community_it_waits_not_where_the_plan_does_not_reach(programme, tree):
    milestone(programme, is_each_community=True)
    clerks = [user_with("clerk", place) for place in (tree.community, tree.sibling)]
    BarredOrganisation.objects.create(programme=programme, organisation=tree.community, reason="虚报")
    assert [len(todos(clerk)) for clerk in clerks] == [0, 1]
    programme.barred.all().delete()
    programme.covered.set([tree.community])
    assert [len(todos(clerk)) for clerk in clerks] == [1, 0]


def test_where_there_are_no_communities_it_waits_for_the_lowest_units(tree):
    """A union has none: its lowest units draw up the rosters."""
    union = organisation("县总工会", level=Level.COUNTY, line=Line.UNION)
    unit = organisation("纺织厂工会", union, Level.TOWNSHIP, line=Line.UNION)
    programme = approved_programme(union)
    programme.milestones.all().delete()
    milestone(programme, is_each_community=True)
    assert len(todos(user_with("clerk", unit))) == 1


def test_who_is_reminded_of_it_cannot_mark_it_for_all(client, programme, tree):
    one = milestone(programme, is_each_community=True, responsible_unit="")
    clerk = user_with("clerk", tree.community)
    with pytest.raises(workflow.Refused):
        finish(one, clerk)
    client.force_login(clerk)
    page = client.get(reverse("milestones")).content.decode()
    assert one.name in page and "各村(社区)" in page
    assert reverse("milestone_done", args=[one.pk]) not in page
    assert client.get(reverse("milestone_done", args=[one.pk])).status_code == 403
    assert "提醒各村(社区)" in client.get(reverse("programme", args=[programme.pk])).content.decode()


def test_the_communities_of_the_shipped_plan_are_reminded(tree):
    programme = approved_programme(tree.township)
    first = programme.milestones.order_by("position").first()
    titles = [item.title for item in todos(user_with("head", tree.community), first.due_on)]
    assert first.name in titles


def test_the_database_refuses_one_organisation_and_each_community(programme, tree):
    with pytest.raises(IntegrityError, match="milestone_of_one_or_of_each"), transaction.atomic():
        milestone(programme, is_each_community=True, responsible_organisation=tree.community)


# -- another version --------------------------------------------------------------------------------------


def next_version(programme, officer, approved=True):
    newer = plans.revise(programme=programme, by=officer, at=AT)
    if approved:
        workflow.perform(newer, "submit", by=officer, at=AT)
        approver = user_with("programme_approver", programme.organiser)
        workflow.perform(newer, "approve", by=approver, at=AT)
    return newer


def test_those_of_a_replaced_version_wait_no_more(client, programme, officer):
    one = milestone(programme)
    newer = next_version(programme, officer)
    (item,) = todos(officer)
    assert item.url == reverse("milestone_done", args=[newer.milestones.get().pk])
    assert "7 天内到期 1 项。" in told()
    client.force_login(officer)
    assert client.get(reverse("milestone_done", args=[one.pk])).status_code == 404
    with pytest.raises(Refusal, match="已由新版本代替"):
        finish(one, officer)


def test_what_is_done_stays_done_in_the_next_version_and_not_in_a_copy(programme, officer):
    milestone(programme, name="公示")
    done = milestone(programme, name="报送")
    finish(done, officer)
    newer = next_version(programme, officer, approved=False)
    marked = newer.milestones.get(name="报送")
    assert (marked.done_at, marked.done_by, marked.done_note) == (AT, officer, "名单已报送")
    assert newer.milestones.get(name="公示").done_at is None
    copied = plans.copy(programme=programme, year=programme.year + 1, by=officer, at=AT)
    assert not copied.milestones.exclude(done_at=None).exists()


def test_what_is_done_while_the_next_version_is_written_is_done_there(programme, officer):
    same, other = milestone(programme, name="公示"), milestone(programme, name="走访")
    newer = next_version(programme, officer, approved=False)
    newer.milestones.filter(name="走访").update(due_on=TODAY + timedelta(days=20))
    finish(same, officer)
    finish(other, officer)
    assert newer.milestones.get(name="公示").done_by == officer
    assert newer.milestones.get(name="走访").done_at is None


# -- how long there is still time ----------------------------------------------------------------------


def test_working_days_leave_out_holidays_and_count_make_up_days():
    """Source: 国务院办公厅 2026年节假日安排: 10月1日至7日放假, 10月10日（星期六）上班."""
    calendar = WorkCalendar(
        {date(2026, 1, 1): False}
        | {date(2026, 10, day): False for day in range(1, 8)}
        | {date(2026, 10, 10): True}
    )
    one = Milestone(due_on=date(2026, 10, 10))
    assert queries.when(one, date(2026, 9, 30), calendar) == "还有 10 天（3 个工作日）"
    assert queries.when(one, date(2026, 10, 10), calendar) == "今天到期"
    assert queries.when(one, date(2026, 10, 11), calendar) == "逾期 1 天"


def test_a_year_without_calendar_counts_days_alone():
    one = Milestone(due_on=date(2031, 3, 5))
    assert queries.when(one, date(2031, 3, 1), WorkCalendar({})) == "还有 4 天"


def test_the_deadline_shows_both_calendars():
    one = Milestone(due_on=date(2026, 2, 10))
    assert queries.deadline(one) == "2026-02-10（腊月廿三）"


# -- marking done --------------------------------------------------------------------------------------


def test_done_with_a_note_by_whose_it_is(programme, tree, officer):
    one = milestone(programme, responsible_organisation=tree.community)
    with pytest.raises(Refusal, match="写明完成情况"):
        finish(one, officer, note=" ")
    for stranger in (user_with("clerk", tree.sibling), user_with("visitor", tree.community)):
        with pytest.raises(workflow.Refused) as refused:
            finish(one, stranger)
        assert refused.value.kind == "permission"
    clerk = user_with("clerk", tree.community)
    found = finish(one, clerk)
    assert (found.done_by, found.done_note, found.done_at) == (clerk, "名单已报送", AT)
    assert AuditEvent.objects.get(action="milestone.finish").reason == "名单已报送"
    with pytest.raises(Refusal, match="已经登记完成"):
        finish(one, officer)


def test_a_closed_programme_is_left_as_it_is(programme, officer):
    one = milestone(programme)
    type(programme).objects.filter(pk=programme.pk).update(**{"status": "closed"})
    with pytest.raises(Refusal, match="已结束，不能登记"):
        finish(one, officer)


def test_the_pages_list_and_mark(client, programme, tree, officer):
    late, mine = milestone(programme, -1), milestone(programme, 2, responsible_organisation=tree.community)
    client.force_login(officer)
    page = client.get(reverse("milestones")).content.decode()
    assert "逾期 1 天" in page
    done_url = reverse("milestone_done", args=[late.pk])
    assert done_url in page
    assert "责任" in client.get(done_url).content.decode()
    data = {"note": "已完成", "form_key": "0c8cbd5c-8f0e-4f43-9c2b-7a4a9c1d2e3a"}
    assert client.post(done_url, {"note": ""}).status_code == 200
    assert client.post(done_url, data)["Location"] == reverse("milestones")
    assert client.post(done_url, data).status_code == 302
    assert AuditEvent.objects.filter(action="milestone.finish").count() == 1
    assert late.name in client.get(reverse("milestones"), {"state": "done"}).content.decode()
    assert client.put(done_url).status_code == 405
    assert client.post(reverse("milestones")).status_code == 405
    # a clerk below reads the programme's, but keeps her own alone
    client.force_login(user_with("clerk", tree.sibling))
    assert client.get(reverse("milestone_done", args=[mine.pk])).status_code == 403
    client.force_login(user_with("clerk", tree.other_community))
    assert client.get(reverse("milestone_done", args=[mine.pk])).status_code == 404
    assert client.get(reverse("milestone_done", args=[10**9])).status_code == 404
    client.force_login(user_with("keeper", tree.community))
    assert client.get(reverse("milestone_done", args=[mine.pk])).status_code == 403


def test_the_list_costs_the_same_for_3_and_13(client, programme, officer):
    client.force_login(officer)
    counts = []
    for more in (3, 10):
        for _ in range(more):
            milestone(programme)
        client.get(reverse("milestones"))
        with CaptureQueriesContext(connection) as done:
            client.get(reverse("milestones"))
        counts.append(len(done))
    assert counts[0] == counts[1] <= 12


# -- the command and the chore -------------------------------------------------------------------------


def told(**options):
    out = io.StringIO()
    call_command("milestones", stdout=out, **options)
    return out.getvalue()


def test_the_command_prints_what_is_overdue_and_due_soon(programme):
    milestone(programme, name="评议公示", due_on=date(2026, 2, 8), responsible_person="张主任")
    milestone(programme, name="走访", due_on=date(2026, 2, 12))
    milestone(programme, name="总结", due_on=date(2026, 3, 1))
    said = told(on="2026-02-10")
    assert "逾期 2 天  2026-02-08（腊月廿一）  评议公示" in said
    assert "责任：各村 张主任" in said
    assert "还有 2 天（2 个工作日）" in said
    assert "总结" not in said
    assert "逾期 1 项，7 天内到期 1 项。" in said
    assert "总结" in told(on="2026-02-10", days=30)
    assert "逾期 0 项，7 天内到期 0 项。" in told(on="2025-01-01")


def test_the_command_refuses_a_date_that_is_none():
    with pytest.raises(CommandError, match="请写成"):
        told(on="明天")
    with pytest.raises(CommandError, match="不能是负数"):
        told(days=-1)


def test_the_chore_tells_how_many_and_changes_nothing(programme):
    milestone(programme, -1)
    before = list(Milestone.objects.order_by("pk").values())
    accounts, failures = housekeeping.run_all(timezone.now())
    assert "时间节点逾期 1 项，7 天内到期 0 项" in accounts
    assert failures == 0
    assert list(Milestone.objects.order_by("pk").values()) == before
    assert CalendarDay.objects.exists()
