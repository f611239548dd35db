"""举报: kept in confidence, handed to somebody without a part in it, concluded, told back."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from beneficiaries.enums import ComplaintStatus
from beneficiaries.models import Complaint
from beneficiaries.queries import complaints as queries
from beneficiaries.services import complaints
from beneficiaries.tests.factories import Cast, approved_programme, drafted_roster, household
from welfare import roles, todo, workflow
from welfare.errors import Refusal
from welfare.models import AuditEvent
from welfare.testing.personas import AT, clerk_of, head_of, user_with

pytestmark = pytest.mark.django_db

TODAY = date(2026, 1, 5)


@pytest.fixture
def inspector(tree):
    return user_with("inspector", tree.township)


@pytest.fixture
def head(tree):
    return head_of(tree.community)


@pytest.fixture
def complaint(tree, inspector):
    return received(tree, inspector)


def received(tree, by, **over):
    act = {
        "organisation": tree.community,
        "channel": "phone",
        "about": "favour",
        "content": "名单上有主任的亲戚赵铁柱",
        "complainant_name": "钱来顺",
        "complainant_contact": "13912345678",
        "received_on": TODAY,
        "by": by,
        "at": AT,
    }
    return complaints.register(**act | over)


def handed(complaint, handler, by):
    return complaints.assign(complaint=complaint, handler=handler, due_on=complaint.due_on, by=by, at=AT)


def concluded(complaint, inspector):
    handed(complaint, inspector, inspector)
    return complaints.conclude(
        complaint=complaint, finding="partly", result="经核查，一人应当回避", by=inspector, at=AT
    )


# -- confidence ---------------------------------------------------------------------------------------


def test_who_complained_and_of_what_lie_encrypted_and_in_no_trail(complaint):
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(c)::text FROM beneficiaries_complaint c")
        (row,) = cursor.fetchone()
    trail = "".join(
        map(str, AuditEvent.objects.values_list("label", "target_label", "reason", "after", "before"))
    )
    for secret in ("钱来顺", "13912345678", "赵铁柱"):
        assert secret not in row + trail
        assert secret.encode().hex() not in row
    complaint.refresh_from_db()
    assert (complaint.complainant_name, complaint.content[-3:]) == ("钱来顺", "赵铁柱")


def test_only_inspectors_of_the_place_and_the_handler_know_of_it(tree, complaint, inspector, head):
    other = user_with("inspector", tree.other_township)
    county = user_with("inspector", tree.county)
    for user in (other, head, clerk_of(tree.community), user_with("reviewer", tree.township)):
        assert not queries.seen_by(user).exists()
    for user in (inspector, county):
        assert queries.seen_by(user).get() == complaint
    handed(complaint, head, inspector)
    assert queries.seen_by(head).get() == complaint


def test_whoever_else_asks_for_its_pages_learns_nothing(client, tree, complaint, head, inspector):
    pages = ["complaint", "complaint_assign", "complaint_conclude", "complaint_reopen", "complaint_feed_back"]
    asked = [
        (clerk_of(tree.community), 403),
        (head, {"complaint": 404, "complaint_conclude": 404}),
        (user_with("inspector", tree.other_township), 404),
    ]
    for user, codes in asked:
        client.force_login(user)
        for name in pages:
            code = codes if isinstance(codes, int) else codes.get(name, 403)
            for pk in (complaint.pk, 987654321):
                assert client.get(reverse(name, args=[pk])).status_code == code, (name, pk, user)
        assert client.post(reverse("complaint_whom", args=[complaint.pk])).status_code in {403, 404}
    client.force_login(clerk_of(tree.community))
    assert client.get(reverse("complaints")).status_code == 403


def test_the_handler_reads_what_was_said_and_never_by_whom(client, tree, complaint, head, inspector):
    handed(complaint, head, inspector)
    client.force_login(head)
    html = client.get(reverse("complaint", args=[complaint.pk])).content.decode()
    assert "赵铁柱" in html
    assert "钱" not in html.split("办理经过")[0].replace("救助钱款", "")
    assert reverse("complaint_whom", args=[complaint.pk]) not in html
    assert client.post(reverse("complaint_whom", args=[complaint.pk])).status_code == 403


def test_every_look_is_written_down_and_the_name_is_shown_on_request(client, complaint, inspector):
    client.force_login(inspector)
    address = reverse("complaint", args=[complaint.pk])
    html = client.get(address).content.decode()
    assert "钱*顺" in html
    assert "钱来顺" not in html
    answer = client.post(reverse("complaint_whom", args=[complaint.pk]))
    assert answer.content.decode() == "钱来顺，13912345678"
    assert client.get(reverse("complaint_whom", args=[complaint.pk])).status_code == 405
    looks = AuditEvent.objects.filter(action="view", actor_id=inspector.pk)
    assert set(looks.values_list("label", flat=True)) == {"查看举报内容", "查看举报人"}


# -- receiving ----------------------------------------------------------------------------------------


def test_it_is_due_in_fifteen_working_days(complaint):
    assert complaint.due_on == date(2026, 1, 26)
    assert complaint.status == ComplaintStatus.RECEIVED


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"content": "  "}, "请写明"),
        ({"content": "字" * 3001}, "3000"),
        ({"received_on": date(2026, 1, 6)}, "晚于今天"),
    ],
)
def test_what_is_wrong_is_said(tree, inspector, over, said):
    with pytest.raises(Refusal, match=said):
        received(tree, inspector, **over)


def test_only_who_watches_over_the_place_registers(tree, head):
    with pytest.raises(workflow.Refused):
        received(tree, head)
    with pytest.raises(workflow.Refused):
        received(tree, user_with("inspector", tree.other_township))


def test_a_household_or_roster_of_another_place_is_refused(tree, inspector):
    with pytest.raises(Refusal, match="不属于"):
        received(tree, inspector, household=household(tree.sibling))


# -- handling -----------------------------------------------------------------------------------------


def test_who_acted_on_the_roster_does_not_look_into_it(tree, inspector):
    programme = approved_programme(tree.township)
    cast = Cast(tree.community)
    roster = drafted_roster(programme, tree.community, cast=cast)
    head = head_of(tree.community)
    workflow.record_duty(roster, by=head, duty="submitting", at=AT)
    complaint = received(tree, inspector, entry=roster.entries.first())
    assert complaint.roster == roster
    with pytest.raises(workflow.Refused, match="回避"):
        handed(complaint, head, inspector)
    with pytest.raises(workflow.Refused, match="另选承办人"):
        handed(complaint, cast.clerk, inspector)
    handed(complaint, inspector, inspector)


def test_the_handler_alone_concludes_and_the_inspector_may_send_it_back(tree, complaint, head, inspector):
    handed(complaint, head, inspector)
    act = {"complaint": complaint, "finding": "untrue", "at": AT}
    with pytest.raises(workflow.Refused, match="由承办人填写"):
        complaints.conclude(result="不属实", by=inspector, **act)
    with pytest.raises(Refusal, match="经过和结论"):
        complaints.conclude(result=" ", by=head, **act)
    complaints.conclude(result="不属实", by=head, **act)
    with pytest.raises(workflow.Refused):
        complaints.reopen(complaint=complaint, by=inspector, at=AT, reason="")
    complaints.reopen(complaint=complaint, by=inspector, at=AT, reason="证据不足")
    assert (complaint.finding, complaint.result, complaint.concluded_at) == ("", None, None)
    assert complaint.handler == head


def test_a_named_complainant_is_told_and_an_anonymous_one_cannot_be(tree, complaint, inspector):
    concluded(complaint, inspector)
    act = {"by": inspector, "at": AT, "on": TODAY}
    with pytest.raises(workflow.Refused, match="须向本人反馈"):
        complaints.feed_back(complaint=complaint, way="none", **act)
    with pytest.raises(Refusal, match="反馈日期"):
        complaints.feed_back(complaint=complaint, way="phone", **act | {"on": TODAY + timedelta(days=1)})
    complaints.feed_back(complaint=complaint, way="phone", **act)
    assert complaint.status == ComplaintStatus.CLOSED
    nameless = received(tree, inspector, complainant_name="", complainant_contact="")
    assert nameless.is_anonymous
    concluded(nameless, inspector)
    complaints.feed_back(complaint=nameless, way="none", **act)


def test_from_to_and_who(complaint, inspector):
    machine = workflow.machine_of(complaint)
    table = {
        move.name: (set(move.sources), set(move.possible_targets), move.permission) for move in machine.moves
    }
    handle, view = "complaint.handle", "complaint.view"
    assert table == {
        "assign": ({"received", "handling"}, {"handling"}, handle),
        "conclude": ({"handling"}, {"concluded"}, view),
        "reopen": ({"concluded"}, {"handling"}, handle),
        "feed_back": ({"concluded"}, {"closed"}, handle),
    }
    assert {code for code, role in roles.ROLES.items() if handle in role.permissions} == {"inspector"}
    assert {code for code, role in roles.ROLES.items() if view in role.permissions} == {"inspector", "head"}
    for move in machine.moves:
        for status in set(ComplaintStatus.values) - set(move.sources):
            complaint.status = status
            no = workflow.refusal(
                machine, workflow.Attempt(complaint, move, inspector, AT, "因", is_rehearsal=True)
            )
            assert no.kind == "state", (move.name, status)


def test_it_waits_in_the_todo_of_who_has_the_next_step(tree, complaint, head, inspector):
    def waits(user, on=TODAY):
        return [item for item in todo.for_user(user, on) if item.kind == "举报"]

    assert waits(inspector)[0].title.startswith("交办举报")
    assert not waits(head)
    handed(complaint, head, inspector)
    assert not waits(inspector)
    (item,) = waits(head, complaint.due_on + timedelta(days=1))
    assert item.is_overdue(complaint.due_on + timedelta(days=1))
    complaints.conclude(complaint=complaint, finding="true", result="属实", by=head, at=AT)
    assert waits(inspector)[0].title.startswith("反馈举报")


def test_constraints(complaint, inspector):
    rows = Complaint.objects.all()
    for name, changes in (
        ("complaint_(status_known|concluded_with_words)", {"status": "lost", "handler": inspector}),
        ("complaint_dates_in_order", {"due_on": date(2020, 1, 1)}),
        ("complaint_handled_by_somebody", {"handler": inspector}),
        ("complaint_handled_by_somebody", {"status": "handling"}),
        ("complaint_concluded_with_words", {"finding": "true"}),
        ("complaint_concluded_with_words", {"status": "concluded", "handler": inspector}),
        ("complaint_closed_with_feedback", {"feedback_on": TODAY}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            rows.update(**changes)


# -- pages --------------------------------------------------------------------------------------------


def test_a_complaint_walks_through_its_pages(client, tree, inspector, head):
    programme = approved_programme(tree.township)
    roster = drafted_roster(programme, tree.community)
    home = roster.entries.first().household
    client.force_login(inspector)
    data = {
        "organisation": tree.community.pk,
        "channel": "letter",
        "about": "withheld",
        "received_on": timezone.localdate(),
        "content": "慰问金被代领",
        "complainant_name": "钱来顺",
        "programme": programme.pk,
        "entry_position": 1,
        "household_number": home.number,
        "form_key": "0f1d3c1e-6a57-4f1e-9a6f-1d2f3a4b5c6d",
    }
    assert client.get(reverse("complaint_new")).status_code == 200
    wrong = client.post(reverse("complaint_new"), data | {"entry_position": 99, "household_number": "X"})
    assert "没有这个序号" in wrong.content.decode()
    assert "没有这个编号的户" in wrong.content.decode()
    for _click in range(2):
        assert client.post(reverse("complaint_new"), data).status_code == 302
    complaint = Complaint.objects.get()
    assert (complaint.roster, complaint.household) == (roster, home)
    assert complaint.reference in client.get(reverse("complaints"), {"about": "withheld"}).content.decode()

    def page(name):
        return reverse(name, args=[complaint.pk])

    assert client.get(page("complaint_assign")).status_code == 200
    assigned = {"handler": head.pk, "due_on": complaint.due_on}
    assert client.post(page("complaint_assign"), assigned).status_code == 302
    client.force_login(head)
    assert client.get(page("complaint_conclude")).status_code == 200
    found = {"finding": "true", "result": "经入户核实，由村会计代领，已退还"}
    assert client.post(page("complaint_conclude"), found).status_code == 302
    client.force_login(inspector)
    assert client.get(page("complaint_conclude")).status_code == 403
    assert "由村会计代领" in client.get(page("complaint")).content.decode()
    assert client.get(page("complaint_reopen")).status_code == 200
    assert client.post(page("complaint_reopen"), {"reason": "补充退还凭证"}).status_code == 302
    client.force_login(head)
    client.post(page("complaint_conclude"), found)
    client.force_login(inspector)
    assert client.get(page("complaint_feed_back")).status_code == 200
    told = {"way": "none", "on": timezone.localdate()}
    assert "须向本人反馈" in client.post(page("complaint_feed_back"), told).content.decode()
    assert client.post(page("complaint_feed_back"), told | {"way": "visit"}).status_code == 302
    complaint.refresh_from_db()
    assert complaint.status == ComplaintStatus.CLOSED
    assert complaint.reference not in client.get(reverse("complaints")).content.decode()
    assert complaint.reference in client.get(reverse("complaints"), {"standing": "closed"}).content.decode()


def test_the_register_costs_the_same_with_3_and_13(client, tree, inspector, django_assert_max_num_queries):
    client.force_login(inspector)
    counts = []
    for number in (3, 10):
        for _turn in range(number):
            received(tree, inspector)
        for query in ({}, {"standing": "late", "organisation": "甲"}):
            with django_assert_max_num_queries(12) as seen:
                client.get(reverse("complaints"), query)
            counts.append(len(seen))
    assert counts[:2] == counts[2:]
