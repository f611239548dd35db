"""名单导出: what the workbook holds, who may ask for it and fetch it, what is left on record, when it goes."""

import hashlib
import io
from datetime import timedelta
from types import SimpleNamespace

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from beneficiaries.excel import lists
from beneficiaries.models import ListExport
from beneficiaries.services import exports
from beneficiaries.tests import factories
from welfare import accounts, audit, jobs
from welfare.enums import JobState
from welfare.models import Job, RoleAssignment
from welfare.testing.personas import AT, clerk_of, head_of, user_with

pytestmark = pytest.mark.django_db
NEW = "list_export_new"
MASKED = {"kind": "persons", "numbers": "masked", "reason": ""}
KEY = {"form_key": "00000000-0000-4000-8000-000000000005"}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def home(tree):
    return factories.household(
        tree.community,
        head="张大明",
        members=[factories.member("=cmd|'/c calc'!A1")],
        categories=["low_income", "veteran"],
        address="甲村1组12号",
        monthly_income=380,
        number="H1",
    )


@pytest.fixture
def me(tree):
    return clerk_of(tree.community)


@pytest.fixture
def ask(client, me, home, django_capture_on_commit_callbacks):
    """Ask for a list as ``me`` (or somebody else) and let its job run. Returns the ListExport, or the answer."""

    def asked(by=me, query="", runs=True, **over):
        client.force_login(by)
        data = {"organisation": by.role_assignments.first().organisation_id, **MASKED, **over}
        with django_capture_on_commit_callbacks(execute=runs):
            answer = client.post(f"{reverse(NEW)}?{query}", data)
        made = ListExport.objects.order_by("-pk").first()
        return made if answer.status_code == 302 else answer

    return asked


def sheet(export):
    with export.file.open("rb") as file:
        page = openpyxl.load_workbook(io.BytesIO(file.read())).active
    rows = list(page.iter_rows(values_only=True))
    return SimpleNamespace(
        title=rows[0][0],
        watermark=rows[1][0],
        rows=[dict(zip(rows[2], row, strict=True)) for row in rows[3:]],
        cells=[cell for row in page.iter_rows() for cell in row],
    )


def test_a_masked_list_of_persons(ask, home, me):
    export = ask()
    page = sheet(export)
    head, member = page.rows
    assert (head["姓名"], head["户主"], head["与户主关系"]) == ("张大明", "张大明", "户主")
    assert (head["困难类别"], member["困难类别"]) == ("低保户、退役军人", "低保户")
    assert head["身份证号"].count("*") == 10 and "****" in head["联系电话"]
    assert head["家庭住址"] == "甲村1组" and float(head["家庭月人均收入（元）"]) == 380
    numbers = {home.head.id_number, home.head.phone}
    assert not numbers & {cell.value for cell in page.cells}
    assert str(me) in page.watermark and exports.number(export) in page.watermark


def test_a_name_that_looks_like_a_formula_is_text(ask):
    page = sheet(ask())
    assert [cell.data_type for cell in page.cells if str(cell.value).startswith("=cmd")] == ["s"]


def test_a_list_of_households_with_whole_numbers_and_its_reason(ask, home):
    export = ask(kind="households", numbers="whole", reason="核对发放名册")
    (row,) = sheet(export).rows
    assert (row["户主身份证号"], row["联系电话"]) == (home.head.id_number, home.head.phone)
    assert (row["人口"], row["家庭住址"]) == (2, "甲村1组12号")
    assert "用途：核对发放名册" in sheet(export).watermark


def test_the_list_has_the_rows_of_the_filter(ask, tree):
    factories.household(tree.community, head="李独", number="H2")
    export = ask(query="lives_alone=on&page=last", kind="households")
    assert [row["户编号"] for row in sheet(export).rows] == ["H2"]
    assert (export.query, export.row_count) == ("lives_alone=on", 1)
    assert export.title == "困难群众名单（按户）：独居"


def test_an_empty_list_is_a_list(ask):
    assert ask(query="text=没有这个人").row_count == 0


