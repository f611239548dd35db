"""The page of one household and its printed file: what stands on it, and that nothing whole is printed."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from beneficiaries.models import Code, Household, Person
from beneficiaries.services import households
from beneficiaries.tests import factories
from welfare import audit
from welfare.testing.personas import AT, clerk_of, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(client, tree):
    user = clerk_of(tree.community)
    client.force_login(user)
    return user


@pytest.fixture
def household(tree):
    card = {"bank_name": "农村信用社", "bank_number": factories.bank_number()}
    return factories.household(
        tree.community, head={"name": "张大明", **card}, categories=["low_income"], monthly_income=380
    )


def shown(client, name, *args, query=""):
    return client.get(reverse(name, args=args) + query).content.decode()


def code(kind, name):
    return Code.objects.get(kind=kind, name=name)


def test_the_head_of_the_page_tells_what_is_held_and_got(client, clerk, household):
    page = shown(client, "household", household.pk)
    year = timezone.localdate().year
    for text in ("低保户", f"{year}年已获救助", "待解决诉求", "380.00 元（2026-01-05）"):
        assert text in page, text


def test_an_archived_household_says_so_and_offers_no_change(client, clerk, household):
    Household.objects.filter(pk=household.pk).update(
        is_archived=True, archived_on=date(2026, 1, 6), archived_reason="全户迁出外省"
    )
    page = shown(client, "household", household.pk)
    assert "2026年1月6日归档：全户迁出外省" in page
    assert reverse("household_edit", args=[household.pk]) not in page


def test_the_file_prints_every_room_with_masked_numbers_and_leaves_a_trace(client, clerk, household):
    page = shown(client, "household_file", household.pk)
    for text in ("困难群众档案", "家庭成员", "困难情况", "银行卡", "评审记录", "已获救助", "走访", "盖章"):
        assert text in page, text
    head = household.head
    card = head.bank_accounts.get().number
    assert not any(number in page for number in (head.id_number, head.phone, card))
    assert audit.events_about(household).filter(action="view", label="查看一户一档").count() == 1


def test_the_file_is_of_ones_own_households_only(client, tree, household):
    client.force_login(clerk_of(tree.sibling))
    assert client.get(reverse("household_file", args=[household.pk])).status_code == 404
    client.force_login(user_with("administrator", tree.county))
    assert client.get(reverse("household_file", args=[household.pk])).status_code == 403


def test_facts_come_with_their_own_day(client, clerk, household):
    data = {
        "is_rural": "True",
        "monthly_income": "400",
        "income_on": "2025-11-30",
        "disaster_loss": "20000",
        "housing_danger": code("housing_danger", "D级").pk,
        "reason": "入户核实",
    }
    assert client.post(reverse("household_edit", args=[household.pk]), data).status_code == 302
    household.refresh_from_db()
    assert household.income_on == date(2025, 11, 30) and household.loss_on == timezone.localdate()
    assert household.medical_on is None and household.housing_danger.name == "D级"


def test_a_day_without_its_amount_is_told(client, clerk, household):
    data = {"is_rural": "True", "monthly_income": "380", "loss_on": "2025-11-30", "reason": "核实"}
    answer = client.post(reverse("household_edit", args=[household.pk]), data).content.decode()
    assert "填了日期，请一并填写金额" in answer


def certificate(person, tail="43"):
    return {"disability_certificate": person.id_number + tail}


def change(person, **facts):
    return households.change_member(person=person, by=None, at=AT, reason="核对残疾证", **facts)


def test_a_certificate_gives_kind_and_grade(household):
    person = change(household.head, **certificate(household.head))
    assert (person.disability_kind, person.disability_grade) == ("physical", 3)


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"disability_certificate": "12345"}, "残疾证号应为 18 位身份证号"),
        ({"disability_certificate": factories.id_number() + "43"}, "与本人身份证号不同"),
    ],
)
def test_a_certificate_that_cannot_be_is_told(household, facts, why):
    with pytest.raises(households.Refusal, match=why):
        change(household.head, **facts)


def test_a_certificate_that_contradicts_the_facts_is_told(household):
    with pytest.raises(households.Refusal, match="末两位的类别、等级与所填的不同"):
        change(household.head, **certificate(household.head), disability_kind="visual", disability_grade=1)


def test_a_whole_certificate_number_needs_a_reason(client, clerk, household):
    person = change(household.head, **certificate(household.head))
    url = reverse("reveal_certificate", args=[person.pk])
    assert client.post(url, {"reason": ""}).status_code == 400
    assert client.post(url, {"reason": "核对本人证件"}).content.decode() == person.disability_certificate
    assert person.disability_certificate not in shown(client, "household", household.pk)


def test_a_kind_of_veteran_makes_a_veteran(household):
    person = change(household.head, veteran_kind=code("veteran_kind", "参战参核人员"))
    assert Person.objects.get(pk=person.pk).is_veteran


def test_a_word_out_of_use_stays_where_it_stands(client, clerk, household):
    work = code("work_state", "农民工")
    change(household.head, work_state=work)
    Code.objects.filter(pk=work.pk).update(is_active=False)
    own = client.get(reverse("member_edit", args=[household.head.pk])).content.decode()
    new = client.get(reverse("member_new", args=[household.pk])).content.decode()
    assert "农民工" in own and "农民工" not in new
