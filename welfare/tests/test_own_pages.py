"""The kernel's own pages as people open them: login, 待办, jobs, password, the admin's frame."""

import re

import pytest
from django.utils import timezone

from welfare.enums import Level
from welfare.models import Job
from welfare.testing.personas import organisation, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def county():
    return organisation("云溪县", level=Level.COUNTY)


@pytest.fixture
def administrator(county, client):
    user = user_with("administrator", county)
    user.is_staff = True
    user.save()
    client.force_login(user)
    return user


@pytest.fixture
def clerk(county, client):
    user = user_with("clerk", organisation("白岩社区", organisation("高板镇", county, Level.TOWNSHIP)))
    client.force_login(user)
    return user


def job_of(user, **over):
    held = user.role_assignments.get()
    return Job.objects.create(
        **{"kind": "x", "label": "导入登记册", "requested_by": user, "organisation": held.organisation}
        | {"created_at": timezone.now(), "state": "running", "done": 320, "total": 640}
        | over
    )


def text(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_stranger_sees_both_login_pages(client):
    assert "<h1>登录</h1>" in text(client, "/login/")
    assert "管理与审批" in text(client, "/admin/login/")


def test_a_wrong_password_is_answered_in_chinese(client):
    answer = client.post("/login/", {"username": "zhang", "password": "wrong"})
    assert "请输入一个正确的用户名和密码" in answer.content.decode()


def test_the_first_page_names_the_day_and_the_organisation(client, clerk):
    page = text(client, "/todo/")
    assert "现在没有等您办理的事项。" in page
    assert "白岩社区" in page and "社区经办" in page


def test_a_running_job_asks_for_its_fragment_and_a_finished_one_does_not(client, clerk):
    running, done = job_of(clerk), job_of(clerk, state="done", result_url="/todo/")
    assert f'data-job-url="/jobs/{running.pk}/?fragment=1"' in text(client, f"/jobs/{running.pk}/")
    page = text(client, f"/jobs/{done.pk}/")
    assert "data-job-url" not in page and "查看结果" in page


def test_a_failed_job_says_why(client, clerk):
    job = job_of(clerk, state="failed", error="第 3 行“身份证号”不是 18 位。")
    assert "第 3 行“身份证号”不是 18 位。" in text(client, f"/jobs/{job.pk}/")
    assert "导入登记册" in text(client, "/jobs/")


def test_the_password_page_names_its_rules(client, clerk):
    assert "修改密码" in text(client, "/password/")


def test_the_admin_speaks_of_what_it_shows(client, administrator, county):
    assert "<h1>机构</h1>" in text(client, "/admin/welfare/organisation/")
    assert f"<h1>机构：{county}</h1>" in text(client, f"/admin/welfare/organisation/{county.pk}/change/")
    assert "<h1>新增机构</h1>" in text(client, "/admin/welfare/organisation/add/")


def test_the_admin_shows_no_part_of_a_password_hash(client, administrator):
    administrator.set_password("a-long-password-1")
    administrator.save()
    client.force_login(administrator)
    page = text(client, f"/admin/welfare/user/{administrator.pk}/change/")
    assert "pbkdf2" not in page and "重置密码" in page


def test_the_admin_leads_back_to_the_staff_pages_and_offers_no_dark_theme(client, administrator):
    page = text(client, "/admin/")
    assert "回到工作台" in page
    assert "theme-toggle" not in page and "dark_mode" not in page


@pytest.mark.parametrize("address", ["/todo/", "/admin/", "/admin/welfare/user/add/", "/login/"])
def test_pages_carry_nothing_the_content_policy_forbids(client, administrator, address):
    if address == "/login/":
        client.logout()
    page = text(client, address)
    assert not re.search(
        r"<script(?![^>]*\ssrc=)(?![^>]*application/json)|<style\b|<[^>]*\s(style|on\w+)\s*=", page
    )
