"""Staff pages of programmes: read by whoever works under them."""

import pytest
from django.urls import reverse

from beneficiaries.tests.factories import approved_programme, draft_programme, submitted_programme
from welfare import todo
from welfare.testing.personas import AT, clerk_of, nobody, user_with

pytestmark = pytest.mark.django_db


def page(client, user, name, *args):
    client.force_login(user)
    return client.get(reverse(name, args=args))


def test_the_page_says_who_what_how_and_by_when(client, tree):
    programme = approved_programme(tree.township)
    text = page(client, clerk_of(tree.community), "programme", programme.pk).content.decode()
    for words in (
        "家庭月人均收入为低保标准的1.5倍以下（含）",
        "大米 1 袋",
        "到会三分之二以上",
        "腊月初四",
        "约54080元",
        "104户×500元＝52,000元",
        "镇财政慰问资金",
    ):
        assert words in text


def test_a_community_sees_the_programme_in_use_of_its_township_and_no_draft(client, tree):
    clerk = clerk_of(tree.community)
    draft, approved = draft_programme(tree.township), approved_programme(tree.township)
    text = page(client, clerk, "programmes").content.decode()
    assert reverse("programme", args=[approved.pk]) in text
    assert reverse("programme", args=[draft.pk]) not in text
    assert page(client, clerk, "programme", draft.pk).status_code == 404


def test_a_step_with_nothing_filled_in_is_named_in_the_check_and_breaks_no_page(client, tree):
    programme = draft_programme(tree.township)
    programme.steps.filter(kind="assessment").update(name="", quorum_share=None, pass_share=None)
    client.force_login(programme.written_by)
    shown = client.get(f"/programmes/{programme.pk}/").content.decode()
    assert "环节“民主评议”没有写明到会比例和同意比例。" in shown


def test_another_township_sees_nothing(client, tree):
    programme = approved_programme(tree.township)
    outsider = user_with("programme_officer", tree.other_township)
    assert page(client, outsider, "programme", programme.pk).status_code == 404
    assert programme.name not in page(client, outsider, "programmes").content.decode()


def test_without_the_right_it_is_403_and_it_is_only_read(client, tree):
    programme = approved_programme(tree.township)
    assert page(client, nobody(), "programme", programme.pk).status_code == 403
    client.force_login(clerk_of(tree.community))
    assert client.post(reverse("programme", args=[programme.pk])).status_code == 405


def test_the_list_is_narrowed_by_its_filter(client, tree):
    programme = approved_programme(tree.township)
    client.force_login(clerk_of(tree.community))
    for query, is_there in (
        ("status=approved", True),
        ("status=draft", False),
        ("year=2027", True),
        ("name=端午", False),
    ):
        text = client.get(f"{reverse('programmes')}?{query}").content.decode()
        assert (programme.name in text) == is_there


def test_an_officer_gets_the_moves_as_buttons(client, tree):
    officer = user_with("programme_officer", tree.township)
    programme = draft_programme(tree.township, by=officer)
    text = page(client, officer, "programme", programme.pk).content.decode()
    assert reverse("admin:beneficiaries_programme_move", args=[programme.pk, "submit"]) in text


def test_a_submitted_programme_waits_for_the_approver_only(tree):
    programme = submitted_programme(tree.township)
    approver = user_with("programme_approver", tree.township)
    outsider = user_with("programme_approver", tree.other_township)
    assert [item.title for item in todo.for_user(approver, AT.date())] == [f"批准《{programme}》"]
    assert not todo.for_user(outsider, AT.date())
    assert not todo.for_user(programme.written_by, AT.date())


def test_the_number_of_queries_does_not_grow(client, tree, django_assert_max_num_queries):
    programme = approved_programme(tree.township)
    client.force_login(clerk_of(tree.community))
    with django_assert_max_num_queries(30):
        client.get(reverse("programme", args=[programme.pk]))
    for _ in range(3):
        approved_programme(tree.township)
    with django_assert_max_num_queries(12):
        client.get(reverse("programmes"))
