"""The admin of programmes: an officer sets one up, somebody else approves it, then nobody changes it."""

from datetime import date
from itertools import pairwise

import pytest
from django.urls import reverse

from beneficiaries.models import AidCategory, Programme
from beneficiaries.tests.factories import approved_programme, draft_programme, submitted_programme
from welfare.testing.personas import user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(tree):
    return user_with("programme_officer", tree.township)


def change_url(obj):
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])


def move_url(programme, move):
    return reverse("admin:beneficiaries_programme_move", args=[programme.pk, move])


def empty_inlines(*prefixes):
    return {
        f"{prefix}-{name}": 0
        for prefix in prefixes
        for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM", "MAX_NUM")
    }


PARTS = (
    "categories",
    "quotas",
    "steps",
    "milestones",
    "foreseen_funds",
    "stated_figures",
    "earlier_help",
    "barred",
)


def new_programme(tree, **over):
    return {
        "code": "p1",
        "name": "端午慰问",
        "kind": "relief",
        "organiser": tree.township.pk,
        "season": "2026年端午节",
        "year": 2026,
        "starts_on": "2026-06-01",
        "ends_on": "2026-06-19",
        "quota_total": 10,
        "display_days": 7,
        "advance_notice_days": 2,
        "visitors_needed": 2,
        "family_rule": "counted",
        "objection_days": 5,
        **empty_inlines(*PARTS),
        **over,
    }


def test_an_officer_writes_a_programme_and_is_its_author(client, tree, officer):
    client.force_login(officer)
    client.post(reverse("admin:beneficiaries_programme_add"), new_programme(tree))
    programme = Programme.objects.get()
    assert (programme.written_by, programme.version, programme.starts_on) == (officer, 1, date(2026, 6, 1))


def test_dates_out_of_order_are_refused_in_words(client, tree, officer):
    client.force_login(officer)
    page = client.post(
        reverse("admin:beneficiaries_programme_add"), new_programme(tree, ends_on="2026-05-01")
    )
    assert "结束日期不能早于开始日期" in page.content.decode()


def test_the_organiser_is_chosen_within_scope_only(client, tree, officer):
    client.force_login(officer)
    url = reverse("admin:beneficiaries_programme_add")
    assert "下坪镇" not in client.get(url).content.decode()
    client.post(url, new_programme(tree, organiser=tree.other_township.pk))
    assert not Programme.objects.exists()


def test_a_label_that_tells_of_an_illness_is_refused(client, tree, officer):
    category = draft_programme(tree.township, by=officer).categories.first()
    client.force_login(officer)
    page = client.post(
        change_url(category),
        {
            "name": category.name,
            "public_label": "重病家庭",
            "unit": "household",
            "precedence": 1,
            **empty_inlines("criteria", "requirements", "standards", "quotas"),
        },
    )
    assert "公开名称不能含“病”" in page.content.decode()


@pytest.mark.parametrize("length", [2, 3])
def test_categories_that_add_to_one_another_are_refused(client, tree, officer, length):
    chain = list(draft_programme(tree.township, by=officer).categories.order_by("precedence"))[:length]
    for base, category in pairwise(chain):
        category.adds_to = base
        category.save()
    client.force_login(officer)
    form = {
        "name": chain[0].name,
        "public_label": chain[0].public_label,
        "unit": "household",
        "precedence": 1,
        "adds_to": chain[-1].pk,
        **empty_inlines("criteria", "requirements", "standards", "quotas"),
    }
    assert "不能互相增发" in client.post(change_url(chain[0]), form).content.decode()
    chain[0].refresh_from_db()
    assert chain[0].adds_to is None


def criterion(**row):
    given = {"position": 1, "kind": "test", "value": "", "wording": "", **row}
    inline = {f"criteria-0-{name}": value for name, value in given.items()}
    return {
        **empty_inlines("criteria", "requirements", "standards", "quotas"),
        "criteria-TOTAL_FORMS": 1,
        "criteria-MAX_NUM": 1000,
        **inline,
    }


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"fact": "income", "operator": "at_most", "value": "很少"}, "不是数字"),
        ({"fact": "category", "operator": "one_of", "value": "不存在的类别"}, "没有“不存在的类别”"),
        ({"fact": "housing_danger", "operator": "one_of", "value": "C级、E级"}, "没有“E级”"),
        ({"fact": "helped_before", "operator": "one_of", "value": "去年！"}, "请写年度"),
        ({"fact": "", "operator": "at_most", "value": "1"}, "请选择要比较的项目"),
        ({"kind": "judged"}, "请写明认定内容"),
    ],
)
def test_a_criterion_that_cannot_be_computed_is_refused_in_words(client, tree, officer, row, words):
    category = draft_programme(tree.township, by=officer).categories.first()
    client.force_login(officer)
    form = {
        "name": "甲",
        "public_label": "困难家庭",
        "unit": "household",
        "precedence": 1,
        **criterion(**row),
    }
    assert words in client.post(change_url(category), form).content.decode()


