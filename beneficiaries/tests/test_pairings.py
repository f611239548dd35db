"""Pairing: who may be paired, once at a time, the cadre's own list, coverage, the workbook, many at once."""

import io
from datetime import date

import openpyxl
import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from beneficiaries.models import Pairing
from beneficiaries.services import pairings
from beneficiaries.tests import factories
from welfare import dates
from welfare.enums import Level, Line
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
from welfare.testing.races import DONE, at_once

pytestmark = pytest.mark.django_db
CANARY = "金丝雀"
TODAY = date(2026, 1, 5)


@pytest.fixture
def place():
    return make_organisations()


@pytest.fixture
def mine(place):
    return factories.household(place.community, members=[factories.member()])


@pytest.fixture
def canary(place):
    return factories.household(place.other_community, head=CANARY, number="CANARY1")


@pytest.fixture
def cadre(place):
    return user_with("visitor", organisation("县财政局", place.county, Level.TOWNSHIP, line=Line.PARTNER))


@pytest.fixture
def user(place):
    return clerk_of(place.community)


@pytest.fixture
def clerk(client, user):
    client.force_login(user)
    return client


def refused(household, cadre, **facts):
    with pytest.raises(Refusal) as refusal:
        factories.pairing(household, cadre, **facts)
    return refusal.value


# -- the service ------------------------------------------------------------------------------------


def test_a_cadre_of_the_countys_units_is_paired_and_it_stands_in_the_timeline(mine, cadre, user):
    made = factories.pairing(mine, cadre, by=user, unit=" 县财政局 ")
    assert made.unit == "县财政局" and made.to_on is None
    event = AuditEvent.objects.get(action="pairing.start")
    assert event.target_id == str(mine.pk) and event.actor_id == user.pk


def test_only_active_staff_in_reach_may_be_paired(place, mine):
    elsewhere = organisation("邻县", level=Level.COUNTY)
    gone = user_with("visitor", place.county)
    gone.is_active = False
    gone.save()
    expired = user_with("visitor", place.county)
    expired.role_assignments.update(expires_on=date(2026, 1, 4))
    for who in (
        user_with("approver", elsewhere),
        user_with("administrator", place.county),
        nobody(),
        gone,
        expired,
    ):
        assert refused(mine, who).field == "cadre"
    for who in (
        user_with("visitor", place.sibling),
        head_of(place.community),
        user_with("approver", place.county),
    ):
        factories.pairing(mine, who)


def test_two_are_paired_once_at_a_time_and_periods_do_not_overlap(mine, cadre):
    first = factories.pairing(mine, cadre)
    assert "无需重复登记" in refused(mine, cadre).message
    pairings.end(pairing=first, to_on=date(2025, 6, 30), by=None, at=AT, reason="调离")
    assert refused(mine, cadre, from_on=date(2025, 6, 30)).field == "from_on"
    factories.pairing(mine, cadre, from_on=date(2025, 7, 1))


def test_days_ahead_and_archived_households_are_refused(place, mine, cadre):
    assert refused(mine, cadre, from_on=date(2026, 1, 6)).field == "from_on"
    mine.is_archived, mine.archived_on, mine.archived_reason = True, TODAY, "全户迁出"
    mine.save()
    assert "已归档" in refused(mine, cadre).message


def test_it_ends_once_with_a_reason_on_a_day_in_order(mine, cadre):
    made = factories.pairing(mine, cadre)
    for to_on, reason, says in (
        (date(2025, 2, 1), "调离", "之后"),
        (date(2026, 1, 6), "调离", "之后"),
        (TODAY, " ", "原因"),
    ):
        with pytest.raises(Refusal, match=says):
            pairings.end(pairing=made, to_on=to_on, by=None, at=AT, reason=reason)
    pairings.end(pairing=made, to_on=TODAY, by=None, at=AT, reason="调离")
    with pytest.raises(Refusal, match="已经结束"):
        pairings.end(pairing=made, to_on=TODAY, by=None, at=AT, reason="调离")


def test_many_are_paired_at_once_and_those_that_cannot_are_named(place, mine, cadre):
    others = [factories.household(place.community) for _ in range(3)]
    factories.pairing(mine, cadre)
    made, skipped = pairings.pair_many(
        households=[*others, mine], cadre=cadre, from_on=TODAY, by=None, at=AT, unit="县财政局"
    )
    assert {one.household for one in made} == set(others)
    assert [(household, "重复" in why) for household, why in skipped] == [(mine, True)]
    with pytest.raises(Refusal, match="最多"):
        pairings.pair_many(households=[mine] * 101, cadre=cadre, from_on=TODAY, by=None, at=AT)


def race(mine, cadre, make):
    """Two at once; returns what each got."""

    def one():
        with transaction.atomic():
            make(mine, cadre)

    return at_once(one, one)


