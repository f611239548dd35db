"""Pages of the registry: what they show, to whom, at what cost; every number revealed leaves a trace."""

import re
from datetime import date

import pytest
from django.urls import reverse

from beneficiaries.models import Hardship, Household
from beneficiaries.services import households, imports
from beneficiaries.tests import factories
from beneficiaries.tests import test_imports as imports_test
from welfare import audit
from welfare.testing.personas import AT, clerk_of, head_of, make_organisations, user_with

pytestmark = pytest.mark.django_db
CANARY = "金丝雀"


@pytest.fixture
def place():
    return make_organisations()


@pytest.fixture
def mine(place):
    return factories.household(place.community, categories=["low_income", "veteran"])


@pytest.fixture
def canary(place):
    return factories.household(
        place.sibling,
        head={"name": CANARY, "bank_name": "农村信用社", "bank_number": factories.bank_number()},
        categories=["veteran"],
        number="CANARY1",
    )


@pytest.fixture
def clerk(client, place):
    client.force_login(clerk_of(place.community))
    return client


def fill(place, count):
    for _ in range(count):
        factories.household(
            place.community,
            head={"name": "张大明", "bank_name": "农村信用社", "bank_number": factories.bank_number()},
            members=[factories.member(), factories.member("王小红")],
            categories=["low_income", "veteran"],
        )


def queries(client, url, django_assert_max_num_queries, most=30):
    with django_assert_max_num_queries(most) as counted:
        assert client.get(url).status_code == 200
    return len(counted)


# -- list and detail --------------------------------------------------------------------------------


def test_the_list_costs_the_same_with_3_and_13_households(clerk, place, django_assert_max_num_queries):
    fill(place, 3)
    three = queries(clerk, reverse("registry"), django_assert_max_num_queries, 12)
    fill(place, 10)
    assert queries(clerk, reverse("registry"), django_assert_max_num_queries, 12) == three


@pytest.mark.parametrize("tab", ["members", "hardships", "cards", "timeline"])
def test_a_household_costs_the_same_with_3_and_13_members(clerk, place, tab, django_assert_max_num_queries):
    found = factories.household(place.community)
    url = f"{reverse('household', args=[found.pk])}?tab={tab}"

    def grow(count):
        for _ in range(count):
            person = households.add_member(household=found, by=None, at=AT, **factories.member())
            households.set_bank_account(
                person=person, bank_name="农村信用社", number=factories.bank_number(), by=None, at=AT
            )
            households.add_hardship(
                person=person,
                category=factories.category("veteran"),
                from_on=date(2025, 1, 1),
                basis="证",
                by=None,
                at=AT,
            )

    grow(2)
    three = queries(clerk, url, django_assert_max_num_queries)
    grow(10)
    assert queries(clerk, url, django_assert_max_num_queries) == three


def test_the_list_shows_head_size_and_categories(clerk, mine):
    page = clerk.get(reverse("registry")).content.decode()
    for text in (mine.number, "张大明", "低保户", "退役军人"):
        assert text in page


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ({"text": "zdm"}, True),
        ({"text": "李"}, False),
        ({"organisation": "own"}, True),
        ({"category": "veteran"}, True),
        ({"category": "orphan"}, False),
        ({"sort": "-monthly_income"}, True),
        ({"sort": "facts_on"}, True),
    ],
)
def test_the_list_is_narrowed(clerk, place, mine, query, is_found):
    if "organisation" in query:
        query = {"organisation": place.community.pk}
    if "category" in query:
        query = {"category": factories.category(query["category"]).pk}
    assert (mine.number in clerk.get(reverse("registry"), query).content.decode()) is is_found


def test_no_page_shows_a_whole_number(clerk, place):
    card = factories.bank_number()
    found = factories.household(
        place.community, head={"name": "张大明", "bank_name": "农村信用社", "bank_number": card}
    )
    head = found.head
    pages = [reverse("registry"), f"{reverse('person_search')}?q=张"]
    pages += [
        f"{reverse('household', args=[found.pk])}?tab={tab}" for tab in ("members", "cards", "timeline")
    ]
    pages += [reverse("member_edit", args=[head.pk])]
    for page in pages:
        text = clerk.get(page).content.decode()
        assert not any(number in text for number in (head.id_number, head.phone, card)), page


def test_the_timeline_tells_what_changed_in_words(clerk, place, mine):
    households.change_facts(
        household=mine, by=clerk_of(place.community), at=AT, reason="入户核实", monthly_income=380
    )
    page = clerk.get(f"{reverse('household', args=[mine.pk])}?tab=timeline").content.decode()
    assert "家庭月人均收入（元） 空 → 380" in page and "入户核实" in page


