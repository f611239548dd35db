"""Life events: what each guarantees, and what it refuses in words."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError

from beneficiaries.enums import Relation
from beneficiaries.models import (
    FormerResidence,
    Hardship,
    HelpGiven,
    Household,
    MoveRequest,
    Pairing,
    RosterEntry,
)
from beneficiaries.services import entries, households, life
from beneficiaries.services import help as help_given
from beneficiaries.tests import factories
from welfare import audit, workflow
from welfare.errors import Refusal
from welfare.testing.personas import AT, clerk_of, user_with

pytestmark = pytest.mark.django_db
TODAY = date(2026, 1, 5)


@pytest.fixture
def clerk(tree):
    """A township clerk: both communities are hers."""
    return user_with("clerk", tree.township)


@pytest.fixture
def family(tree):
    """张大明, his wife and his son."""
    members = [factories.member("李秀英", "spouse"), factories.member("张小明", "child")]
    return factories.household(
        tree.community, members=members, categories=["low_income", "veteran"], monthly_income=500
    )


@pytest.fixture
def other(tree):
    return factories.household(tree.sibling, head="王建国", members=[factories.member("王小红", "child")])


def said(by, **over):
    return {"by": by, "at": AT, "reason": "入户核实"} | over


def named(household, name):
    return household.members.get(name=name)


def heads(household):
    return [one.name for one in household.members.present().filter(relation=Relation.HEAD)]


def labels(household):
    return [event.label for event in audit.events_about(household)]


# -- members ----------------------------------------------------------------------------------------


def test_a_person_on_file_joins_with_her_hardships_and_cards(family, other, clerk):
    girl = named(other, "王小红")
    households.set_bank_account(
        person=girl, bank_name="农商银行", number=factories.bank_number(), by=clerk, at=AT
    )
    held = factories.category("veteran")
    households.add_hardship(person=girl, category=held, from_on=TODAY, basis="证", by=clerk, at=AT)
    life.join(household=family, person=girl, relation="child_in_law", **said(clerk))
    girl.refresh_from_db()
    assert (girl.household, girl.relation) == (family, "child_in_law")
    assert girl.bank_accounts.count() == girl.hardships.count() == 1
    assert "转入成员：王小红" in labels(family) and "成员转入其他户：王小红" in labels(other)


def test_the_last_member_who_joins_elsewhere_leaves_an_archived_household(family, tree, clerk):
    alone = factories.household(tree.community, head="孙奶奶")
    life.join(household=family, person=alone.head, relation="grandparent", **said(clerk))
    alone.refresh_from_db()
    assert alone.is_archived and alone.archived_on == TODAY


def test_a_head_who_joins_elsewhere_names_who_follows(family, other, clerk):
    girl = named(other, "王小红")
    with pytest.raises(Refusal, match="指定新的户主"):
        life.join(household=family, person=other.head, relation="other", **said(clerk))
    life.join(household=family, person=other.head, relation="other", new_head=girl, **said(clerk))
    assert (heads(other), heads(family)) == (["王小红"], ["张大明"])


def test_who_had_left_is_present_again_when_she_joins_another_household(family, other, clerk):
    girl = named(other, "王小红")
    life.leave(person=girl, left_on=TODAY, **said(clerk))
    life.join(household=family, person=girl, relation="child_in_law", **said(clerk))
    girl.refresh_from_db()
    assert girl.is_present and girl.left_reason == ""


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"relation": "head"}, "已有户主"),
        ({"reason": " "}, "请写明理由"),
        ({"by": "sibling"}, "没有“甲村”的登记权限"),
    ],
)
def test_joining_is_refused_in_words(family, other, tree, clerk, change, sentence):
    if "by" in change:
        change = {"by": clerk_of(tree.sibling)}
    wanted = {"household": family, "person": named(other, "王小红"), "relation": "other"}
    with pytest.raises(Refusal, match=sentence):
        life.join(**wanted | said(clerk) | change)
    assert named(other, "王小红").household == other


def test_a_member_leaves_and_keeps_what_is_hers(family, clerk):
    son = named(family, "张小明")
    life.leave(person=son, left_on=date(2025, 9, 1), **said(clerk, reason="外出上大学"))
    son.refresh_from_db()
    assert (son.left_on, son.left_reason, son.household) == (date(2025, 9, 1), "外出上大学", family)
    with pytest.raises(Refusal, match="已不在册"):
        life.leave(person=son, left_on=TODAY, **said(clerk))


def test_a_dead_head_is_followed_in_the_same_act(family, clerk):
    head, wife = family.head, named(family, "李秀英")
    with pytest.raises(Refusal, match="指定新的户主") as refused:
        life.die(person=head, died_on=TODAY, **said(clerk))
    assert refused.value.field == "new_head"
    head.refresh_from_db()
    assert head.died_on is None
    life.die(person=head, died_on=TODAY, new_head=wife, basis="死亡医学证明", **said(clerk))
    assert heads(family) == ["李秀英"]


def test_death_ends_her_own_hardships_and_leaves_the_households_and_the_pairing(family, clerk):
    Pairing.objects.create(household=family, cadre=clerk, from_on=TODAY)
    life.die(person=family.head, died_on=TODAY, new_head=named(family, "李秀英"), **said(clerk))
    own, of_household = Hardship.objects.get(person__isnull=False), family.hardships.get()
    assert (own.to_on, of_household.to_on) == (TODAY, None)
    assert Pairing.objects.get().to_on is None


@pytest.mark.parametrize(
    ("day", "sentence"), [(date(2026, 1, 6), "不能晚于今天"), (date(1900, 1, 1), "不能早于出生")]
)
def test_a_day_of_death_that_cannot_be_is_refused(family, clerk, day, sentence):
    with pytest.raises(Refusal, match=sentence):
        life.die(person=named(family, "张小明"), died_on=day, **said(clerk))


def test_a_mistaken_death_is_undone_with_the_hardships_it_ended(family, clerk):
    head, wife = family.head, named(family, "李秀英")
    life.die(person=head, died_on=TODAY, new_head=wife, **said(clerk))
    with pytest.raises(Refusal, match="已有户主"):
        life.bring_back(person=head, **said(clerk))
    life.bring_back(person=head, relation="spouse", **said(clerk, at=AT + timedelta(hours=1)))
    head.refresh_from_db()
    assert head.is_present and head.hardships.get().to_on is None
    assert heads(family) == ["李秀英"]


def test_what_was_ended_before_the_death_stays_ended(family, clerk):
    head = family.head
    held = head.hardships.get()
    households.end_hardship(
        hardship=held, to_on=TODAY, by=clerk, at=AT - timedelta(hours=1), reason="不再符合"
    )
    life.die(person=head, died_on=TODAY, new_head=named(family, "李秀英"), **said(clerk))
    life.bring_back(person=head, relation="spouse", **said(clerk))
    held.refresh_from_db()
    assert held.to_on == TODAY


def test_the_last_death_archives_and_its_undoing_opens_the_household(tree, clerk):
    alone = factories.household(tree.community)
    life.die(person=alone.head, died_on=TODAY, **said(clerk))
    alone.refresh_from_db()
    assert alone.is_archived
    with pytest.raises(Refusal, match="没有在册成员"):
        life.restore(household=alone, **said(clerk))
    life.bring_back(person=alone.members.get(), **said(clerk))
    alone.refresh_from_db()
    assert not alone.is_archived and heads(alone) == ["张大明"]


# -- households -------------------------------------------------------------------------------------


def test_some_members_become_a_household_of_their_own(family, clerk):
    wife, son = named(family, "李秀英"), named(family, "张小明")
    made = life.split(
        household=family, relations={wife.pk: "parent", son.pk: "head"}, group_name="2组", **said(clerk)
    )
    assert (heads(made), heads(family)) == (["张小明"], ["张大明"])
    assert (made.monthly_income, made.group_name, made.organisation) == (None, "2组", family.organisation)
    assert made.number.startswith(family.organisation.code) and not made.hardships.exists()


def test_facts_are_copied_on_wish_with_their_days(family, clerk):
    son = named(family, "张小明")
    made = life.split(household=family, relations={son.pk: "head"}, copy_facts=True, **said(clerk))
    assert (made.monthly_income, made.income_on) == (family.monthly_income, family.income_on)


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ({}, "至少选一名"),
        ({"张小明": "child"}, "有且只有一名户主"),
        ({"张小明": "head", "李秀英": "head"}, "有且只有一名户主"),
        ({"张小明": "head", "李秀英": "parent", "张大明": "parent"}, "原户就空了"),
        ({"张大明": "head"}, "指定新的户主"),
    ],
)
def test_a_split_that_leaves_somebody_without_a_head_is_refused(family, clerk, names, sentence):
    relations = {named(family, name).pk: relation for name, relation in names.items()}
    with pytest.raises(Refusal, match=sentence):
        life.split(household=family, relations=relations, **said(clerk))
    assert Household.objects.count() == 1 and family.members.count() == 3


def test_two_households_become_one_and_what_both_hold_is_kept_once(family, other, clerk):
    for code in ("low_income", "disaster"):
        households.add_hardship(
            household=other, category=factories.category(code), from_on=TODAY, basis="核", by=clerk, at=AT
        )
    Pairing.objects.create(household=other, cadre=clerk, from_on=TODAY)
    wife = named(other, "王建国")
    life.merge(absorbed=other, into=family, relations={wife.pk: "sibling"}, **said(clerk))
    other.refresh_from_db()
    assert (other.is_archived, other.merged_into, other.members.count()) == (True, family, 0)
    assert (family.members.count(), heads(family)) == (5, ["张大明"])
    open_codes = family.hardships.filter(to_on=None).values_list("category__code", flat=True)
    assert sorted(open_codes) == ["disaster", "low_income"]
    assert family.hardships.count() == 3 and family.pairings.count() == 1


def test_help_follows_the_surviving_household_also_when_recorded_later(family, other, tree, clerk):
    programme = factories.approved_programme(tree.township)
    roster = factories.drafted_roster(programme, tree.sibling, households=0)
    entry = RosterEntry(
        roster=roster, programme=programme, category=programme.categories.first(), household=other
    )
    help_given.record(entry=entry, source_key="test:1", amount=300, received_at=AT)
    life.merge(absorbed=other, into=family, **said(clerk))
    help_given.record_many([{"entry": entry, "source_key": "test:2", "amount": 200, "received_on": TODAY}])
    assert set(HelpGiven.objects.values_list("household", flat=True)) == {family.pk}


def test_households_do_not_merge_while_the_absorbed_one_is_on_a_roster(family, other, tree, clerk):
    programme = factories.approved_programme(tree.township)
    category = programme.categories.first()

    def listed(household, organisation):
        cast = factories.Cast(organisation)
        roster = factories.drafted_roster(programme, organisation, households=0, cast=cast)
        return entries.add(
            roster=roster,
            category=category,
            origin="nomination",
            household=household,
            reason="困难",
            by=cast.clerk,
            at=AT,
        )

    listed(other, tree.sibling)
    with pytest.raises(Refusal, match="改为把另一户并入该户"):
        life.merge(absorbed=other, into=family, **said(clerk))
    listed(family, tree.community)
    with pytest.raises(Refusal, match="两户都在"):
        life.merge(absorbed=other, into=family, **said(clerk))
    officer = programme.written_by
    workflow.perform(programme, "close", by=officer, at=AT, reason="结束")
    assert life.merge(absorbed=other, into=family, **said(clerk)) == family
    assert RosterEntry.objects.filter(household=other).count() == 1


# -- places -----------------------------------------------------------------------------------------


def test_who_may_edit_at_both_places_moves_a_household_at_once(family, tree, clerk):
    life.move(household=family, to=tree.sibling, left_on=TODAY, group_name="3组", **said(clerk))
    family.refresh_from_db()
    assert (family.organisation, family.group_name, family.is_rural) == (tree.sibling, "3组", False)
    left = FormerResidence.objects.get()
    assert (left.organisation, left.moved_to, left.left_on) == (tree.community, tree.sibling, TODAY)
    assert labels(family)[:2] == ["由甲村迁入", "迁往乙社区"]


def test_a_household_moves_only_to_another_community_in_use(family, tree, clerk):
    for to, sentence in ((tree.community, "另选迁入地"), (tree.township, "在用的村")):
        with pytest.raises(Refusal, match=sentence):
            life.move(household=family, to=to, left_on=TODAY, **said(clerk))
    with pytest.raises(Refusal, match="不能晚于今天"):
        life.move(household=family, to=tree.sibling, left_on=TODAY + timedelta(days=1), **said(clerk))


def test_across_offices_a_household_is_handed_over_and_taken_in(family, tree):
    here, there = clerk_of(tree.community), clerk_of(tree.other_community)
    with pytest.raises(Refusal, match="没有“丙村”的登记权限"):
        life.move(household=family, to=tree.other_community, left_on=TODAY, **said(here))
    request = life.request_move(household=family, to=tree.other_community, left_on=TODAY, **said(here))
    family.refresh_from_db()
    assert family.organisation == tree.community
    with pytest.raises(Refusal, match="不用重复申请"):
        life.request_move(household=family, to=tree.sibling, left_on=TODAY, **said(here))
    with pytest.raises(Refusal, match="没有“丙村”"):
        life.accept_move(request=request, **said(here))
    life.accept_move(request=request, group_name="1组", **said(there))
    family.refresh_from_db()
    assert family.organisation == tree.other_community
    with pytest.raises(Refusal, match="已接收"):
        life.decline_move(request=request, **said(there))


@pytest.mark.parametrize("verb", ["decline_move", "withdraw_move"])
def test_a_request_that_is_sent_or_taken_back_leaves_the_household_where_it_is(family, tree, verb):
    here, there = clerk_of(tree.community), clerk_of(tree.other_community)
    request = life.request_move(household=family, to=tree.other_community, left_on=TODAY, **said(here))
    by = here if verb == "withdraw_move" else there
    answered = getattr(life, verb)(request=request, **said(by))
    family.refresh_from_db()
    assert answered.answer and family.organisation == tree.community
    assert not FormerResidence.objects.exists()


def test_a_household_is_archived_and_restored(family, clerk):
    life.archive(household=family, **said(clerk, reason="全户迁居外省"))
    family.refresh_from_db()
    assert (family.is_archived, family.archived_reason) == (True, "全户迁居外省")
    with pytest.raises(Refusal, match="已归档"):
        life.archive(household=family, **said(clerk))
    with pytest.raises(Refusal, match="已归档"):
        life.split(household=family, relations={}, **said(clerk))
    life.restore(household=family, **said(clerk))
    family.refresh_from_db()
    assert not family.is_archived and family.archived_on is None


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({}, "move_request_one_open_per_household"),
        ({"moved_to": "own"}, "move_request_elsewhere"),
        ({"reason": ""}, "move_request_has_reason"),
        ({"answer": "accepted"}, "move_request_answered_complete"),
    ],
)
def test_the_database_refuses_a_request_that_cannot_be(family, tree, clerk, change, name):
    request = life.request_move(household=family, to=tree.other_community, left_on=TODAY, **said(clerk))
    if change:
        MoveRequest.objects.all().delete()
    request.pk = None
    for field, value in change.items():
        setattr(request, field, tree.community if value == "own" else value)
    with pytest.raises(IntegrityError, match=name):
        request.save(force_insert=True)
