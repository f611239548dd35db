"""What no form of ours sends: control characters, absurd pages and ids, keys that are no keys."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from beneficiaries.enums import RosterStatus
from beneficiaries.models import Household, Objection
from beneficiaries.services import households, notices
from beneficiaries.tests import factories
from welfare import audit
from welfare.models import User
from welfare.testing.personas import AT, clerk_of, make_organisations, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return make_organisations()


@pytest.fixture
def clerk(client, place):
    client.force_login(clerk_of(place.community))
    return client


@pytest.mark.parametrize("address", ["people/?q=1%00234", "people/?q=%E5%BC%A0%00", "registry/?text=%00"])
def test_a_search_with_control_characters_is_answered(clerk, address):
    assert clerk.get(f"/{address}").status_code == 200


def test_an_address_with_control_characters_is_not_found(clerk):
    assert clerk.get("/registry/%00/").status_code == 404


def test_a_reason_loses_its_control_characters_and_is_kept(clerk, place):
    person = factories.household(place.community).members.first()
    answer = clerk.post(reverse("reveal_id", args=[person.pk]), {"reason": "核\x00实\x07"})
    assert answer.status_code == 200
    assert audit.events_about(person).first().reason == "核实"


def test_facts_with_control_characters_are_kept_without_them(clerk, place):
    home = factories.household(place.community)
    facts = {"address": "一组\x0b3号\x00", "is_rural": "True", "reason": "核实"}
    assert clerk.post(reverse("household_edit", args=[home.pk]), facts).status_code == 302
    home.refresh_from_db()
    assert home.address == "一组3号"


@pytest.mark.parametrize(
    "query", ["per_page=-1", "per_page=0", "page=-3", "page=9" + "9" * 30, "page=x", "sort=__class__"]
)
def test_a_list_answers_whatever_page_is_asked_for(clerk, place, query):
    factories.household(place.community)
    assert clerk.get(f"/registry/?{query}").status_code == 200


def test_a_page_of_a_list_never_grows_beyond_a_hundred_rows(clerk, place):
    for _ in range(26):
        factories.household(place.community)
    assert len(clerk.get("/registry/?per_page=100000").context["table"].slice.rows) == 25


@pytest.mark.parametrize("number", ["²", "99999999999999999999", "文", "99999"])
def test_a_household_number_typed_by_hand_does_not_stop_automatic_numbers(place, number):
    clerk = clerk_of(place.community)
    wanted = f"{place.community.code}-{number}"[:30]
    for given in (wanted, "", ""):
        households.register(
            organisation=place.community,
            number=given,
            members=[factories.member(relation="head")],
            by=clerk,
            at=AT,
        )
    assert Household.objects.filter(organisation=place.community).count() == 3


@pytest.mark.parametrize("model", ["programme", "aidcategory", "roster"])
@pytest.mark.parametrize("pk", ["²", "abc", "1_0A", "9" * 30, "_00"])
def test_a_strange_id_in_the_admin_is_not_an_error(client, place, model, pk):
    factories.approved_programme(place.township)
    role = "reviewer" if model == "roster" else "programme_officer"
    user = user_with(role, place.township)
    user.is_staff = True
    user.save()
    client.force_login(user)
    assert client.get(f"/admin/beneficiaries/{model}/{pk}/change/").status_code in {200, 302, 404}


def test_the_admin_leads_to_no_other_site(client, place):
    client.force_login(user_with("reviewer", place.township))
    assert client.get("/admin/r/5/abc/").status_code == 404


def test_a_key_that_is_no_key_does_not_stop_a_second_objection(client, place):
    programme = factories.approved_programme(place.township)
    cast = factories.Cast(place.community)
    at = timezone.now() - timedelta(hours=1)
    roster = factories.drafted_roster(programme, place.community, cast=cast, at=at)
    factories.walk(roster, until=RosterStatus.ON_NOTICE, cast=cast, at=at)
    notice = notices.post(roster=roster, by=cast.clerk, at=at, place="公开栏")
    url = reverse("objection_new", args=[notice.token])
    for content in ("第一件", "第二件"):
        assert client.post(url, {"content": content, "form_key": "abc"}).status_code == 302
    assert Objection.objects.count() == 2


def test_a_move_that_is_none_is_not_found(clerk, place):
    roster = factories.drafted_roster(factories.approved_programme(place.township), place.community)
    assert clerk.post(f"/rosters/{roster.pk}/moves/bogus/", {"reason": "x"}).status_code == 404


@pytest.fixture
def administrator(client, place):
    user = user_with("administrator", place.county)
    user.is_staff = True
    user.save()
    client.force_login(user)
    return client


def roles_form(place, *roles):
    rows = {"role_assignments-TOTAL_FORMS": len(roles), "role_assignments-INITIAL_FORMS": 0}
    for number, role in enumerate(roles):
        rows |= {f"role_assignments-{number}-role": role}
        rows |= {f"role_assignments-{number}-organisation": place.community.pk}
    facts = {"username": "two", "full_name": "双岗", "position": "干部", "usable_password": "true"}
    return facts | {"password1": "Tq8-zzkk-1234", "password2": "Tq8-zzkk-1234"} | rows


@pytest.mark.parametrize("roles", [("clerk", "head"), ("approver",)])
def test_a_new_user_is_given_no_roles_that_exclude_one_another_or_do_not_fit(administrator, place, roles):
    answer = administrator.post("/admin/welfare/user/add/", roles_form(place, *roles))
    assert answer.status_code == 200
    assert not User.objects.filter(username="two").exists()
    assert "不能" in answer.content.decode()


def test_a_new_user_is_given_one_role(administrator, place):
    administrator.post("/admin/welfare/user/add/", roles_form(place, "clerk"))
    assert User.objects.get(username="two").role_assignments.get().role == "clerk"


def test_an_organisation_does_not_go_below_itself(place):
    place.township.parent = place.community
    with pytest.raises(ValidationError, match="请另选"):
        place.township.full_clean()


GOODS = "/admin/beneficiaries/goodsitem"


@pytest.mark.parametrize(
    "content", [b"MZ\x00\n1\n", b"a,b\n1,2\n", "代码,参考单价（元）\n1,甲\n".encode(), b"\xff" * 9]
)
def test_a_bad_code_list_is_refused_in_words(administrator, content):
    for number in "01":
        sent = {"import_file": SimpleUploadedFile("list.csv", content), "format": number}
        page = administrator.post(f"{GOODS}/import/", sent).content.decode()
        assert not re.search("Traceback|encountered|matching query|decimal\\.|are not present", page)
        assert "请" in page


def test_the_second_click_on_a_confirmed_import_is_answered(administrator):
    sent = {"import_file_name": "gone", "original_file_name": "x.csv", "format": "1", "resource": ""}
    page = administrator.post(f"{GOODS}/process_import/", sent, follow=True)
    assert "重新上传" in page.content.decode()


def test_a_list_action_on_ids_that_are_none_and_a_year_that_is_none(client, place):
    user = user_with("reviewer", place.township)
    user.is_staff = True
    user.save()
    client.force_login(user)
    sent = {"action": "move_approve", "_selected_action": ["abc", "²"]}
    assert client.post("/admin/beneficiaries/roster/", sent).status_code in {200, 302}
    assert client.get("/admin/beneficiaries/roster/?finalised_at__year=99999").status_code in {302, 400}


@pytest.mark.parametrize("address", ["/login/", "/admin/login/"])
def test_a_login_under_an_endless_name_is_refused(client, address):
    assert client.post(address, {"username": "长" * 5000, "password": "x"}).status_code == 200
