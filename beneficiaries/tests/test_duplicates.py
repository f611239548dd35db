"""Duplicates: what a scan finds, once each; what a verdict does; the merge keeps both histories."""

from datetime import date

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from beneficiaries.enums import Verdict
from beneficiaries.models import (
    Attachment,
    BankAccount,
    Code,
    DuplicatePair,
    Evidence,
    HelpGiven,
    Person,
    PersonVersion,
    RosterEntry,
)
from beneficiaries.rules import near_names
from beneficiaries.services import duplicates, entries, households, life
from beneficiaries.services import help as help_given
from beneficiaries.services.duplicates import scanning
from beneficiaries.tests import factories
from welfare import audit, pinyin
from welfare.errors import Refusal
from welfare.testing.personas import AT, clerk_of, user_with

pytestmark = pytest.mark.django_db
BORN = date(1971, 8, 9)


@pytest.fixture
def clerk(tree):
    return user_with("clerk", tree.township)


def said(by, **over):
    return {"by": by, "at": AT, "reason": "入户核实"} | over


def scan(organisation, **over):
    return duplicates.scan(organisation=organisation, at=AT, **over)


def pairs():
    """{(name, name): reasons} of every pair on file."""
    return {
        tuple(sorted((pair.first.name, pair.second.name))): sorted(pair.reasons)
        for pair in DuplicatePair.objects.select_related("first", "second")
    }


def home(organisation, name, born=None, **facts):
    number = factories.id_number(born) if born else None
    head = {"name": name, "id_number": number or "", "phone": factories.phone_number(), **facts}
    return factories.household(organisation, head=head)


def twice(tree, **facts):
    """赵桂兰 on file in 甲村, and once more in 乙社区."""
    first = home(tree.community, "赵桂兰", BORN, **facts)
    second = home(tree.sibling, "赵桂兰", birth_on=BORN)
    scan(tree.township)
    return first.head, second.head, DuplicatePair.objects.get()


# -- what a scan finds ------------------------------------------------------------------------------


def test_the_same_name_and_birthday(tree):
    first, second, pair = twice(tree)
    assert (pair.first, pair.second, pair.reasons) == (first, second, ["name_birth"])


def test_the_same_phone_in_different_households_alone(tree):
    phone = factories.phone_number()
    first = home(tree.community, "赵桂兰", BORN, phone=phone)
    households.add_member(
        household=first, by=None, at=AT, **factories.member("钱小亮", phone=phone, id_number="")
    )
    home(tree.sibling, "孙德明", phone=phone)
    scan(tree.county)
    assert pairs() == {("孙德明", "赵桂兰"): ["phone"], ("孙德明", "钱小亮"): ["phone"]}


def test_a_phone_tells_nothing_of_people_told_apart_by_number_name_and_birthday(tree):
    phone = factories.phone_number()
    home(tree.community, "赵桂兰", BORN, phone=phone)
    home(tree.sibling, "孙德明", date(1985, 2, 3), phone=phone)
    assert scan(tree.county).new == 0


def test_the_same_card(tree):
    card = {"bank_name": "农商银行", "bank_number": factories.bank_number()}
    home(tree.community, "赵桂兰", BORN, **card)
    home(tree.sibling, "孙德明", date(1985, 2, 3), **card)
    scan(tree.county)
    assert pairs() == {("孙德明", "赵桂兰"): ["bank_card"]}


@pytest.mark.parametrize(
    ("name", "facts", "is_found"),
    [
        ("赵桂蓝", {}, True),
        ("赵贵兰", {}, True),
        ("赵兰", {}, True),
        ("赵桂兰兰", {}, True),
        ("钱桂花", {}, False),
        ("赵桂蓝", {"birth_on": date(1999, 1, 1)}, False),
        ("赵桂蓝", {"birth_on": BORN, "sex": "1"}, False),
        ("赵桂蓝", {"birth_on": BORN, "sex": "2"}, True),
        ("兆贵蓝", {"birth_on": BORN}, True),
    ],
)
def test_a_near_name_in_one_household_unless_birthday_or_sex_speaks_against_it(tree, name, facts, is_found):
    female = factories.id_number(BORN, female=True)
    made = factories.household(tree.community, head={"name": "赵桂兰", "id_number": female})
    households.add_member(household=made, by=None, at=AT, name=name, relation="other", **facts)
    scan(tree.community)
    assert (["near_name"] in pairs().values()) is is_found


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_the_rule_of_near_names_and_its_sql_agree(data):
    name = st.text("张章丽莉明民小", min_size=1, max_size=5)
    one = data.draw(name)
    other = data.draw(st.one_of(name, st.just(one[:-1]), st.just(one + "明"), st.just(one[::-1])))
    sql = f"SELECT {scanning._ONE_APART} FROM (SELECT %s AS name) one, (SELECT %s AS name) other"
    with connection.cursor() as cursor:
        cursor.execute(sql, [one, other])
        assert cursor.fetchone()[0] == near_names.is_one_apart(one, other)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [("张丽", "章莉", True), ("曾明", "增明", True), ("张丽", "张明", False), ("张小明", "章晓民", False)],
)
def test_names_of_one_sound(one, other, is_same):
    terms = pinyin.search_terms
    assert near_names.sounds_the_same(one, terms(one), terms(other)) is is_same
    assert near_names.is_near(one, other, terms(one), terms(other)) is (
        is_same or near_names.is_one_apart(one, other)
    )


