"""单位人员: what an employer and a school see of their own people, to the byte, and who records it."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from beneficiaries.enums import AttachmentPurpose
from beneficiaries.models import Attachment, AttachmentVersion, HardshipCategory
from beneficiaries.services import attachments, households
from beneficiaries.tests import factories
from welfare.enums import Level
from welfare.errors import Refusal
from welfare.forms import new_form_key
from welfare.models import AuditEvent
from welfare.testing.personas import (
    AT,
    clerk_of,
    head_of,
    make_organisations,
    nobody,
    organisation,
    user_with,
)

pytestmark = pytest.mark.django_db
SCHOOL = AttachmentPurpose.SCHOOL
TODAY = date(2026, 1, 5)


@pytest.fixture
def place():
    return make_organisations()


@pytest.fixture
def factory(place):
    return factories.employer(place.county)


@pytest.fixture
def school(place):
    return factories.school(place.county)


def canary_member(name, **facts):
    """A person all of whose other facts are canaries."""
    return factories.member(
        name,
        "child",
        phone=factories.phone_number(),
        health="severe",
        major_disease="金丝雀病",
        disability_kind="physical",
        disability_grade=2,
        school_stage="junior",
        political_status="party_member",
        note="金丝雀备注",
        bank_name="金丝雀银行",
        bank_number=factories.bank_number(),
        work_state=factories.code("work_state", "职员"),
        **facts,
    )


@pytest.fixture
def mine(place):
    return factories.household(
        place.community,
        head="金丝雀户主",
        number="CANARY-1",
        address="金丝雀路1号",
        group_name="金丝雀组",
        monthly_income=777,
        note="金丝雀户备注",
        members=[canary_member("赵工人"), canary_member("钱学生")],
        categories=["low_income"],
    )


@pytest.fixture
def worker(mine):
    person = mine.members.get(name="赵工人")
    for sensitive, name in ((False, "显示的类别"), (True, "金丝雀类别")):
        held, _is_new = HardshipCategory.objects.get_or_create(
            code=f"test-{sensitive}", defaults={"name": name, "is_sensitive": sensitive, "is_personal": True}
        )
        households.add_hardship(
            category=held, person=person, from_on=TODAY, basis="金丝雀依据", by=None, at=AT
        )
    return person


@pytest.fixture
def pupil(mine):
    return mine.members.get(name="钱学生")


@pytest.fixture
def user(place):
    return clerk_of(place.community)


@pytest.fixture
def clerk(client, user):
    client.force_login(user)
    return client


def refused(person, where, **facts):
    with pytest.raises(Refusal) as refusal:
        factories.attachment(person, where, **facts)
    return refusal.value


def hidden_of(person):
    """Everything on file of a person that no attached organisation may read."""
    card = person.bank_accounts.get()
    return [
        *("金丝雀", "CANARY", "777", str(person.birth_on), f"{person.birth_on:%Y年}"),
        *(
            person.id_number,
            person.id_number[-4:],
            person.phone,
            person.phone[-4:],
            card.number,
            card.number[-4:],
        ),
        *("重病", "中共党员", "低保户", "甲村", "上坪镇", "子女", f"/registry/{person.household_id}/"),
    ]


def own_page(client, who, **query):
    client.force_login(who)
    answer = client.get(reverse("own_people"), query)
    assert answer.status_code == 200
    return answer.content.decode()


# -- what they see ----------------------------------------------------------------------------------


def test_an_employer_sees_work_disability_and_labels_that_are_not_sensitive_and_nothing_else(
    client, factory, worker
):
    factories.attachment(worker, factory, place="二车间")
    page = own_page(client, user_with("reviewer", factory))
    for shown in ("赵工人", "二车间", "工作单位", "职员", "肢体残疾二级", "显示的类别"):
        assert shown in page
    for hidden in [*hidden_of(worker), "初中"]:
        assert hidden not in page, hidden


def test_a_school_sees_the_stage_and_class_and_nothing_else(client, school, pupil, worker):
    factories.attachment(pupil, school, purpose=SCHOOL, place="三年级二班")
    page = own_page(client, user_with("reviewer", school))
    for shown in ("钱学生", "三年级二班", "就读学校", "初中"):
        assert shown in page
    for hidden in [*hidden_of(pupil), "职员", "残疾", "显示的类别", "赵工人"]:
        assert hidden not in page, hidden


def test_a_school_that_employs_somebody_sees_each_for_its_own_purpose(client, school, worker, pupil):
    factories.attachment(worker, school)
    factories.attachment(pupil, school, purpose=SCHOOL)
    client.force_login(user_with("reviewer", school))
    rows = client.get(reverse("own_people")).context["table"]
    assert {row.get_cell("name"): row.get_cell("facts") for row in rows.rows} == {
        "赵工人": "职员；肢体残疾二级；显示的类别",
        "钱学生": "初中",
    }
    assert "钱学生" not in own_page(client, user_with("reviewer", school), purpose="employer")
    assert "赵工人" in own_page(client, user_with("reviewer", school), text="zgr")
    assert "赵工人" not in own_page(client, user_with("reviewer", school), text="1")


def test_each_sees_its_own_people_only_and_never_by_another_page(client, place, factory, worker, mine):
    factories.attachment(worker, factory)
    other = factories.employer(place.county, "邻厂")
    for who in (user_with("reviewer", other), clerk_of(place.sibling), clerk_of(place.community)):
        assert "赵工人" not in own_page(client, who)
    boss = user_with("reviewer", factory)
    client.force_login(boss)
    for url in (
        reverse("household", args=[mine.pk]),
        reverse("evidence_list", args=[mine.pk]),
        reverse("reveal_id", args=[worker.pk]),
    ):
        assert client.get(url).status_code in (404, 405) and client.post(url).status_code in (404, 405)
    for name in ("registry", "pairing_households", "pairings"):
        shown = client.get(reverse(name)).content.decode()
        assert "金丝雀户主" not in shown and "CANARY" not in shown
    assert "赵工人" not in client.get(reverse("person_search"), {"q": "赵"}).content.decode()
    for who in (user_with("keeper", factory), nobody()):
        client.force_login(who)
        assert client.get(reverse("own_people")).status_code == 403


def test_who_left_the_job_died_or_moved_is_no_longer_listed(client, factory, worker, pupil):
    boss = user_with("reviewer", factory)
    gone = factories.attachment(worker, factory)
    factories.attachment(pupil, factory)
    attachments.end(attachment=gone, to_on=TODAY, by=None, at=AT, reason="离职")
    pupil.died_on = TODAY
    pupil.save()
    page = own_page(client, boss)
    assert "赵工人" not in page and "钱学生" not in page and "没有登记在本单位的人员" in page


def test_the_list_costs_the_same_with_3_and_13(client, place, factory, django_assert_max_num_queries):
    client.force_login(user_with("reviewer", factory))

    def grow(count):
        for _ in range(count):
            factories.attachment(factories.household(place.community).head, factory)

    def cost():
        with django_assert_max_num_queries(12) as counted:
            client.get(reverse("own_people"))
        return len(counted)

    grow(3)
    three = cost()
    grow(10)
    assert cost() == three


def test_the_menu_names_it_to_employers_and_schools_alone(client, place, factory):
    label = f'href="{reverse("own_people")}"'
    for who, is_there in ((user_with("reviewer", factory), True), (clerk_of(place.community), False)):
        client.force_login(who)
        assert (label in client.get(reverse("my_pairings")).content.decode()) is is_there


# -- the service ------------------------------------------------------------------------------------


def test_only_a_present_person_and_an_organisation_of_the_line_are_taken(
    place, mine, worker, factory, school
):
    hospital = factories.employer(place.county, "县医院", line="hospital")
    closed = factories.employer(place.county, "停用厂", is_active=False)
    for where, purpose in (
        (hospital, "employer"),
        (closed, "employer"),
        (factory, SCHOOL),
        (place.community, "employer"),
    ):
        assert refused(worker, where, purpose=purpose).field == "organisation"
    assert refused(worker, factory, purpose="friend").field == "organisation"
    assert refused(worker, factory, from_on=date(2026, 1, 6)).field == "from_on"
    worker.left_on = TODAY
    worker.save()
    assert refused(worker, factory).field == "person"


def test_once_at_a_time_for_one_purpose(worker, factory):
    made = factories.attachment(worker, factory)
    assert "无需重复登记" in refused(worker, factory).message
    made.pk = None
    with pytest.raises(IntegrityError, match="attachment_once_at_a_time"), transaction.atomic():
        made.save(force_insert=True)


def test_its_earlier_state_and_who_ended_it_are_kept(worker, factory, user):
    made = factories.attachment(worker, factory)
    with pytest.raises(Refusal, match="之后"):
        attachments.end(attachment=made, to_on=date(2024, 1, 1), by=user, at=AT, reason="离职")
    with pytest.raises(Refusal, match="原因"):
        attachments.end(attachment=made, to_on=TODAY, by=user, at=AT, reason="")
    attachments.end(attachment=made, to_on=TODAY, by=user, at=AT, reason="离职")
    version = AttachmentVersion.objects.get(pgh_obj=made)
    assert version.to_on is None and version.ended_by == str(user)
    event = AuditEvent.objects.get(action="attachment.end")
    assert event.reason == "离职" and event.organisation_id == worker.household.organisation_id
    with pytest.raises(Refusal, match="已经结束"):
        attachments.end(attachment=made, to_on=TODAY, by=user, at=AT + timedelta(days=1), reason="离职")


# -- pages of the household -------------------------------------------------------------------------


def sent(worker, factory, **over):
    return {
        "form_key": new_form_key(),
        "person": worker.pk,
        "purpose": "employer",
        "organisation": factory.pk,
        "place": "二车间",
        "from_on": "2025-12-01",
    } | over


def test_the_clerk_finds_the_organisation_and_records_it_once(clerk, mine, worker, factory):
    url = reverse("attachment_new", args=[mine.pk])
    assert f'value="{factory.pk}"' not in clerk.get(url).content.decode()
    assert "红星机械厂（企业，临水县）" in clerk.get(url, {"q": "红星"}).content.decode()
    data = sent(worker, factory)
    for _ in range(2):
        assert (
            clerk.post(f"{url}?q=红星", data).url == f"{reverse('household', args=[mine.pk])}?tab=attachments"
        )
    assert Attachment.objects.get().place == "二车间"
    page = clerk.get(f"{reverse('household', args=[mine.pk])}?tab=attachments").content.decode()
    assert "赵工人" in page and "红星机械厂" in page and "在册" in page


def test_no_list_of_thousands_is_drawn(clerk, place, mine):
    for number in range(25):
        organisation(f"第{number}厂", place.county, Level.TOWNSHIP, line="enterprise")
    page = clerk.get(reverse("attachment_new", args=[mine.pk]), {"q": "厂"}).content.decode()
    assert page.count('name="organisation"') == 20 and "只列出前 20 个" in page


def test_somebody_of_another_household_and_a_community_are_no_choices(clerk, place, mine, worker, factory):
    url = reverse("attachment_new", args=[mine.pk])
    other = factories.household(place.community).head
    for over in (
        {"person": other.pk},
        {"organisation": place.sibling.pk},
        {"purpose": "x"},
        {"organisation": ""},
    ):
        assert clerk.post(url, sent(worker, factory, **over)).status_code == 200
    assert not Attachment.objects.exists()


def test_it_is_ended_from_the_households_page(clerk, worker, pupil, factory, mine):
    made = factories.attachment(worker, factory)
    url = reverse("attachment_end", args=[worker.pk, made.pk])
    assert clerk.get(url).status_code == 200
    data = {"form_key": new_form_key(), "to_on": "2025-12-31", "reason": "离职"}
    for _ in range(2):
        assert clerk.post(url, data).status_code == 302
    made.refresh_from_db()
    assert made.to_on == date(2025, 12, 31)
    assert clerk.get(reverse("attachment_end", args=[pupil.pk, made.pk])).status_code == 404


def test_who_may_record_and_end(client, place, mine, worker, factory):
    made = factories.attachment(worker, factory)
    urls = [reverse("attachment_new", args=[mine.pk]), reverse("attachment_end", args=[worker.pk, made.pk])]
    boss = user_with("clerk", factory)
    for who, code in (
        (head_of(place.community), 403),
        (clerk_of(place.sibling), 404),
        (boss, 404),
        (nobody(), 403),
    ):
        client.force_login(who)
        for url in urls:
            assert client.get(url).status_code == code and client.post(url, {}).status_code == code
    client.force_login(clerk_of(place.community))
    assert client.get(reverse("attachment_new", args=[999999])).status_code == 404
    assert client.get(reverse("attachment_end", args=[999999, made.pk])).status_code == 404
    assert all(client.put(url).status_code == 405 for url in urls)
