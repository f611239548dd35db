"""Households by hand: the same checks as an import, one at a time."""

from datetime import date

import pytest

from beneficiaries.models import BankAccount, Household
from beneficiaries.services import households
from beneficiaries.tests import factories
from welfare import audit
from welfare.errors import Refusal
from welfare.testing.personas import AT, clerk_of, make_organisations

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return make_organisations()


def register(place, *members, **facts):
    return households.register(
        organisation=place.community, members=list(members), by=clerk_of(place.community), at=AT, **facts
    )


def head(**facts):
    return factories.member("张大明", "head", **facts)


def test_a_household_gets_the_next_number_of_its_community(place):
    first, second = register(place, head()), register(place, head())
    assert [first.number, second.number] == [f"{place.community.code}-0000{n}" for n in (1, 2)]


def test_birth_and_sex_come_from_the_id_number(place):
    person = register(place, head(id_number="11010519491231002x")).head
    assert (person.id_number, person.birth_on, person.sex) == ("11010519491231002X", date(1949, 12, 31), "2")


@pytest.mark.parametrize("members", [[], ["child"], ["head", "head"]])
def test_a_household_has_exactly_one_head(place, members):
    with pytest.raises(Refusal, match="一名户主"):
        register(place, *(factories.member(relation=relation) for relation in members))


def test_a_wrong_id_number_is_refused_at_its_field_and_nothing_is_written(place):
    with pytest.raises(Refusal) as refused:
        register(place, head(id_number="110105194912310021"))
    assert refused.value.field == "id_number"
    assert not Household.objects.exists()


def test_a_registered_id_number_is_refused_with_the_household_it_stands_in(place):
    number = factories.id_number()
    first = register(place, head(id_number=number))
    with pytest.raises(Refusal, match=first.number):
        register(place, head(id_number=number))


def test_an_id_number_registered_elsewhere_tells_nothing(place):
    number = factories.id_number()
    canary = factories.household(
        place.sibling, head={"name": "金丝雀", "id_number": number}, number="CANARY1"
    )
    with pytest.raises(Refusal) as refused:
        register(place, head(id_number=number))
    for secret in (canary.number, "金", place.sibling.name):
        assert secret not in refused.value.message


def test_changed_facts_are_dated_and_recorded(place):
    household = factories.household(place.community, monthly_income=500)
    households.change_facts(
        household=household, by=clerk_of(place.community), at=AT, reason="入户核实", monthly_income=380
    )
    household.refresh_from_db()
    assert (household.monthly_income, household.facts_on) == (380, date(2026, 1, 5))
    event = audit.events_about(household).first()
    assert (event.reason, event.before, event.after) == (
        "入户核实",
        {"monthly_income": "500.00"},
        {"monthly_income": 380},
    )


def test_a_new_card_replaces_the_one_in_use_and_keeps_it_on_file(place):
    person = factories.household(place.community).head
    for number in (factories.bank_number(), factories.bank_number()):
        last = households.set_bank_account(
            person=person, bank_name="农村信用社", number=number, by=None, at=AT
        )
    assert BankAccount.objects.filter(person=person).count() == 2
    assert BankAccount.objects.get(person=person, is_current=True) == last


def test_audit_never_holds_a_whole_number(place):
    card, number = factories.bank_number(), factories.id_number()
    household = register(place, head(id_number=number, bank_name="农村信用社", bank_number=card))
    households.change_member(
        person=household.head, by=None, at=AT, reason="更正", id_number=factories.id_number()
    )
    written = str(list(audit.events_about(household).values("before", "after", "label")))
    assert number not in written and card not in written


def test_another_member_may_become_head_in_one_step(place):
    household = factories.household(place.community, members=[factories.member("张小明")])
    child = household.members.get(name="张小明")
    households.change_member(person=child, by=None, at=AT, reason="原户主年迈", relation="head")
    assert [person.name for person in household.members.filter(relation="head")] == ["张小明"]


def test_a_category_is_held_once_and_ended_with_a_reason(place):
    household = factories.household(place.community, categories=["low_income"])
    with pytest.raises(Refusal, match="无需重复"):
        households.add_hardship(
            household=household,
            category=factories.category(),
            from_on=date(2026, 1, 1),
            basis="",
            by=None,
            at=AT,
        )
    held = household.hardships.get()
    households.end_hardship(hardship=held, to_on=date(2026, 1, 4), by=None, at=AT, reason="收入超过标准")
    assert household.hardships.filter(to_on=None).count() == 0