def test_each_pair_stands_once_with_all_its_reasons(tree):
    phone = factories.phone_number()
    home(tree.community, "赵桂兰", BORN, phone=phone)
    home(tree.sibling, "赵桂兰", phone=phone, birth_on=BORN)
    assert (scan(tree.county).new, scan(tree.county).new) == (1, 0)
    assert pairs() == {("赵桂兰", "赵桂兰"): ["name_birth", "phone"]}


def test_the_phone_of_the_village_official_does_not_explode(tree):
    phone = factories.phone_number()
    for number in range(duplicates.MOST_ALIKE + 1):
        home(tree.community, "甲乙丙丁戊己庚辛壬癸"[number] + "某人", phone=phone)
    scanned = scan(tree.county)
    assert (scanned.new, scanned.crowded, DuplicatePair.objects.count()) == (0, 1, 0)
    assert "超过 8 人共用" in str(scanned)


def test_only_the_asked_subtree_and_the_asked_persons_are_paired(tree):
    first = home(tree.community, "赵桂兰", BORN)
    home(tree.other_community, "赵桂兰", birth_on=BORN)
    home(tree.community, "孙德明", BORN)
    home(tree.sibling, "孙德明", birth_on=BORN)
    assert scan(tree.township).new == 1
    DuplicatePair.objects.all().delete()
    assert scan(tree.county, persons=[first.head.pk]).new == 1
    assert pairs() == {("赵桂兰", "赵桂兰"): ["name_birth"]}


def test_what_is_alike_no_more_is_taken_out_and_what_is_judged_stays(tree, clerk):
    _first, second, pair = twice(tree)
    other = home(tree.community, "孙德明", BORN), home(tree.sibling, "孙德明", birth_on=BORN)
    scan(tree.township)
    judged = DuplicatePair.objects.exclude(pk=pair.pk).get()
    duplicates.different(pair=judged, **said(clerk))
    for one in (second, other[1].head):
        households.change_member(person=one, birth_on=date(1950, 1, 1), **said(clerk))
    scanned = scan(tree.township)
    assert (scanned.new, scanned.gone) == (0, 1)
    assert DuplicatePair.objects.get() == judged


# -- verdicts ---------------------------------------------------------------------------------------


def test_different_is_never_shown_again(tree, clerk):
    _first, _second, pair = twice(tree)
    duplicates.different(pair=pair, **said(clerk))
    scan(tree.county)
    pair.refresh_from_db()
    assert (pair.verdict, pair.judged_by, pair.note) == (Verdict.DIFFERENT, clerk, "入户核实")
    assert not DuplicatePair.objects.open().exists()
    with pytest.raises(Refusal, match=f"刚由{clerk}判定"):
        duplicates.different(pair=pair, **said(clerk))


def test_a_wrong_verdict_is_taken_back(tree, clerk):
    _first, _second, pair = twice(tree)
    with pytest.raises(Refusal, match="才能撤销"):
        duplicates.reconsider(pair=pair, **said(clerk))
    duplicates.different(pair=pair, **said(clerk))
    duplicates.reconsider(pair=pair, **said(clerk))
    assert DuplicatePair.objects.open().get() == pair
    assert [one.label for one in audit.events_about(pair)] == ["撤销判定：不是同一人", "判定：不是同一人"]


