"""Institutions by hand: facts, dates and codes checked, the page, the list, archiving."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from beneficiaries.models import HelpGiven, Institution, InstitutionVersion
from beneficiaries.services import institutions
from beneficiaries.tests import factories
from welfare.errors import Refusal
from welfare.forms import new_form_key
from welfare.models import AuditEvent
from welfare.testing.personas import AT, clerk_of, head_of, make_organisations, nobody, user_with

pytestmark = pytest.mark.django_db
CANARY = "金丝雀机械厂"
LATER = AT + timedelta(days=30)


@pytest.fixture
def place():
    return make_organisations()


@pytest.fixture
def mine(place):
    return factories.institution(
        place.community, name="红星机械厂", stopped_months=3, contact_phone="0851-55521011"
    )


@pytest.fixture
def canary(place):
    return factories.institution(place.sibling, name=CANARY, credit_code=factories.credit_code())


@pytest.fixture
def user(place):
    return clerk_of(place.community)


@pytest.fixture
def clerk(client, user):
    client.force_login(user)
    return client


def change(institution, **facts):
    return institutions.change(institution=institution, by=None, at=LATER, reason="实地核实", **facts)


# -- the service ------------------------------------------------------------------------------------


def test_facts_that_rules_read_are_dated_others_not(place, mine):
    assert mine.facts_on == date(2026, 1, 5)
    assert factories.institution(place.community).facts_on is None
    assert change(mine, address="工业路1号").facts_on == date(2026, 1, 5)
    for name, value in (("stopped_months", 4), ("bankrupt_on", date(2026, 1, 1)), ("staff_count", 12)):
        Institution.objects.update(facts_on=date(2026, 1, 5))
        assert change(mine, **{name: value}).facts_on == date(2026, 2, 4)


def test_an_earlier_state_is_kept_with_who_ended_it(mine, user):
    institutions.change(institution=mine, by=user, at=LATER, reason="核实", stopped_months=6)
    version = InstitutionVersion.objects.get(pgh_obj=mine)
    assert (version.stopped_months, version.ended_by) == (3, str(user))
    event = AuditEvent.objects.get(action="institution.change")
    assert (event.before, event.after, event.reason) == ({"stopped_months": 3}, {"stopped_months": 6}, "核实")


@pytest.mark.parametrize(
    ("text", "says"),
    [("9152030", "现为 7 位"), ("91520303MA00000010", "校验码"), ("9１520303MA", "位"), ("社" * 18, "18 位")],
)
def test_a_wrong_credit_code_is_told(place, text, says):
    with pytest.raises(Refusal, match=says):
        factories.institution(place.community, credit_code=text)


def test_a_credit_code_is_cleaned_and_belongs_to_one(place, mine, canary, user):
    code = factories.credit_code()
    made = factories.institution(place.community, credit_code=f" {code[:8]} {code[8:].lower()}　")
    assert made.credit_code == code
    with pytest.raises(Refusal, match=f"已登记为“{made.name}”"):
        factories.institution(place.community, credit_code=code, by=user)
    with pytest.raises(Refusal) as no:
        change_as(user, mine, credit_code=canary.credit_code)
    assert "由其他机构登记" in no.value.message and CANARY not in no.value.message
    with pytest.raises(IntegrityError, match="institution_credit_code_once"), transaction.atomic():
        Institution.objects.filter(pk=mine.pk).update(credit_code=code)


def change_as(user, institution, **facts):
    return institutions.change(institution=institution, by=user, at=LATER, reason="核实", **facts)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": " "}, "name"),
        ({"kind": None}, "kind"),
        ({"bankrupt_on": date(2027, 1, 1)}, "bankrupt_on"),
        ({"contact_phone": "12"}, "contact_phone"),
    ],
)
def test_wrong_facts_are_refused_at_their_field(mine, facts, field):
    with pytest.raises(Refusal) as no:
        change(mine, **facts)
    assert no.value.field == field


def test_a_name_is_registered_once_per_organisation_while_in_use(place, mine):
    with pytest.raises(Refusal, match="同名单位"):
        factories.institution(place.community, name="红星机械厂")
    factories.institution(place.sibling, name="红星机械厂")
    institutions.archive(institution=mine, by=None, at=LATER, reason="注销")
    factories.institution(place.community, name="红星机械厂")


def test_nothing_changed_and_no_reason_are_refused(mine):
    with pytest.raises(Refusal, match="没有改动"):
        change(mine, name=mine.name, contact_phone="085155521011")
    with pytest.raises(Refusal, match="理由"):
        institutions.archive(institution=mine, by=None, at=LATER, reason=" ")


def test_it_is_archived_and_restored_once_each(mine):
    institutions.archive(institution=mine, by=None, at=LATER, reason="注销")
    with pytest.raises(Refusal, match="已经归档"):
        institutions.archive(institution=mine, by=None, at=LATER, reason="注销")
    institutions.restore(institution=mine, by=None, at=LATER, reason="误操作")
    with pytest.raises(Refusal, match="没有归档"):
        institutions.restore(institution=mine, by=None, at=LATER, reason="误操作")


# -- pages ------------------------------------------------------------------------------------------


def test_the_list_is_scoped_and_narrowed(clerk, place, mine, canary):
    gone = factories.institution(
        place.community, name="旧供电所", kind="供电所", credit_code=factories.credit_code()
    )
    institutions.archive(institution=gone, by=None, at=AT, reason="撤并")

    def names(**query):
        return {one.name for one in clerk.get(reverse("institutions"), query).context["table"].data}

    assert names() == names(text="红星") == {"红星机械厂"}
    assert names(archived="yes") == names(archived="all", text=gone.credit_code[:10]) == {"旧供电所"}
    assert names(archived="all", kind=gone.kind_id) == {"旧供电所"}
    assert CANARY not in clerk.get(reverse("institutions"), {"archived": "all"}).content.decode()


def test_the_list_costs_the_same_with_3_and_13(clerk, place, django_assert_max_num_queries):
    def cost():
        with django_assert_max_num_queries(12) as counted:
            assert clerk.get(reverse("institutions")).status_code == 200
        return len(counted)

    for _ in range(3):
        factories.institution(place.community)
    three = cost()
    for _ in range(10):
        factories.institution(place.community)
    assert cost() == three


def test_the_page_shows_facts_masked_and_what_it_received(client, place, mine):
    client.force_login(user_with("reviewer", place.township))
    programme = factories.approved_programme(place.county)
    HelpGiven.objects.create(
        organisation=place.community,
        programme=programme,
        category=programme.categories.order_by("pk").first(),
        institution=mine,
        year=2026,
        amount=800,
        received_on=date(2026, 1, 20),
        source_key="test",
    )
    url = reverse("institution", args=[mine.pk])
    page = client.get(url).content.decode()
    assert (
        "红星机械厂" in page
        and mine.contact_phone not in page
        and reverse("institution_edit", args=[mine.pk]) not in page
    )
    assert "800.00" in client.get(url, {"tab": "help"}).content.decode()
    for tab in ("rosters", "strange"):
        assert client.get(url, {"tab": tab}).status_code == 200


@pytest.mark.parametrize("name", ["institutions", "institution"])
def test_who_reads_institutions(client, place, mine, name):
    url = reverse(name, args=[mine.pk] if name == "institution" else [])
    elsewhere = 404 if name == "institution" else 200
    answers = [(head_of(place.community), 200), (clerk_of(place.sibling), elsewhere), (nobody(), 403)]
    for who, code in [*answers, (user_with("administrator", place.county), 403)]:
        client.force_login(who)
        assert client.get(url).status_code == code and client.post(url).status_code in (403, 405)


# -- write views ------------------------------------------------------------------------------------


def sent(place, **over):
    kind = factories.code("institution_kind", "困难企业").pk
    return {
        "form_key": new_form_key(),
        "organisation": place.community.pk,
        "name": "东风纺织厂",
        "kind": kind,
        "stopped_months": "7",
        "reason": "实地核实",
    } | over


def test_an_institution_is_registered_by_hand_and_a_second_click_makes_no_other(clerk, place, user):
    assert clerk.get(reverse("institution_new")).status_code == 200
    data = sent(place, credit_code=factories.credit_code(), contact_phone="13900000001")
    for _ in range(2):
        assert clerk.post(reverse("institution_new"), data).status_code == 302
    made = Institution.objects.get(name="东风纺织厂")
    assert made.stopped_months == 7 and made.contact_phone == "13900000001" and made.registered_on


def test_it_cannot_be_registered_elsewhere_or_with_a_wrong_code(clerk, place):
    for over in (
        {"organisation": place.sibling.pk},
        {"credit_code": "123"},
        {"kind": "x"},
        {"staff_count": "-1"},
    ):
        assert clerk.post(reverse("institution_new"), sent(place, **over)).status_code == 200
    assert not Institution.objects.exists()


def test_facts_are_changed_with_a_reason_and_an_empty_phone_stays(clerk, place, mine):
    url = reverse("institution_edit", args=[mine.pk])
    assert mine.contact_phone not in clerk.get(url).content.decode()
    data = sent(place, name=mine.name)
    for _ in range(2):
        assert clerk.post(url, data).url == reverse("institution", args=[mine.pk])
    mine.refresh_from_db()
    assert mine.stopped_months == 7 and mine.contact_phone == "0851-55521011"
    assert clerk.post(url, data | {"form_key": new_form_key(), "reason": ""}).status_code == 200


def test_it_is_archived_and_taken_up_again_from_its_page(clerk, mine):
    url = reverse("institution_archive", args=[mine.pk])
    for word, is_archived in (("归档", True), ("恢复", False)):
        assert f"{word}单位" in clerk.get(url).content.decode()
        data = {"reason": "核对", "form_key": new_form_key()}
        for _ in range(2):
            clerk.post(url, data)
        mine.refresh_from_db()
        assert mine.is_archived is is_archived


@pytest.mark.parametrize("name", ["institution_edit", "institution_archive"])
def test_who_may_change_an_institution(client, place, mine, name):
    url = reverse(name, args=[mine.pk])
    for who, code in ((head_of(place.community), 403), (clerk_of(place.sibling), 404), (nobody(), 403)):
        client.force_login(who)
        assert client.get(url).status_code == code and client.post(url, {}).status_code == code
        assert client.get(reverse("institution_new")).status_code == (200 if code == 404 else 403)
    client.force_login(clerk_of(place.community))
    assert client.get(reverse(name, args=[999999])).status_code == 404
    assert client.put(url).status_code == 405