@pytest.mark.django_db(transaction=True)
def test_two_clerks_at_once_make_one_pairing():
    place = make_organisations()
    mine, cadre = factories.household(place.community), user_with("visitor", place.county)
    got = race(mine, cadre, factories.pairing)
    assert sorted(answer == DONE for answer in got) == [False, True]
    assert "已与本户结对" in next(answer for answer in got if answer != DONE)
    assert Pairing.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_the_database_alone_stops_the_second():
    place = make_organisations()
    mine, cadre = factories.household(place.community), user_with("visitor", place.county)

    def unguarded(household, cadre):
        Pairing.objects.create(household=household, cadre=cadre, from_on=TODAY)

    got = race(mine, cadre, unguarded)
    assert sorted(answer == DONE for answer in got) == [False, True]
    assert "pairing_once_at_a_time" in next(answer for answer in got if answer != DONE)


# -- pages ------------------------------------------------------------------------------------------


def test_the_tab_shows_who_looks_after_the_household(clerk, mine, cadre):
    url = f"{reverse('household', args=[mine.pk])}?tab=pairing"
    assert "还没有结对" in clerk.get(url).content.decode()
    made = factories.pairing(mine, cadre, unit="县财政局")
    page = clerk.get(url).content.decode()
    assert cadre.full_name in page and "县财政局" in page and "结对中" in page
    assert reverse("pairing_end", args=[made.pk]) in page


def test_a_cadre_sees_her_own_households_without_numbers(client, place, mine, cadre, canary):
    factories.pairing(mine, cadre)
    factories.pairing(canary, user_with("visitor", place.county))
    client.force_login(cadre)
    answer = client.get(reverse("my_pairings"))
    page = answer.content.decode()
    assert "张大明" in page and "甲村1组" in page and CANARY not in page
    head = mine.head
    for hidden in (
        head.phone,
        head.phone[-4:],
        head.id_number,
        mine.address,
        reverse("household", args=[mine.pk]),
    ):
        assert hidden not in page
    assert "请向村(社区)询问" in page
    client.force_login(nobody())
    assert "张大明" not in client.get(reverse("my_pairings")).content.decode()
    assert client.post(reverse("my_pairings")).status_code == 405


def test_a_cadre_who_reads_the_registry_sees_the_masked_phone_and_the_way_there(client, place, mine):
    head = head_of(place.community)
    factories.pairing(mine, head)
    client.force_login(head)
    page = client.get(reverse("my_pairings")).content.decode()
    assert f"{mine.head.phone[:3]}****{mine.head.phone[-4:]}" in page and mine.head.phone not in page
    assert reverse("household", args=[mine.pk]) in page


def test_coverage_counts_households_and_leads_to_them(clerk, place, mine, cadre, canary):
    factories.household(place.community)
    factories.pairing(mine, cadre)
    answer = clerk.get(reverse("pairings"))
    assert answer.context["totals"] == {"count": 2, "paired": 1, "unpaired": 1, "cadres": 1}
    rows = [(str(o), o.count, o.paired, o.unpaired, o.cadres) for o in answer.context["table"].data]
    assert rows == [("甲村", 2, 1, 1, 1)]
    assert "50%" in answer.content.decode()
    assert f"organisation={place.community.pk}&amp;paired=no" in answer.content.decode()


@pytest.mark.parametrize("name", ["pairings", "pairing_households", "pairing_cadres"])
def test_pages_cost_the_same_with_3_and_13_rows(client, place, name, django_assert_max_num_queries):
    client.force_login(user_with("reviewer", place.township))

    def grow(count):
        for number in range(count):
            there = organisation(f"村{number}{count}", place.township)
            factories.pairing(factories.household(there), user_with("visitor", there))

    def cost():
        with django_assert_max_num_queries(12) as counted:
            assert client.get(reverse(name)).status_code == 200
        return len(counted)

    grow(3)
    three = cost()
    grow(10)
    assert cost() == three


def test_households_are_narrowed_to_the_unpaired_the_place_or_the_cadre(client, place, mine, cadre, canary):
    client.force_login(user_with("reviewer", place.county.children.get(pk=place.township.pk)))
    free = factories.household(place.sibling, head="李四光")
    factories.pairing(mine, cadre)

    def heads(**query):
        rows = client.get(reverse("pairing_households"), query).context["table"].data
        return {row.head_name for row in rows}

    assert heads() == {"张大明", "李四光"}
    assert heads(paired="no") == {"李四光"}
    assert (
        heads(paired="yes") == heads(cadre=cadre.pk) == heads(organisation=place.community.pk) == {"张大明"}
    )
    assert heads(community="乙社") == {"李四光"}
    assert (
        heads(organisation=place.other_community.pk)
        == heads(township=place.township.pk)
        == {"张大明", "李四光"}
    )
    assert free.number in client.get(reverse("pairing_households")).content.decode()


def test_the_cadres_are_listed_with_how_many_each_and_none_of_elsewhere(clerk, place, mine, cadre, canary):
    factories.pairing(mine, cadre)
    factories.pairing(canary, cadre)
    rows = list(clerk.get(reverse("pairing_cadres")).context["table"].data)
    assert [(row["cadre__full_name"], row["count"]) for row in rows] == [(cadre.full_name, 1)]


