"""查看记录: the inspector sees who looked at whom, in her own scope, and nobody else does."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from welfare import access_log, audit
from welfare.testing.personas import clerk_of, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def looks(tree):
    """A clerk of the community looked twice, one of the other township once."""
    near, far = clerk_of(tree.community), clerk_of(tree.other_community)
    now = timezone.now()
    for what in ("张大明的身份证号", "张大明的联系电话"):
        audit.viewed(by=near, at=now, target=tree.community, what=what, reason="核对本人证件")
    audit.viewed(by=far, at=now - timedelta(days=40), target=tree.other_community, what="远处的身份证号")
    return near, far


def listed(client, **query):
    return client.get(reverse("access_log"), query).content.decode()


def test_the_inspector_sees_who_looked_at_what_and_why(client, tree, looks):
    client.force_login(user_with("inspector", tree.township))
    page = listed(client)
    assert all(text in page for text in (str(looks[0]), "查看张大明的身份证号", "核对本人证件"))


def test_what_happened_elsewhere_is_not_shown(client, tree, looks):
    client.force_login(user_with("inspector", tree.township))
    assert "远处" not in listed(client) and str(looks[1]) not in listed(client)


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ({"target": "联系电话"}, True),
        ({"target": "银行卡"}, False),
        ({"actor": "甲村clerk"}, True),
        ({"actor": "乙"}, False),
        ({"until_on": "2020-01-01"}, False),
        ({"from_on": "2020-01-01"}, True),
        ({"from_on": "不是日期"}, True),
    ],
)
def test_the_list_is_narrowed(client, tree, looks, query, is_found):
    client.force_login(user_with("inspector", tree.township))
    assert ("查看张大明的联系电话" in listed(client, **query)) is is_found


def test_who_looked_most_lately_is_counted_by_people_and_looks(tree, looks):
    inspector = user_with("inspector", tree.county)
    rows = list(access_log.busiest(inspector, timezone.now()))
    assert [(row["actor_name"], row["looks"], row["people"]) for row in rows] == [(str(looks[0]), 2, 1)]


def test_only_who_may_read_the_trail_may_open_it(client, tree):
    client.force_login(clerk_of(tree.community))
    assert client.get(reverse("access_log")).status_code == 403
    assert client.post(reverse("access_log")).status_code == 405
