"""Long work in the background: one ``Job`` row each, with progress, cancel and restart.

An app registers a function with ``@job("kind", "名称")`` in its ``tasks`` module and starts it with
``start``. The function receives ``progress`` and its arguments and returns a JSON result; its steps
are idempotent, because a job whose worker died is run again (``reap``), at most three times.
"""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django_tasks import task

from welfare.enums import JobState
from welfare.errors import Refusal
from welfare.models import Job

logger = logging.getLogger(__name__)
KINDS = {}
HEARTBEAT_LOST = timedelta(seconds=60)
MOST_ATTEMPTS = 3


class Cancelled(Exception):
    """Raised inside a job when its requester asked it to stop."""


class Progress:
    """A job's handle on its own row. ``report`` saves, beats the heart and notices a cancel."""

    def __init__(self, job):
        self.job = job

    def report(self, done, total, message=""):
        """Say how far the work is. Raises Cancelled when the requester asked to stop.

        Call it outside the transaction of the work, or the page sees it only at the end.
        """
        row = Job.objects.filter(pk=self.job.pk)
        row.update(done=done, total=total, message=message[:200], heartbeat_at=timezone.now())
        if row.filter(is_cancel_requested=True).exists():
            raise Cancelled

    def link(self, url):
        """Where the finished job leads (a preview, a file)."""
        Job.objects.filter(pk=self.job.pk).update(result_url=url)


def job(kind, label):
    """Register a function as background work: ``@job("registry.read_import", "读取登记表")``."""

    def wrap(function):
        KINDS[kind] = (label, function)
        return function

    return wrap


def start(kind, *, by, organisation, at, label="", **arguments):
    """Queue a job; it is picked up after the caller's transaction commits. Returns the Job.

    ``arguments`` must be JSON: ids and plain values, never instances.
    """
    row = Job.objects.create(
        kind=kind,
        label=label or KINDS[kind][0],
        requested_by=by,
        organisation=organisation,
        arguments=arguments,
        created_at=at,
    )
    transaction.on_commit(lambda: run_job.enqueue(row.pk))
    return row


def cancel(row):
    """Ask a queued or running job to stop at its next report."""
    Job.objects.filter(pk=row.pk, state__in=[JobState.QUEUED, JobState.RUNNING]).update(
        is_cancel_requested=True
    )


@task()
def run_job(job_id):
    """What the worker runs: claim the row, call the registered function, write how it ended."""
    now = timezone.now()
    claimed = Job.objects.filter(pk=job_id, state=JobState.QUEUED, attempts__lt=MOST_ATTEMPTS)
    if not claimed.update(
        state=JobState.RUNNING, started_at=now, heartbeat_at=now, attempts=F("attempts") + 1
    ):
        return
    row = Job.objects.select_related("requested_by", "organisation").get(pk=job_id)
    ended = {"state": JobState.DONE, "error": ""}
    try:
        _label, function = KINDS[row.kind]
        ended["result"] = function(Progress(row), job=row, **row.arguments)
    except Cancelled:
        ended = {"state": JobState.CANCELLED, "message": "已取消"}
    except Refusal as refusal:
        ended = {"state": JobState.FAILED, "error": refusal.message}
    except Exception:
        logger.exception("job %s (%s) failed", row.pk, row.kind)
        ended = {
            "state": JobState.FAILED,
            "error": f"任务出错（编号 {row.pk}），数据未改动。请重试，或将编号告知系统管理员。",
        }
    Job.objects.filter(pk=job_id).update(finished_at=timezone.now(), **ended)


def reap(now):
    """Queue again the running jobs whose heartbeat stopped; give up on those tried three times. Returns both counts."""
    lost = Job.objects.filter(state=JobState.RUNNING, heartbeat_at__lt=now - HEARTBEAT_LOST)
    given_up = lost.filter(attempts__gte=MOST_ATTEMPTS).update(
        state=JobState.FAILED, finished_at=now, error="任务三次中断，已停止。请将任务编号告知系统管理员。"
    )
    again = 0
    for row in lost.filter(attempts__lt=MOST_ATTEMPTS):
        if Job.objects.filter(pk=row.pk, state=JobState.RUNNING, heartbeat_at=row.heartbeat_at).update(
            state=JobState.QUEUED
        ):
            run_job.enqueue(row.pk)
            again += 1
    return again, given_up