def test_it_is_written_batch_by_batch_at_the_same_cost(ask, tree, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(lists, "BATCH", 2)
    for number in range(2, 6):
        factories.household(tree.community, number=f"H{number}")
    export = ask(runs=False)
    arguments = export.job.arguments
    progress = SimpleNamespace(report=lambda *told: None)
    with django_assert_max_num_queries(60) as counted:
        lists.write(export, kind="persons", conditions=arguments["conditions"], at=AT, progress=progress)
    few = len(counted)
    for number in range(6, 8):
        factories.household(tree.community, number=f"H{number}")
    export = ask(runs=False)
    with django_assert_max_num_queries(60) as counted:
        lists.write(export, kind="persons", conditions=arguments["conditions"], at=AT, progress=progress)
    assert [row["户编号"] for row in sheet(export).rows] == ["H1", "H1", "H2", "H3", "H4", "H5", "H6", "H7"]
    assert len(counted) - few <= 8


def test_who_took_what_out_stays_on_record(ask, client, me):
    export = ask(numbers="whole", reason="核对发放名册", query="income_to=380")
    client.get(reverse("list_export_file", args=[export.pk]))
    told = {event.action: event for event in audit.events_about(export)}
    assert set(told) == {"export.request", "export.write", "view"}
    written = told["export.write"]
    assert (written.actor_id, written.reason) == (me.pk, "核对发放名册")
    assert written.after["筛选"] == "income_to=380" and written.after["号码"] == "完整"
    assert written.after["行数"] == export.row_count == 2
    with export.file.open("rb") as file:
        assert written.after["SHA-256"] == hashlib.sha256(file.read()).hexdigest()


# -- who may ------------------------------------------------------------------------------------


def test_whole_numbers_need_a_reason_and_the_right(ask, tree):
    answer = ask(numbers="whole", reason=" ")
    assert "请写明用途" in answer.content.decode()
    assert not ListExport.objects.exists()


def test_without_the_right_to_reveal_only_masked_lists_are_had(ask, tree, monkeypatch):
    from welfare import roles

    clerk = roles.ROLES["clerk"]
    monkeypatch.setitem(
        roles.ROLES,
        "clerk",
        roles.Role(
            clerk.code, clerk.label, clerk.levels, clerk.duty, clerk.permissions - {"registry.reveal"}
        ),
    )
    answer = ask(numbers="whole", reason="核对")
    assert "没有查看完整号码的权限" in answer.content.decode()
    assert ask().row_count == 2


def test_who_may_not_export_is_kept_out(client, tree, home):
    for user in (
        head_of(tree.community),
        user_with("inspector", tree.community),
        user_with("administrator", tree.county),
    ):
        client.force_login(user)
        for address in (reverse(NEW), reverse("list_exports")):
            assert client.get(address).status_code == 403
        assert client.post(reverse(NEW), MASKED).status_code == 403
    client.logout()
    assert client.post(reverse(NEW), MASKED).status_code == 302
    assert not ListExport.objects.exists()


def test_another_office_is_no_range_of_mine(ask, tree, home):
    for organisation in (tree.sibling, tree.township, tree.county):
        assert ask(organisation=organisation.pk).status_code == 200
    assert ask(query=f"organisation={tree.sibling.pk}", organisation=tree.sibling.pk).status_code == 200
    assert not ListExport.objects.exists()


def test_every_office_gets_its_own_rows(ask, tree, home):
    factories.household(tree.sibling, number="SIB")
    factories.household(tree.other_community, number="OTHER")
    for user, numbers in [
        (clerk_of(tree.sibling), ["SIB"]),
        (user_with("reviewer", tree.township), ["H1", "SIB"]),
        (user_with("approver", tree.county), ["H1", "SIB", "OTHER"]),
        (user_with("reviewer", tree.other_township), ["OTHER"]),
    ]:
        assert [row["户编号"] for row in sheet(ask(by=user, kind="households")).rows] == numbers


def test_the_double_click_makes_one(ask, client, me):
    ask(**KEY)
    ask(**KEY)
    assert ListExport.objects.count() == 1
    assert client.get(f"{reverse(NEW)}?lives_alone=on").status_code == 200
    assert client.get(reverse("list_exports")).content.decode().count("可下载") == 1


# -- while it runs ------------------------------------------------------------------------------


def take_away(user):
    RoleAssignment.objects.filter(user=user).delete()


def test_rights_taken_away_before_the_job_runs_stop_it(ask, me, django_capture_on_commit_callbacks):
    export = ask(runs=False)
    take_away(me)
    jobs.run_job.call(export.job_id)
    export.refresh_from_db()
    job = Job.objects.get(pk=export.job_id)
    assert (job.state, export.sha256, bool(export.file)) == (JobState.FAILED, "", False)
    assert "权限已变更" in job.error


@pytest.mark.parametrize("event", ["rights", "cancel", "crash"])
def test_what_stops_a_running_job_leaves_no_file(ask, me, tree, monkeypatch, tmp_path, event):
    monkeypatch.setattr(lists, "BATCH", 1)
    factories.household(tree.community, number="H2")
    export = ask(runs=False)
    whole = lists._person_rows

    def interrupted(batch, on, is_whole):
        if event == "rights":
            take_away(me)
        elif event == "cancel":
            jobs.cancel(export.job)
        else:
            raise OSError("disk full")
        return whole(batch, on, is_whole)

    monkeypatch.setitem(lists._ROWS, "persons", interrupted)
    jobs.run_job.call(export.job_id)
    export.refresh_from_db()
    state = Job.objects.get(pk=export.job_id).state
    assert state == (JobState.CANCELLED if event == "cancel" else JobState.FAILED)
    assert not export.file and not list(tmp_path.rglob("*.xlsx"))


def test_a_scope_made_smaller_acts_on_the_next_batch(ask, tree, home, monkeypatch):
    monkeypatch.setattr(lists, "BATCH", 1)
    user = user_with("approver", tree.county)
    factories.household(tree.other_community, number="OTHER")
    export = ask(by=user, runs=False, kind="households")
    whole = lists._household_rows

    def moved(batch, on, is_whole):
        take_away(user)
        return whole(batch, on, is_whole)

    monkeypatch.setitem(lists._ROWS, "households", moved)
    jobs.run_job.call(export.job_id)
    assert Job.objects.get(pk=export.job_id).state == JobState.FAILED


def test_a_job_run_again_writes_no_second_file(ask, tmp_path):
    export = ask()
    Job.objects.filter(pk=export.job_id).update(state=JobState.QUEUED, attempts=1)
    jobs.run_job.call(export.job_id)
    again = ListExport.objects.get(pk=export.pk)
    assert again.sha256 == export.sha256 and len(list(tmp_path.rglob("*.xlsx"))) == 1


# -- fetching -----------------------------------------------------------------------------------


def fetch(client, user, export):
    client.force_login(user)
    return client.get(reverse("list_export_file", args=[export.pk]))


def test_its_requester_fetches_it_and_nobody_else_sees_it(ask, client, me, tree):
    export = ask()
    answer = fetch(client, me, export)
    assert answer.status_code == 200 and answer["Cache-Control"] == "private, no-store"
    assert "attachment" in answer["Content-Disposition"]
    assert "下载" in client.get(reverse("list_export", args=[export.pk])).content.decode()
    for user in (clerk_of(tree.community), clerk_of(tree.sibling), user_with("approver", tree.county)):
        assert fetch(client, user, export).status_code == 404
        assert client.get(reverse("list_export", args=[export.pk])).status_code == 404
        assert exports.number(export) not in client.get(reverse("list_exports")).content.decode()


def test_without_her_rights_not_even_she(ask, client, me, tree):
    export = ask(numbers="whole", reason="核对")
    take_away(me)
    assert fetch(client, me, export).status_code == 403
    accounts.grant(user=me, role="inspector", organisation=tree.community, by=None, at=AT)
    accounts.grant(user=me, role="clerk", organisation=tree.sibling, by=None, at=AT)
    assert fetch(client, me, export).status_code == 403


def test_after_a_day_the_file_is_gone_and_the_record_stays(ask, client, me, tmp_path):
    export = ask()
    later = timezone.now() + exports.KEPT_FOR + timedelta(minutes=1)
    assert exports.expire(timezone.now()) == 0
    assert exports.expire(later) == 1 == exports.expire(later) + 1
    export.refresh_from_db()
    assert export.sha256 and not export.file and not list(tmp_path.rglob("*.xlsx"))
    assert fetch(client, me, export).status_code == 404
    assert "已清除" in client.get(reverse("list_exports")).content.decode()
    assert "重新导出" in client.get(reverse("list_export", args=[export.pk])).content.decode()


def test_a_day_old_file_is_not_served_before_it_is_cleared(ask, client, me):
    export = ask()
    ListExport.objects.filter(pk=export.pk).update(requested_at=timezone.now() - timedelta(hours=25))
    assert fetch(client, me, export).status_code == 404


def test_an_unknown_export_does_not_exist(client, me):
    client.force_login(me)
    for name in ("list_export", "list_export_file"):
        assert client.get(reverse(name, args=[987654])).status_code == 404
        assert client.post(reverse(name, args=[987654])).status_code == 405
