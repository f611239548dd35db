"""Coming in, going out, and stopping one's own job."""

import pytest
from django.urls import reverse
from django.utils import timezone

from welfare.enums import JobState
from welfare.models import Job
from welfare.testing.personas import clerk_of, make_organisations

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    return make_organisations()


def job_of(user, organisation):
    return Job.objects.create(
        kind="test.job",
        label="试任务",
        requested_by=user,
        organisation=organisation,
        created_at=timezone.now(),
        heartbeat_at=timezone.now(),
        state=JobState.RUNNING,
    )


def test_the_process_says_that_it_lives(client):
    assert client.get(reverse("healthy")).content == b"ok"


def test_the_bare_address_leads_strangers_to_the_login_and_staff_to_their_work(client, tree):
    assert client.get(reverse("home")).url.startswith(reverse("login"))
    client.force_login(clerk_of(tree.community))
    assert client.get(reverse("home")).url == reverse("todo")


def test_logging_out_is_a_post_and_ends_the_session(client, tree):
    client.force_login(clerk_of(tree.community))
    assert client.get(reverse("logout")).status_code == 405
    assert client.post(reverse("logout")).url == reverse("login")
    assert client.get(reverse("todo")).status_code == 302


def test_a_job_is_stopped_by_who_asked_for_it_and_by_nobody_else(client, tree):
    clerk = clerk_of(tree.community)
    job = job_of(clerk, tree.community)
    address = reverse("job_cancel", args=[job.pk])
    client.force_login(clerk_of(tree.community))
    assert client.post(address).status_code == 404
    client.force_login(clerk)
    assert client.get(address).status_code == 405
    assert client.post(address).url == reverse("job", args=[job.pk])
    job.refresh_from_db()
    assert job.is_cancel_requested