def test_the_timeline_tells_what_an_import_changed(clerk, place):
    first = imports_test.person(联系电话="13911112222", **{"家庭月人均收入(元)": 500})
    for over in ({}, {"联系电话": "13933334444", "家庭月人均收入(元)": 380}):
        upload = imports_test.uploaded(imports_test.workbook({**first, **over}), place.community)
        imports.confirm(upload=upload, by=upload.uploaded_by, at=AT)
    page = clerk.get(
        f"{reverse('household', args=[Household.objects.get().pk])}?tab=timeline"
    ).content.decode()
    assert "联系电话 139****2222 → 139****4444" in page and "家庭月人均收入（元） 500.00 → 380.00" in page


# -- search -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("张", "姓名"),
        ("大明", "姓名"),
        ("zdm", "拼音"),
        ("zhangdaming", "拼音"),
        ("id_tail", "身份证后四位"),
        ("phone_tail", "电话尾号"),
        ("id", "身份证号相同"),
        ("phone", "电话相同"),
        ("number", "户编号"),
    ],
)
def test_every_way_of_finding_somebody_says_why(clerk, mine, typed, why):
    head = mine.head
    meant = {
        "id_tail": head.id_number[-4:].lower(),
        "phone_tail": head.phone[-4:],
        "id": head.id_number,
        "phone": head.phone,
        "number": mine.number,
    }
    page = clerk.get(reverse("person_search"), {"q": meant.get(typed, typed)}).content.decode()
    assert "张大明" in page and why in page


@pytest.mark.parametrize("typed", ["", " ", "%", "'", "\x00", "=1+1", "王" * 100, "9999999999999999999999"])
def test_search_answers_whatever_is_typed(clerk, mine, typed):
    assert clerk.get(reverse("person_search"), {"q": typed}).status_code == 200


# -- leaks ------------------------------------------------------------------------------------------


def canary_addresses(canary):
    person, hardship = canary.head, Hardship.objects.filter(person__household=canary).get()
    card = person.bank_accounts.get()
    return {
        "household": canary.pk,
        "household_edit": canary.pk,
        "member_new": canary.pk,
        "hardship_new": canary.pk,
        "hardship_end": hardship.pk,
        "member_edit": person.pk,
        "member_bank": person.pk,
        "reveal_id": person.pk,
        "reveal_phone": person.pk,
        "reveal_card": card.pk,
    }


def test_another_communitys_household_does_not_exist_for_me(clerk, canary):
    for name, pk in canary_addresses(canary).items():
        assert clerk.post(reverse(name, args=[pk]), {"reason": "看看"}).status_code in (404, 405), name
        if not name.startswith("reveal"):
            assert clerk.get(reverse(name, args=[pk])).status_code == 404, name


def test_the_canary_is_in_no_list_search_or_select(clerk, canary, mine):
    typed = [
        CANARY,
        "jsq",
        canary.number,
        canary.head.id_number,
        canary.head.id_number[-4:],
        canary.head.phone,
    ]
    pages = [reverse("registry"), *(f"{reverse('person_search')}?q={text}" for text in typed)]
    pages += [
        f"{reverse('registry')}?text={CANARY}",
        f"{reverse('registry')}?organisation={canary.organisation_id}",
    ]
    pages += [reverse("household_new"), reverse("import_new"), reverse("hardship_new", args=[mine.pk])]
    for page in pages:
        text = re.sub(r"<input[^>]*>", "", clerk.get(page).content.decode())
        assert CANARY not in text and "乙社区" not in text, page


def test_a_household_cannot_be_registered_in_another_community(clerk, place):
    clerk.post(reverse("household_new"), new_household(place.sibling))
    assert not Household.objects.exists()


def test_a_reader_without_the_right_is_told_so(client, place, mine):
    client.force_login(user_with("inspector", place.community))
    assert client.get(reverse("household", args=[mine.pk])).status_code == 200
    assert client.post(reverse("reveal_id", args=[mine.head.pk]), {"reason": "看看"}).status_code == 403
    for name in ("household_edit", "member_new", "hardship_new"):
        assert client.get(reverse(name, args=[mine.pk])).status_code == 403, name


def test_the_administrator_sees_no_case(client, place, mine):
    client.force_login(user_with("administrator", place.county))
    assert client.get(reverse("registry")).status_code == 403


# -- reveal -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["reveal_id", "reveal_phone", "reveal_card"])
def test_a_number_is_revealed_with_a_reason_and_a_trace(clerk, place, what):
    card = factories.bank_number()
    person = factories.household(
        place.community, head={"name": "张大明", "bank_name": "农村信用社", "bank_number": card}
    ).head
    pk = person.bank_accounts.get().pk if what == "reveal_card" else person.pk
    number = {"reveal_id": person.id_number, "reveal_phone": person.phone, "reveal_card": card}[what]
    refused = clerk.post(reverse(what, args=[pk]), {"reason": " "})
    assert refused.status_code == 400 and number not in refused.content.decode()
    shown = clerk.post(reverse(what, args=[pk]), {"reason": "核对本人证件"})
    assert shown.content.decode() == number and shown["Cache-Control"] == "no-store"
    assert [event.reason for event in audit.events_about(person).filter(action="view")] == ["核对本人证件"]
    assert clerk.get(reverse(what, args=[pk])).status_code == 405