def test_findings_stand_on_the_page_and_on_the_confirm_page(client, tree):
    programme = submitted_programme(tree.township)
    client.force_login(user_with("programme_approver", tree.township))
    for url in (change_url(programme), move_url(programme, "approve")):
        assert "104户×500元＝52,000元" in client.get(url).content.decode()


def test_somebody_else_approves(client, tree):
    programme = submitted_programme(tree.township)
    approver = user_with("programme_approver", tree.township)
    client.force_login(approver)
    client.post(move_url(programme, "approve"), {"reason": ""})
    programme.refresh_from_db()
    assert (programme.status, programme.approved_by) == ("approved", approver)


def test_the_author_is_refused_in_words(client, tree):
    author = user_with("programme_officer", tree.township, "programme_approver")
    programme = submitted_programme(tree.township, by=author)
    client.force_login(author)
    page = client.post(move_url(programme, "approve"), {"reason": ""})
    assert "请由其他人员办理" in page.content.decode()
    programme.refresh_from_db()
    assert programme.status == "submitted"


def test_who_had_a_hand_in_the_text_cannot_approve_it_either(client, tree):
    programme = draft_programme(tree.township)
    second = user_with("programme_officer", tree.township, "programme_approver")
    client.force_login(second)
    category = programme.categories.first()
    form = {
        "name": "改",
        "public_label": "困难家庭",
        "unit": "household",
        "precedence": 1,
        **empty_inlines("criteria", "requirements", "standards", "quotas"),
    }
    client.post(change_url(category), form)
    client.post(move_url(programme, "submit"), {"reason": ""})
    assert "请由其他人员办理" in client.post(move_url(programme, "approve"), {"reason": ""}).content.decode()


def test_an_approved_programme_and_its_parts_are_read_only(client, tree, officer):
    programme = approved_programme(tree.township, by=officer)
    category = programme.categories.first()
    client.force_login(officer)
    assert client.post(change_url(programme), new_programme(tree)).status_code == 403
    form = {
        "name": "改",
        "unit": "household",
        "precedence": 1,
        **empty_inlines("criteria", "requirements", "standards", "quotas"),
    }
    assert client.post(change_url(category), form).status_code == 403
    assert AidCategory.objects.get(pk=category.pk).name == category.name
    assert 'name="_save"' not in client.get(change_url(programme)).content.decode()


def test_another_township_sees_neither_programme_nor_category(client, tree):
    programme = draft_programme(tree.township)
    client.force_login(user_with("programme_officer", tree.other_township))
    for obj in (programme, programme.categories.first()):
        assert (
            client.get(change_url(obj)).status_code == 302
        )  # the admin's "does not exist", back to its index
    assert (
        programme.name not in client.get(reverse("admin:beneficiaries_programme_changelist")).content.decode()
    )


def test_the_quota_is_spread_from_the_list(client, tree, officer):
    programme = draft_programme(tree.township, by=officer)
    programme.quotas.all().delete()
    client.force_login(officer)
    client.post(
        reverse("admin:beneficiaries_programme_changelist"),
        {"action": "spread_by_households", "_selected_action": [programme.pk]},
    )
    assert sum(quota.count for quota in programme.quotas.all()) == 104


@pytest.mark.parametrize("name", ["goodsitem", "fundsource", "minimumline", "aidcategory", "programme"])
def test_every_list_opens(client, tree, officer, name):
    approved_programme(tree.township, by=officer)
    client.force_login(officer)
    assert client.get(reverse(f"admin:beneficiaries_{name}_changelist")).status_code == 200


def test_a_page_to_read_links_only_where_the_viewer_may_go(client, tree, officer):
    programme = approved_programme(tree.township, by=officer)
    client.force_login(officer)
    page = client.get(change_url(programme)).content.decode()
    assert str(tree.township) in page
    assert change_url(tree.township) not in page
    assert change_url(officer) not in page


def test_the_hidden_headings_of_the_side_bar_are_chinese(client, officer):
    client.force_login(officer)
    page = client.get(reverse("admin:index")).content.decode()
    assert "修改或查看" in page
    assert "Model name" not in page and "Add link" not in page
