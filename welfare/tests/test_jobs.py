"""Background jobs: done, failed in words, cancelled, and run again after their worker died."""

from datetime import timedelta

import pytest
from django.utils import timezone

from welfare import jobs
from welfare.enums import JobState
from welfare.errors import Refusal
from welfare.models import Job
from welfare.testing.personas import clerk_of, make_organisations

pytestmark = pytest.mark.django_db


@pytest.fixture
def start(monkeypatch, django_capture_on_commit_callbacks):
    organisations = make_organisations()
    clerk = clerk_of(organisations.community)

    def run(function):
        monkeypatch.setitem(jobs.KINDS, "test.job", ("试任务", function))
        with django_capture_on_commit_callbacks(execute=True):
            row = jobs.start(
                "test.job", by=clerk, organisation=organisations.community, at=timezone.now(), number=3
            )
        row.refresh_from_db()
        return row

    return run


def test_a_job_gets_its_arguments_and_leaves_its_result(start):
    def count(progress, job, number):
        progress.report(1, number, "数到一")
        return {"counted": number}

    row = start(count)
    assert (row.state, row.result, row.percent, row.message) == (JobState.DONE, {"counted": 3}, 33, "数到一")


def test_a_refusal_is_shown_in_its_own_words(start):
    def refuse(progress, job, number):
        raise Refusal("第 3 行缺姓名。")

    row = start(refuse)
    assert (row.state, row.error) == (JobState.FAILED, "第 3 行缺姓名。")


def test_an_unexpected_error_shows_a_sentence_and_no_inside(start, caplog):
    def crash(progress, job, number):
        raise ValueError("secret inside")

    row = start(crash)
    assert row.state == JobState.FAILED
    assert "secret" not in row.error
    assert str(row.pk) in row.error


def test_a_cancelled_job_stops_at_its_next_report(start):
    def cancelled(progress, job, number):
        jobs.cancel(job)
        progress.report(1, 3)
        raise AssertionError("went on")

    assert start(cancelled).state == JobState.CANCELLED


def test_a_job_whose_worker_died_is_run_again_three_times_at_most(start):
    row = start(lambda progress, job, number: None)
    long_ago = timezone.now() - timedelta(minutes=5)
    Job.objects.filter(pk=row.pk).update(state=JobState.RUNNING, heartbeat_at=long_ago, attempts=1)
    assert jobs.reap(timezone.now()) == (1, 0)
    row.refresh_from_db()
    assert (row.state, row.attempts) == (JobState.DONE, 2)
    Job.objects.filter(pk=row.pk).update(state=JobState.RUNNING, heartbeat_at=long_ago, attempts=3)
    assert jobs.reap(timezone.now()) == (0, 1)
    row.refresh_from_db()
    assert row.state == JobState.FAILED
    assert "三次中断" in row.error


def test_a_job_with_a_beating_heart_is_left_alone(start):
    row = start(lambda progress, job, number: None)
    Job.objects.filter(pk=row.pk).update(state=JobState.RUNNING, heartbeat_at=timezone.now())
    assert jobs.reap(timezone.now()) == (0, 0)