# -- writing: the ladder ----------------------------------------------------------------------------


def new_household(organisation, **over):
    return {
        "organisation": organisation.pk or "",
        "is_rural": "True",
        "name": "李桂英",
        "id_number": factories.id_number(),
        "health": "healthy",
        "political_status": "masses",
        "is_counted": "on",
        "form_key": "00000000-0000-4000-8000-000000000001",
        **over,
    }


def member_data(**over):
    return {**new_household(Household(), **over), "relation": "child"}


def writes(household):
    """Every write view: name → (pk, valid data, what it leaves, a field in error)."""
    head, hardship = household.head, household.hardships.get()
    return {
        "household_edit": (
            household.pk,
            {"is_rural": "True", "monthly_income": "380", "reason": "入户核实"},
            lambda: Household.objects.filter(pk=household.pk, monthly_income=380).exists(),
            {"reason": ""},
        ),
        "member_new": (
            household.pk,
            member_data(),
            lambda: household.members.count() == 2,
            {"id_number": "110105194912310021"},
        ),
        "member_edit": (
            head.pk,
            {**member_data(id_number=""), "relation": "head", "name": "张大名", "reason": "证件更正"},
            lambda: household.members.filter(name="张大名").count() == 1,
            {"reason": ""},
        ),
        "member_bank": (
            head.pk,
            {"bank_name": "农村信用社", "number": factories.bank_number()},
            lambda: head.bank_accounts.count() == 1,
            {"number": "6217001234567890123"},
        ),
        "hardship_new": (
            household.pk,
            {
                "category": factories.category("disaster").pk,
                "holder": "",
                "from_on": "2025-12-01",
                "basis": "证明",
            },
            lambda: household.hardships.count() == 2,
            {"from_on": "2999-01-01"},
        ),
        "hardship_end": (
            hardship.pk,
            {"to_on": "2025-12-31", "reason": "收入超过标准"},
            lambda: Hardship.objects.filter(pk=hardship.pk, to_on=date(2025, 12, 31)).exists(),
            {"to_on": "1999-01-01"},
        ),
    }


WRITES = ["household_edit", "member_new", "member_edit", "member_bank", "hardship_new", "hardship_end"]
KEY = {"form_key": "00000000-0000-4000-8000-000000000002"}


@pytest.fixture
def household(place):
    return factories.household(place.community, categories=["low_income"])


@pytest.mark.parametrize("name", WRITES)
def test_a_write_works_once_however_often_it_is_clicked(clerk, household, name):
    pk, data, is_done, _wrong = writes(household)[name]
    assert clerk.get(reverse(name, args=[pk])).status_code == 200
    for _ in range(2):
        assert clerk.post(reverse(name, args=[pk]), {**data, **KEY}).status_code == 302
    assert is_done()


@pytest.mark.parametrize("name", WRITES)
def test_a_wrong_field_is_told_and_nothing_written(clerk, household, name):
    pk, data, is_done, wrong = writes(household)[name]
    answer = clerk.post(reverse(name, args=[pk]), {**data, **wrong, **KEY})
    assert answer.status_code == 200 and "field-error" in answer.content.decode()
    assert not is_done()


@pytest.mark.parametrize("name", WRITES)
def test_who_may_not_write_is_kept_out(client, place, household, name):
    pk, data, is_done, _wrong = writes(household)[name]
    for user, status in [(head_of(place.community), 403), (clerk_of(place.sibling), 404), (None, 302)]:
        client.logout()
        if user:
            client.force_login(user)
        assert client.post(reverse(name, args=[pk]), {**data, **KEY}).status_code == status, user
    client.force_login(clerk_of(place.community))
    assert client.post(reverse(name, args=[987654321]), data).status_code == 404
    assert not is_done()


def test_a_household_is_registered_by_hand(clerk, place):
    assert clerk.get(reverse("household_new")).status_code == 200
    data = new_household(place.community)
    for _ in range(2):
        assert clerk.post(reverse("household_new"), data).status_code == 302
    assert Household.objects.get().head.name == "李桂英"


def test_a_registered_number_is_told_at_its_field(clerk, place, household):
    answer = clerk.post(
        reverse("household_new"), new_household(place.community, id_number=household.head.id_number)
    )
    assert f"已登记在 {household.number} 户" in answer.content.decode()


def test_a_number_registered_elsewhere_is_refused_without_who_or_where(clerk, place, canary):
    data = new_household(place.community, id_number=canary.head.id_number)
    page = clerk.post(reverse("household_new"), data).content.decode()
    assert "此身份证号已在本县其他社区登记，请报镇核实后办理。" in page
    assert not any(secret in page for secret in (CANARY, "CANARY1", str(place.sibling)))
    assert not Household.objects.filter(organisation=place.community).exists()