def test_the_workbook_holds_the_list_as_filtered_and_is_written_down(clerk, mine, cadre, place, canary):
    factories.pairing(mine, cadre)
    factories.household(place.community, head="李四光")
    answer = clerk.get(reverse("pairing_workbook"), {"paired": "no"})
    rows = list(openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.values)
    assert rows[2][:7] == ("序号", "村(社区)", "组别", "户编号", "户主", "结对干部", "是否结对")
    assert [row[4:7] for row in rows[3:]] == [("李四光", None, "未结对")]
    assert AuditEvent.objects.get(action="view").label.endswith("导出 1 户）")


def test_the_workbook_is_for_who_may_export_and_has_a_bound(client, place, mine, monkeypatch):
    url = reverse("pairing_workbook")
    client.force_login(head_of(place.community))
    assert client.get(url).status_code == 403
    client.force_login(clerk_of(place.community))
    assert client.post(url).status_code == 405
    monkeypatch.setattr("beneficiaries.views.pairings.MOST_ROWS", 0)
    answer = client.get(url, follow=True)
    assert "一次最多导出" in answer.content.decode()


@pytest.mark.parametrize("name", ["pairings", "pairing_households", "pairing_cadres", "pairing_workbook"])
def test_nobody_without_the_registry_sees_coverage(client, place, name):
    for who in (user_with("keeper", place.community), user_with("administrator", place.county), nobody()):
        client.force_login(who)
        assert client.get(reverse(name)).status_code == 403


# -- write views ------------------------------------------------------------------------------------


def sent(cadre, **over):
    return {"form_key": new_form_key(), "cadre": cadre.pk, "unit": "县财政局", "from_on": "2025-12-01"} | over


def new(*households):
    return f"{reverse('pairing_new')}?{'&'.join(f'household={one.pk}' for one in households)}"


def test_a_household_is_paired_from_its_page_after_a_search_by_name(clerk, mine, cadre):
    assert cadre.full_name not in clerk.get(new(mine)).content.decode()
    page = clerk.get(f"{new(mine)}&q=财政局").content.decode()
    assert f'value="{cadre.pk}"' in page and "县财政局" in page
    assert f'value="{dates.today(timezone.now()):%Y-%m-%d}"' in page
    answer = clerk.post(new(mine), sent(cadre))
    assert answer.url == f"{reverse('household', args=[mine.pk])}?tab=pairing"
    assert Pairing.objects.get().cadre == cadre


def test_a_cadre_out_of_reach_is_neither_offered_nor_taken(clerk, mine):
    other = user_with("approver", organisation("邻县", level=Level.COUNTY))
    assert f'value="{other.pk}"' not in clerk.get(f"{new(mine)}&q=邻县").content.decode()
    assert clerk.post(new(mine), sent(other)).status_code == 200
    assert not Pairing.objects.exists()


def test_selected_households_are_paired_together_and_a_second_click_changes_nothing(
    clerk, place, mine, cadre
):
    other = factories.household(place.community)
    data = sent(cadre)
    for _ in range(2):
        assert clerk.post(new(mine, other), data).status_code == 302
    assert Pairing.objects.count() == 2
    told = clerk.post(new(mine, other), sent(cadre), follow=True).content.decode()
    assert "有 2 户没有结对" in told


def test_households_of_elsewhere_are_not_found(clerk, place, mine, canary):
    assert clerk.get(new(mine, canary)).status_code == 404
    assert clerk.get(new(canary)).status_code == 404
    for query in (
        "",
        "?household=x",
        "?household=999999",
        "?household=" + "9" * 30,
        "?household=1" + "&household=1" * 100,
    ):
        assert clerk.get(reverse("pairing_new") + query).status_code == 404


def test_who_may_pair_and_end(client, place, mine, cadre):
    made = factories.pairing(mine, cadre)
    urls = [new(mine), reverse("pairing_end", args=[made.pk])]
    for who, code in ((head_of(place.community), 403), (clerk_of(place.sibling), 404), (cadre, 403)):
        client.force_login(who)
        for url in urls:
            assert client.get(url).status_code == code and client.post(url, {}).status_code == code
    client.force_login(clerk_of(place.community))
    assert client.get(reverse("pairing_end", args=[999999])).status_code == 404
    assert all(client.put(url).status_code == 405 for url in urls)


def test_a_pairing_is_ended_once(clerk, mine, cadre):
    made = factories.pairing(mine, cadre)
    url = reverse("pairing_end", args=[made.pk])
    assert clerk.get(url).status_code == 200
    data = {"form_key": new_form_key(), "to_on": "2025-12-31", "reason": "干部调离"}
    for _ in range(2):
        assert clerk.post(url, data).status_code == 302
    made.refresh_from_db()
    assert made.to_on == date(2025, 12, 31) and made.end_reason == "干部调离"
    again = clerk.post(url, data | {"form_key": new_form_key()})
    assert "已经结束" in again.content.decode()
