"""常用筛选: kept, opened, renamed, forgotten; never anybody else's."""

import pytest
from django.urls import reverse

from beneficiaries.models import SavedFilter
from beneficiaries.services import saved_filters
from beneficiaries.tests import factories
from welfare.errors import Refusal
from welfare.testing.personas import clerk_of, user_with

pytestmark = pytest.mark.django_db
KEY = {"form_key": "00000000-0000-4000-8000-000000000003"}
NEW = "saved_filter_new"


@pytest.fixture
def me(tree):
    return clerk_of(tree.community)


@pytest.fixture
def clerk(client, me):
    client.force_login(me)
    return client


@pytest.fixture
def saved(me):
    return saved_filters.keep(user=me, page="registry", name="独居", query="lives_alone=on")


def test_the_conditions_in_the_address_are_kept_once_and_open_the_list(clerk, me):
    asked = f"{reverse(NEW)}?lives_alone=on&income_to=500&page=last&sort=facts_on&text=&evil=1"
    page = clerk.get(asked)
    assert "月人均收入不高于（元）：500；独居" in page.content.decode()
    for _ in range(2):
        answer = clerk.post(asked, {"name": "低收入独居", **KEY})
        assert answer.status_code == 302
    kept = SavedFilter.objects.get()
    assert (kept.user, kept.query) == (me, "income_to=500&lives_alone=on")
    listed = clerk.get(answer.url).content.decode()
    assert "低收入独居" in listed and 'aria-current="true"' in listed


def test_without_conditions_or_with_a_taken_name_it_is_told(clerk, saved):
    assert "还没有设置筛选条件" in clerk.post(reverse(NEW), {"name": "空"}).content.decode()
    answer = clerk.post(f"{reverse(NEW)}?has_student=on", {"name": " 独居 "})
    assert "已有同名的常用筛选" in answer.content.decode()
    assert clerk.post(f"{reverse(NEW)}?has_student=on", {"name": ""}).status_code == 200
    assert clerk.post(f"{reverse(NEW)}?has_student=on", {"name": "长" * 41}).status_code == 200
    assert SavedFilter.objects.count() == 1


def test_nobody_keeps_more_than_thirty(me):
    for number in range(saved_filters.MOST):
        saved_filters.keep(user=me, page="registry", name=str(number), query="lives_alone=on")
    with pytest.raises(Refusal, match="最多保存 30 个"):
        saved_filters.keep(user=me, page="registry", name="又一个", query="lives_alone=on")


def test_a_filter_is_renamed(clerk, saved, me):
    saved_filters.keep(user=me, page="registry", name="学生", query="has_student=on")
    address = reverse("saved_filter_rename", args=[saved.pk])
    assert 'value="独居"' in clerk.get(address).content.decode()
    assert "已有同名" in clerk.post(address, {"name": "学生"}).content.decode()
    for _ in range(2):
        assert clerk.post(address, {"name": "独居户", **KEY}).status_code == 302
    saved.refresh_from_db()
    assert saved.name == "独居户"


def test_a_filter_is_forgotten_and_a_second_click_harmless(clerk, saved):
    address = reverse("saved_filter_delete", args=[saved.pk])
    assert clerk.get(address).status_code == 200 and SavedFilter.objects.exists()
    for _ in range(2):
        assert clerk.post(address, KEY).url == reverse("saved_filters")
    assert not SavedFilter.objects.exists()
    assert clerk.post(address, {"form_key": "00000000-0000-4000-8000-000000000004"}).status_code == 404


@pytest.mark.parametrize("name", ["saved_filter_rename", "saved_filter_delete"])
def test_anybody_elses_does_not_exist(client, tree, saved, name):
    for user in (clerk_of(tree.community), clerk_of(tree.sibling), user_with("approver", tree.county)):
        client.force_login(user)
        address = reverse(name, args=[saved.pk])
        assert client.get(address).status_code == client.post(address, {"name": "我的"}).status_code == 404
        for page in ("registry", "saved_filters"):
            assert "lives_alone=on" not in client.get(reverse(page)).content.decode()
    saved.refresh_from_db()
    assert saved.name == "独居"


def test_the_administrator_keeps_none(client, tree):
    client.force_login(user_with("administrator", tree.county))
    for address in (reverse("saved_filters"), reverse(NEW)):
        assert client.get(address).status_code == 403


def test_a_kept_organisation_out_of_reach_shows_nothing_of_it(clerk, tree, me):
    hidden = factories.household(tree.sibling, number="HIDDEN1")
    saved_filters.keep(
        user=me, page="registry", name="旧岗位", query=f"organisation={hidden.organisation_id}"
    )
    assert "乙社区" not in clerk.get(reverse("saved_filters")).content.decode()
    assert (
        "HIDDEN1"
        not in clerk.get(f"{reverse('registry')}?organisation={hidden.organisation_id}").content.decode()
    )