def test_judging_needs_the_right_over_both(tree):
    first, _second, pair = twice(tree)
    for verdict in (duplicates.different, duplicates.reconsider):
        with pytest.raises(Refusal, match="没有“乙社区”的登记权限"):
            verdict(pair=pair, **said(clerk_of(tree.community)))
    with pytest.raises(Refusal, match="没有“乙社区”的登记权限"):
        duplicates.same(pair=pair, survivor=first, **said(clerk_of(tree.community)))


def test_a_pair_that_a_scan_took_out_meanwhile_is_refused_in_words(tree, clerk):
    _first, _second, pair = twice(tree)
    DuplicatePair.objects.all().delete()
    with pytest.raises(Refusal, match="刚从清单撤销"):
        duplicates.different(pair=pair, **said(clerk))


# -- one person -------------------------------------------------------------------------------------


def give(person, clerk, *codes):
    """Hardships, a card and a place of work for a person."""
    for code in codes:
        households.add_hardship(
            person=person, category=factories.category(code), from_on=BORN, basis="证", by=clerk, at=AT
        )
    households.set_bank_account(
        person=person, bank_name="农商银行", number=factories.bank_number(), by=clerk, at=AT
    )


def test_what_hangs_on_both_records_hangs_on_the_one_that_stays_once(tree, clerk):
    first, second, pair = twice(tree)
    give(first, clerk, "veteran", "disabled")
    give(second, clerk, "veteran", "aged")
    for person in (first, second):
        Attachment.objects.create(person=person, organisation=tree.township, purpose="employer", from_on=BORN)
    kept = duplicates.same(pair=pair, survivor=first, **said(clerk))
    second.refresh_from_db()
    assert kept == first and second.merged_into == first and not second.is_present
    open_codes = first.hardships.filter(to_on=None).values_list("category__code", flat=True)
    assert sorted(open_codes) == ["aged", "disabled", "veteran"]
    assert first.hardships.count() == 4
    assert BankAccount.objects.filter(person=first).count() == 2
    assert BankAccount.objects.filter(person=first, is_current=True).count() == 1
    assert first.attachments.filter(to_on=None).count() == 1 and first.attachments.count() == 2
    pair.refresh_from_db()
    assert pair.verdict == Verdict.SAME


def test_blank_facts_are_filled_and_chosen_ones_taken(tree, clerk):
    first = home(tree.community, "赵桂兰", birth_on=BORN, phone="")
    second = home(
        tree.sibling, "赵桂兰", BORN, health="chronic", political_status="party_member", note="乙的备注"
    )
    households.change_member(person=first.head, note="甲的备注", **said(clerk))
    scan(tree.township)
    number, phone = second.head.id_number, second.head.phone
    kept = duplicates.same(
        pair=DuplicatePair.objects.get(), survivor=first.head, take=["note"], **said(clerk)
    )
    assert (kept.id_number, kept.phone, kept.health, kept.note) == (number, phone, "chronic", "乙的备注")
    absorbed = second.members.model.objects.get(merged_into=kept)
    assert absorbed.id_number is None
    assert PersonVersion.objects.filter(pgh_obj=absorbed).earliest("pgh_id").id_number == number


def test_the_birthday_is_not_taken_against_the_id_number(tree, clerk):
    first, second, _pair = twice(tree)
    with pytest.raises(Refusal, match="以身份证号为准"):
        duplicates.merge_persons(survivor=first, absorbed=second, take=["birth"], **said(clerk))
    assert Person.objects.filter(merged_into=None).count() == 2


def test_the_last_of_another_household_brings_it_along(tree, clerk):
    first, second, pair = twice(tree)
    households.add_hardship(
        household=second.household,
        category=factories.category("disaster"),
        from_on=BORN,
        basis="",
        by=clerk,
        at=AT,
    )
    duplicates.same(pair=pair, survivor=first, **said(clerk))
    second.household.refresh_from_db()
    assert second.household.merged_into == first.household
    assert first.household.hardships.get().category.code == "disaster"
    assert first.household.members.present().get() == first


def test_the_head_of_another_household_is_followed_there(tree, clerk):
    first = home(tree.community, "赵桂兰", BORN)
    second = factories.household(
        tree.sibling,
        head={"name": "赵桂兰", "id_number": "", "birth_on": BORN},
        members=[factories.member("钱小亮", "child")],
    )
    scan(tree.township)
    pair = DuplicatePair.objects.get()
    with pytest.raises(Refusal, match="指定新的户主"):
        duplicates.same(pair=pair, survivor=first.head, **said(clerk))
    son = second.members.get(name="钱小亮")
    duplicates.same(pair=pair, survivor=first.head, new_head=son, **said(clerk))
    assert second.members.present().get(relation="head") == son
    second.refresh_from_db()
    assert not second.is_archived


