"""A household as it was: any moment, who changed what, and nothing after it left for a community that is left."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from beneficiaries.models import Code
from beneficiaries.queries import history
from beneficiaries.services import households, life
from beneficiaries.tests import factories
from welfare import dates
from welfare.testing.personas import AT, clerk_of, user_with

pytestmark = pytest.mark.django_db
TODAY = dates.today(AT)


@pytest.fixture
def clerk(tree):
    return user_with("clerk", tree.township)


@pytest.fixture
def family(tree):
    head = {"bank_name": "农商银行", "bank_number": factories.bank_number()}
    return factories.household(
        tree.community,
        head={"name": "张大明", **head},
        members=[factories.member("李秀英", "spouse"), factories.member("张小明", "child")],
        categories=["low_income"],
        monthly_income=500,
    )


def said(by, **over):
    return {"by": by, "at": AT, "reason": "入户核实"} | over


def now():
    return timezone.now()


def seen(household):
    return history.View(type(household).objects.select_related("organisation").get(pk=household.pk))


def test_facts_members_hardships_and_cards_as_they_were(family, clerk):
    housing = Code.objects.filter(kind="housing").first()
    before = now()
    households.change_facts(household=family, monthly_income=380, housing=housing, **said(clerk))
    life.die(person=family.head, died_on=TODAY, new_head=family.members.get(name="李秀英"), **said(clerk))
    households.end_hardship(hardship=family.hardships.get(), to_on=TODAY, **said(clerk))
    households.set_bank_account(
        person=family.members.get(name="张大明"),
        bank_name="工商银行",
        number=factories.bank_number(),
        by=clerk,
        at=AT,
    )
    state = history.state_at(seen(family), before)
    assert (state.household.monthly_income, state.head.name) == (500, "张大明")
    assert [one.to_on for one in state.hardships] == [None]
    assert [(card.bank_name, card.is_current) for card in state.cards] == [("农商银行", True)]
    today = history.state_at(seen(family), now())
    assert (today.household.monthly_income, today.head.name) == (380, "李秀英")
    assert today.words.codes[housing.pk] == housing.name


def test_who_was_a_member_then_is_shown_though_she_is_elsewhere_now(family, clerk):
    before = now()
    made = life.split(
        household=family, relations={family.members.get(name="张小明").pk: "head"}, **said(clerk)
    )
    assert [one.name for one in history.state_at(seen(family), before).members] == [
        "张大明",
        "李秀英",
        "张小明",
    ]
    assert [one.name for one in history.state_at(seen(family), now()).members] == ["张大明", "李秀英"]
    assert not history.state_at(seen(made), before).is_on_file


def test_two_households_that_merged_are_both_seen_as_they_were(family, clerk, tree):
    other = factories.household(tree.community, head="王建国", categories=["disaster"])
    before = now()
    life.merge(absorbed=other, into=family, **said(clerk))
    then = history.state_at(seen(other), before)
    assert ([one.name for one in then.members], len(then.hardships)) == (["王建国"], 1)
    assert not then.household.is_archived
    after = history.state_at(seen(other), now())
    assert (after.members, after.hardships, after.household.is_archived) == ([], [], True)


def test_changes_are_told_in_words_with_who_made_them(family, clerk):
    households.change_facts(household=family, monthly_income=380, **said(clerk))
    wife = family.members.get(name="李秀英")
    households.change_member(person=wife, health="chronic", phone="13911112222", **said(clerk))
    member, facts = history.changes_of(seen(family))[:2]
    assert (facts.who, facts.subject) == (str(clerk), "户信息")
    assert ("家庭月人均收入（元）", "500.00", "380.00") in facts.fields
    assert member.subject == "成员 李秀英"
    assert set(member.fields) == {
        ("健康状况", "健康", "慢性病"),
        ("联系电话", "空", "139****2222"),
    }


def test_what_happens_to_her_in_another_household_is_not_this_ones_history(family, clerk, tree):
    other = factories.household(tree.sibling, head="王建国")
    son = family.members.get(name="张小明")
    life.join(household=other, person=son, relation="other", **said(clerk))
    son.refresh_from_db()
    households.change_member(person=son, health="severe", **said(clerk))
    held = households.add_hardship(
        person=son, category=factories.category("veteran"), from_on=TODAY, basis="证", by=clerk, at=AT
    )
    households.end_hardship(hardship=held, to_on=TODAY, **said(clerk))
    text = str(history.changes_of(seen(family)))
    assert "重病" not in text and "退役军人" not in text and other.number in text
    assert "重病" in str(history.changes_of(seen(other)))


def test_a_community_that_is_left_sees_nothing_later(client, family, clerk, tree):
    life.move(household=family, to=tree.other_community, left_on=TODAY, **said(None))
    other = clerk_of(tree.other_community)
    households.change_facts(household=family, note="金丝雀", **said(other))
    households.add_member(household=family, by=other, at=AT, **factories.member("金丝儿", "child"))
    client.force_login(clerk_of(tree.community))
    url = reverse("household_as_of", args=[family.pk])
    for query in ({}, {"on": "2027-01-01"}, {"on": dates.today(now()).isoformat()}):
        page = client.get(url, query).content.decode()
        assert "张大明" in page and "甲村" in page and "已迁出的户" in page
        assert "金丝" not in page and "迁往" not in page
    assert client.get(reverse("household", args=[family.pk])).status_code == 404
    view = history.view_of(clerk_of(tree.community), family.pk)
    assert history.state_at(view, now() + timedelta(days=9)).household.organisation_id == tree.community.pk
    assert "金丝" not in str(history.changes_of(view)) and "丙村" not in str(history.changes_of(view))


def test_the_community_of_now_sees_the_time_before_it_came(client, family, tree):
    households.change_facts(household=family, monthly_income=380, **said(clerk_of(tree.community)))
    life.move(household=family, to=tree.other_community, left_on=TODAY, **said(None))
    client.force_login(clerk_of(tree.other_community))
    page = client.get(reverse("household_as_of", args=[family.pk])).content.decode()
    assert "丙村" in page and "甲村 → 丙村" in page and "500.00 → 380.00" in page


def test_outside_is_404_and_without_the_right_403(client, family, tree):
    url = reverse("household_as_of", args=[family.pk])
    client.force_login(clerk_of(tree.other_community))
    assert client.get(url).status_code == 404
    assert client.get(reverse("household_as_of", args=[10**12])).status_code == 404
    client.force_login(user_with("keeper", tree.community))
    assert client.get(url).status_code == 403
    client.force_login(clerk_of(tree.community))
    assert client.post(url).status_code == 405


@pytest.mark.parametrize(
    "typed", ["", "2026-02-30", "昨天", "0001-01-01", "9999-12-31", "\x00", "2026-01-05 "]
)
def test_any_day_that_is_typed_gets_an_answer(client, family, clerk, typed):
    client.force_login(clerk)
    assert client.get(reverse("household_as_of", args=[family.pk]), {"on": typed}).status_code == 200


def test_a_day_before_it_was_registered_says_so(client, family, clerk):
    client.force_login(clerk)
    page = client.get(reverse("household_as_of", args=[family.pk]), {"on": "2020-01-01"}).content.decode()
    assert "还没有建档" in page and "有变更的日子" in page


def test_no_page_of_history_shows_a_whole_number(client, family, clerk):
    head = family.head
    households.change_member(person=head, phone="13911112222", **said(clerk))
    client.force_login(clerk)
    for url in (
        reverse("household_as_of", args=[family.pk]),
        f"{reverse('household', args=[family.pk])}?tab=history",
    ):
        page = client.get(url).content.decode()
        card = head.bank_accounts.get().number
        assert not any(number in page for number in (head.id_number, head.phone, "13911112222", card))
        assert "139****2222" in page


def test_it_costs_the_same_with_3_and_13_members(client, family, clerk, django_assert_max_num_queries):
    client.force_login(clerk)

    def cost(url):
        with django_assert_max_num_queries(60) as counted:
            assert client.get(url).status_code == 200
        return len(counted)

    def grow(count):
        for _ in range(count):
            person = households.add_member(household=family, by=clerk, at=AT, **factories.member())
            households.change_member(person=person, health="chronic", **said(clerk))
            households.set_bank_account(
                person=person, bank_name="农商银行", number=factories.bank_number(), by=clerk, at=AT
            )
            held = factories.category("veteran")
            households.add_hardship(person=person, category=held, from_on=TODAY, basis="证", by=clerk, at=AT)

    urls = [
        reverse("household_as_of", args=[family.pk]),
        f"{reverse('household', args=[family.pk])}?tab=history",
        f"{reverse('household', args=[family.pk])}?tab=life",
    ]
    grow(1)
    three = [cost(url) for url in urls]
    grow(10)
    assert [cost(url) for url in urls] == three
    assert max(three) <= 30
