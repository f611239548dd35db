"""Imports as jobs: large ones are written by one, and none is left half done."""

import pytest
from django.urls import reverse

from beneficiaries.enums import ImportState
from beneficiaries.models import ImportRow, Person, RegisterImport
from beneficiaries.services import imports
from beneficiaries.services.register import staging, trail
from beneficiaries.tasks import check_upload
from beneficiaries.tests.test_imports import person, uploaded, workbook
from welfare import jobs
from welfare.errors import Refusal
from welfare.models import Job, RoleAssignment
from welfare.testing.personas import AT, clerk_of, make_organisations

pytestmark = pytest.mark.django_db


@pytest.fixture
def upload(monkeypatch):
    """Two rows, which here are a large register."""
    monkeypatch.setattr(imports, "AT_ONCE", 1)
    return uploaded(workbook(person(), person("李四", 户编号="H2")), make_organisations().community)


def queued(upload):
    return imports.confirm_or_queue(upload=upload, by=upload.uploaded_by, at=AT).job


def run(job):
    jobs.run_job.call(job.pk)
    job.refresh_from_db()
    return job


def test_a_large_register_is_written_by_a_job(client, upload, django_capture_on_commit_callbacks):
    client.force_login(upload.uploaded_by)
    page = reverse("import_preview", args=[upload.pk])
    assert "写入在后台进行" in client.get(page).content.decode()
    client.post(reverse("import_confirm", args=[upload.pk]))
    assert not Person.objects.exists()
    shown = client.get(page).content.decode()
    assert "写入登记库：登记表.xlsx" in shown and "确认写入" not in shown and "取消导入" not in shown
    assert client.post(reverse("import_confirm", args=[upload.pk])).status_code == 200  # a second click
    job = run(Job.objects.get())
    assert (job.state, job.result_url, Person.objects.count()) == ("done", page, 2)
    assert "已写入登记库" in client.get(page).content.decode()


def test_a_small_register_is_written_at_once(upload, monkeypatch):
    monkeypatch.setattr(imports, "AT_ONCE", 2)
    assert queued(upload) is None and Person.objects.count() == 2


def test_a_job_that_is_stopped_before_it_starts_writes_nothing(upload):
    job = queued(upload)
    jobs.cancel(job)
    assert run(job).state == "cancelled" and not Person.objects.exists()
    assert RegisterImport.objects.get().state == ImportState.CHECKED
    assert run(queued(upload)).state == "done" and Person.objects.count() == 2


def test_a_worker_that_dies_while_writing_leaves_nothing_and_the_job_runs_again(upload, monkeypatch):
    job = queued(upload)
    with monkeypatch.context() as broken:
        broken.setattr(trail, "of_homes", lambda *args, **more: 1 / 0)
        assert run(job).state == "failed"
    assert not Person.objects.exists() and RegisterImport.objects.get().state == ImportState.CHECKED
    Job.objects.update(state="queued")
    assert run(job).state == "done" and Person.objects.count() == 2
    Job.objects.update(state="queued")
    assert run(job).state == "done" and Person.objects.count() == 2


def test_who_lost_the_right_meanwhile_does_not_write(upload):
    job = queued(upload)
    RoleAssignment.objects.all().delete()
    assert (run(job).state, "您不能为" in job.error) == ("failed", True)
    assert not Person.objects.exists()


def test_who_was_switched_off_meanwhile_does_not_write_either(upload):
    by = upload.uploaded_by
    assert by.may("registry.import", upload.organisation)  # and this user object remembers it
    type(by).objects.update(is_active=False)
    with pytest.raises(Refusal, match="您不能为"):
        imports.confirm(upload=upload, by=by, at=AT)


def test_a_check_for_who_lost_the_right_is_refused(upload):
    RoleAssignment.objects.all().delete()
    upload.refresh_from_db()
    assert "没有导入的权限" in check_upload(upload, at=AT).message
    assert not ImportRow.objects.exists()


class Watcher:
    """A progress that does something after the first batch."""

    def __init__(self, act):
        self.act, self.said = act, []

    def report(self, done, total, message=""):
        self.said.append((done, total))
        self.act()


def test_a_check_whose_upload_is_cancelled_meanwhile_leaves_no_rows(upload, monkeypatch):
    monkeypatch.setattr(staging, "AT_ONCE", 1)
    watcher = Watcher(lambda: imports.cancel(upload=upload, by=None, at=AT))
    assert check_upload(upload, at=AT, progress=watcher).state == ImportState.CANCELLED
    assert watcher.said == [(1, 2)] and not ImportRow.objects.exists()


def test_a_check_that_is_stopped_leaves_no_rows_and_may_be_done_again(upload, monkeypatch):
    monkeypatch.setattr(staging, "AT_ONCE", 1)

    def stop():
        raise jobs.Cancelled

    with pytest.raises(jobs.Cancelled):
        check_upload(upload, at=AT, progress=Watcher(stop))
    assert not ImportRow.objects.exists()
    assert check_upload(upload, at=AT).new_count == 2


def test_rows_of_a_check_that_died_are_replaced_by_the_next(upload):
    upload.rows.filter(excel_row=3).delete()
    RegisterImport.objects.update(state=ImportState.UPLOADED)
    assert (check_upload(upload, at=AT).new_count, upload.rows.count()) == (2, 2)


def test_while_a_job_is_at_work_nothing_else_starts(upload):
    queued(upload)
    with pytest.raises(Refusal, match="任务正在进行"):
        imports.check_again(upload=upload, by=upload.uploaded_by, at=AT)


def test_another_clerk_of_the_community_may_confirm(upload):
    imports.confirm(upload=upload, by=clerk_of(upload.organisation), at=AT)
    assert Person.objects.count() == 2