def test_in_one_household_the_surviving_record_takes_the_heads_place(tree, clerk):
    made = factories.household(tree.community, head={"name": "赵桂兰", "id_number": ""})
    other = households.add_member(
        household=made, by=None, at=AT, name="赵桂蓝", relation="other", id_number=factories.id_number()
    )
    duplicates.merge_persons(survivor=other, absorbed=made.head, **said(clerk))
    assert made.members.present().get().relation == "head"


def test_help_and_evidence_follow_the_surviving_record(tree, clerk):
    first, second, pair = twice(tree)
    programme = factories.approved_programme(tree.township)
    roster = factories.drafted_roster(programme, tree.sibling, households=0)
    entry = RosterEntry(
        roster=roster, programme=programme, category=programme.categories.first(), person=second
    )
    help_given.record(entry=entry, source_key="test:1", amount=300, received_at=AT)
    Evidence.objects.create(
        person=second,
        kind_id=first_kind(),
        file="evidence/x.pdf",
        content_type="application/pdf",
        size=1,
        sha256="0" * 64,
        uploaded_by=clerk,
        uploaded_at=AT,
    )
    duplicates.same(pair=pair, survivor=first, **said(clerk))
    help_given.record(entry=entry, source_key="test:2", amount=300, received_at=AT)
    assert list(HelpGiven.objects.values_list("person", flat=True)) == [first.pk] * 2
    assert first.evidence.count() == 1


def first_kind():
    return Code.objects.filter(kind="evidence_kind").order_by("pk").first().pk


@pytest.mark.parametrize("how", ["dead", "gone"])
def test_a_record_that_is_dead_or_gone_does_not_survive_a_living_one(tree, clerk, how):
    _first, second, pair = twice(tree)
    event = life.die if how == "dead" else life.leave
    day = {"died_on" if how == "dead" else "left_on": AT.date()}
    event(person=second, **day, **said(clerk))
    with pytest.raises(Refusal, match="没有。请先核实" if how == "dead" else "已不在册"):
        duplicates.same(pair=pair, survivor=second, **said(clerk))
    pair.refresh_from_db()
    assert pair.verdict == ""


def test_records_that_stand_on_a_roster_under_way_are_not_merged_away(tree, clerk):
    first, second, pair = twice(tree)
    programme = factories.approved_programme(tree.township)
    category = programme.categories.first()
    type(category).objects.filter(pk=category.pk).update(unit="person")

    def listed(person, organisation):
        cast = factories.Cast(organisation)
        roster = factories.drafted_roster(programme, organisation, households=0, cast=cast)
        category.refresh_from_db()
        entries.add(
            roster=roster,
            category=category,
            origin="nomination",
            person=person,
            reason="困难",
            by=cast.clerk,
            at=AT,
        )

    listed(second, tree.sibling)
    with pytest.raises(Refusal, match="改为保留这一条"):
        duplicates.same(pair=pair, survivor=first, **said(clerk))
    listed(first, tree.community)
    with pytest.raises(Refusal, match="两条记录都在"):
        duplicates.same(pair=pair, survivor=first, **said(clerk))


def test_whoever_was_told_apart_from_the_absorbed_record_stays_told_apart(tree, clerk):
    first, second, pair = twice(tree)
    third = home(tree.community, "赵桂兰", birth_on=BORN)
    scan(tree.township)
    told = DuplicatePair.objects.get(first=second, second=third.head)
    duplicates.different(pair=told, **said(clerk))
    DuplicatePair.objects.filter(first=first, second=third.head).delete()
    duplicates.same(pair=pair, survivor=first, **said(clerk))
    scan(tree.township)
    assert not DuplicatePair.objects.open().exists()


def test_a_merged_record_is_in_no_further_event(tree, clerk):
    first, second, pair = twice(tree)
    duplicates.same(pair=pair, survivor=first, **said(clerk))
    second.refresh_from_db()
    with pytest.raises(Refusal, match="已与另一条人员记录合并"):
        life.bring_back(person=second, **said(clerk))
    with pytest.raises(Refusal, match="判定为“同一人”"):
        duplicates.same(pair=pair, survivor=first, **said(clerk))
