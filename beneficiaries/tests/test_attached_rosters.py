"""Rosters outside the government line: a union, an enterprise or a school lists its own people, who live on file in a village."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beneficiaries.enums import EntryOrigin, RosterStatus, Unit
from beneficiaries.models import AidCategory, Criterion, MinimumLine, Programme, Roster, RosterEntry
from beneficiaries.queries import belonging, candidates, entry_page, exclusions, roster_page
from beneficiaries.queries.screening import fitting
from beneficiaries.services import attachments, entries, left_out, rosters
from beneficiaries.tests.factories import (
    Cast,
    approved_programme,
    attachment,
    employer,
    household,
    member,
    walk,
)
from welfare import dates, workflow
from welfare.enums import Line
from welfare.errors import Refusal
from welfare.testing.personas import AT, make_organisations, organisation, user_with

pytestmark = pytest.mark.django_db
TODAY = dates.today(AT)


@pytest.fixture
def place():
    made = make_organisations()
    MinimumLine.objects.create(
        organisation=made.county, is_rural=True, from_on="2010-01-01", monthly_amount=780
    )
    return made


@pytest.fixture
def union():
    """区总工会, a tree of its own."""
    return organisation("区总工会", level="county", line=Line.UNION)


@pytest.fixture
def plant(union):
    return organisation("机械厂工会", union, line=Line.UNION)


@pytest.fixture
def programme(union):
    return approved_programme(union)


@pytest.fixture
def cast(plant):
    return Cast(plant)


@pytest.fixture
def roster(programme, plant, cast):
    return rosters.draft(programme=programme, organisation=plant, by=cast.clerk, at=AT)


@pytest.fixture
def family(place):
    """A poor family of 甲村; the wife is head, the husband works elsewhere."""
    return poor(place, head="王秀英", members=[member("职工甲", "spouse")])


@pytest.fixture
def worker(family):
    return family.members.get(name="职工甲")


def poor(place, **facts):
    return household(place.community, **({"categories": ["resettled"], "monthly_income": 1800} | facts))


def by_household(programme):
    return programme.categories.filter(unit=Unit.HOUSEHOLD).order_by("precedence").first()


def by_person(programme):
    """A category of the programme that helps single persons: those whose family was resettled."""
    category = AidCategory.objects.create(
        programme=programme, code="own", name="职工本人", unit=Unit.PERSON, precedence=90
    )
    Criterion.objects.create(
        category=category, kind="test", fact="category", operator="any_of", value="拆迁过渡", position=0
    )
    return category


def add(roster, cast, category=None, **who):
    return entries.add(
        roster=roster,
        category=category or by_household(roster.programme),
        origin=EntryOrigin.NOMINATION,
        reason="家庭困难，本人不便申请",
        by=cast.clerk,
        at=AT,
        **who,
    )


def refused(roster, cast, **who):
    with pytest.raises(Refusal) as refusal:
        add(roster, cast, **who)
    return refusal.value.message


def fill(roster, cast):
    return list(entries.fill_from_screening(roster=roster, by=cast.clerk, at=AT))


# -- screening -------------------------------------------------------------------------------------------


def test_screening_finds_the_household_of_a_worker_and_no_other_of_the_village(
    place, plant, roster, cast, family, worker
):
    poor(place, head="邻居")
    attachment(worker, plant)
    (entry,) = fill(roster, cast)
    assert entry.household == family and entry.family_size == 2


def test_screening_by_person_finds_the_worker_and_not_the_relatives(programme, plant, family, worker):
    own = by_person(programme)
    attachment(worker, plant)
    assert fitting(programme, Unit.PERSON, plant, TODAY) == {worker.pk: own.pk}
    assert fitting(programme, Unit.PERSON, plant, TODAY - timedelta(days=4000)) == {}


def test_who_left_the_employer_died_or_moved_away_is_not_found(place, plant, programme):
    by_person(programme)
    people = [poor(place, head=f"职工{number}").head for number in "乙丙丁"]
    first, *_more = [attachment(person, plant) for person in people]
    yesterday = TODAY - timedelta(days=1)
    attachments.end(attachment=first, to_on=yesterday, by=None, at=AT, reason="离职")
    people[1].died_on = people[2].left_on = TODAY
    for person in people[1:]:
        person.save()
    for unit in (Unit.HOUSEHOLD, Unit.PERSON):
        assert fitting(programme, unit, plant, TODAY) == {}
        found = fitting(programme, unit, plant, yesterday)
        assert found.keys() == {people[0].pk if unit == Unit.PERSON else people[0].household_id}


def test_the_union_above_finds_them_and_another_union_does_not(union, plant, programme, family, worker):
    attachment(worker, plant)
    other = organisation("纺织厂工会", union, line=Line.UNION)
    assert fitting(programme, Unit.HOUSEHOLD, union, TODAY).keys() == {family.pk}
    assert fitting(programme, Unit.HOUSEHOLD, other, TODAY) == {}


def test_a_government_office_knows_only_who_is_on_file_below_it(place, programme, family, worker):
    """Also when an enterprise below it employs somebody of another county; its statement has no word of attachments."""
    other = organisation("邻县", level="county")
    factory = employer(other)
    attachment(worker, factory)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert fitting(programme, Unit.HOUSEHOLD, other, TODAY) == {}
        assert fitting(programme, Unit.HOUSEHOLD, place.county, TODAY).keys() == {family.pk}
    assert not any("attachment" in query["sql"] for query in caught.captured_queries)
    assert fitting(programme, Unit.HOUSEHOLD, factory, TODAY).keys() == {family.pk}


def test_two_workers_of_one_family_make_one_entry(plant, roster, cast, family, worker):
    attachment(worker, plant)
    attachment(family.head, plant)
    assert [entry.household for entry in fill(roster, cast)] == [family]


def test_filling_costs_the_same_with_3_and_13_workers(place, plant, programme, cast, union):
    def cost(count, where):
        for _ in range(count):
            attachment(poor(place).head, where)
        made = rosters.draft(programme=programme, organisation=where, by=cast.clerk, at=AT)
        with CaptureQueriesContext(connection) as caught:
            assert len(fill(made, cast)) == count
        with CaptureQueriesContext(connection) as shown:
            roster_page.entry_rows(made, on=TODAY)
        return len(caught), len(shown)

    other = organisation("纺织厂工会", union, line=Line.UNION)
    cast.clerk = user_with("clerk", union)
    assert cost(3, plant) == cost(13, other)


# -- by hand ---------------------------------------------------------------------------------------------


def test_the_worker_is_found_by_name_with_what_the_union_may_know_and_then_listed(
    plant, roster, cast, family, worker
):
    attachment(worker, plant, place="二车间")
    for category, beneficiary in (
        (by_household(roster.programme), family),
        (by_person(roster.programme), worker),
    ):
        for text in ("职工甲", "zgj", worker.id_number):
            (found,) = candidates.search(roster, category, text, TODAY)
            assert found == beneficiary
            assert "职工甲" in found.shown and "二车间" in found.shown and "机械厂工会" in found.shown
            for hidden in ("王秀英", "甲村", "1组", family.number, worker.id_number[-4:]):
                assert hidden not in found.shown
        for text in ("王秀英", family.number, family.head.id_number):
            assert candidates.search(roster, category, text, TODAY) == []
    assert add(roster, cast, household=family).household == family


def test_a_person_is_listed_alone_and_her_husband_is_not(plant, roster, cast, family, worker):
    attachment(worker, plant)
    category = by_person(roster.programme)
    told = refused(roster, cast, category=category, person=family.head)
    assert told.startswith("王秀英不在机械厂工会的在职或在校登记中")
    assert add(roster, cast, category=category, person=worker).person == worker


def test_who_is_not_attached_or_no_longer_is_refused_and_told_to_be_registered_first(
    plant, roster, cast, family, worker
):
    def is_told():
        assert candidates.search(roster, by_household(roster.programme), "职工甲", TODAY) == []
        told = refused(roster, cast, household=family)
        assert (
            "没有人在机械厂工会的在职或在校登记中" in told
            and "请先由户籍所在村(社区)办理在职/在校登记" in told
        )
        elsewhere = candidates.elsewhere(roster, worker.id_number, cast.clerk)
        assert "请先由户籍所在村(社区)办理在职/在校登记" in elsewhere and "甲村" not in elsewhere

    is_told()
    made = attachment(worker, plant)
    attachments.end(attachment=made, to_on=TODAY - timedelta(days=1), by=None, at=AT, reason="离职")
    is_told()


def test_a_society_that_cannot_employ_is_told_as_before(place, family):
    society = organisation("爱心社团", level="county", line=Line.CHARITY)
    cast = Cast(society)
    made = rosters.draft(programme=approved_programme(society), organisation=society, by=cast.clerk, at=AT)
    assert refused(made, cast, household=family).endswith("属于甲村，不能列入爱心社团的名册。")


# -- both lists ------------------------------------------------------------------------------------------


@pytest.fixture
def village_list(place, family):
    """The family on the list of 甲村, of the county's programme in the same exclusion group."""
    of_county = approved_programme(place.county)
    cast = Cast(place.community)
    made = rosters.draft(programme=of_county, organisation=place.community, by=cast.clerk, at=AT)
    add(made, cast, household=family)
    return made


def test_a_family_on_the_villages_list_of_the_group_is_left_out_with_its_reason(
    plant, programme, roster, cast, family, worker, village_list
):
    attachment(worker, plant)
    assert fill(roster, cast) == []
    (row,) = left_out.rows(roster, on=TODAY, viewer=cast.clerk)
    assert row.proposal.household == family
    for reason in (row.reason, refused(roster, cast, household=family)):
        assert "已列入其他方案（互斥组“" in reason and "甲村" not in reason
    ground = exclusions.ground(programme, organisation=plant, on=TODAY)
    assert [one.where for one in ground.listings["household", family.pk]] == ["甲村"]


def test_listed_by_the_village_after_the_union_it_keeps_the_roster_from_starting(
    plant, programme, roster, cast, family, worker, village_list
):
    attachment(worker, plant)
    group, ours = programme.exclusion_group, Programme.objects.filter(pk=programme.pk)
    ours.update(exclusion_group="")
    roster = Roster.objects.get(pk=roster.pk)
    assert len(fill(roster, cast)) == 1
    ours.update(exclusion_group=group)
    with pytest.raises(Refusal, match="已列入其他方案"):
        workflow.perform(Roster.objects.get(pk=roster.pk), "start", by=cast.clerk, at=AT)


def test_once_on_a_roster_of_the_programme_it_is_on_no_other_of_it(
    union, plant, programme, roster, cast, family, worker
):
    attachment(worker, plant)
    add(roster, cast, household=family)
    other = organisation("纺织厂工会", union, line=Line.UNION)
    attachment(worker, other)
    other_cast = Cast(other)
    second = rosters.draft(programme=programme, organisation=other, by=other_cast.clerk, at=AT)
    assert fill(second, other_cast) == []
    assert "已列入" in refused(second, other_cast, household=family)


# -- the roster goes its way ------------------------------------------------------------------------------


def test_the_roster_goes_to_its_end_and_no_entry_is_said_to_have_left(plant, roster, cast, family, worker):
    attachment(worker, plant)
    fill(roster, cast)
    (row,) = roster_page.entry_rows(roster, on=TODAY)
    assert not [one for one in row["warnings"] if "登记" in one]
    walk(roster, cast=cast, at=AT + timedelta(days=1))
    assert roster.status == RosterStatus.FINAL


def test_who_left_the_employer_after_being_listed_is_pointed_out(plant, roster, cast, family, worker):
    made = attachment(worker, plant)
    fill(roster, cast)
    attachments.end(attachment=made, to_on=TODAY - timedelta(days=1), by=None, at=AT, reason="离职")
    (row,) = roster_page.entry_rows(roster, on=TODAY)
    (dossier,) = entry_page.dossiers(RosterEntry.objects.all(), TODAY)
    for warnings in (row["warnings"], dossier.warnings):
        assert "已不在本单位的在职、在校登记中" in warnings
    assert belonging.gone([row["entry"]], TODAY) == {row["entry"].pk}


def test_the_union_reads_its_entry_and_not_the_household_and_another_union_neither(
    client, union, plant, roster, cast, family, worker
):
    attachment(worker, plant)
    (entry,) = fill(roster, cast)
    addresses = [
        reverse("roster", args=[roster.pk]),
        reverse("roster_left_out", args=[roster.pk]),
        reverse("entry", args=[entry.pk]),
        reverse("entry_form", args=[entry.pk]),
    ]
    client.force_login(cast.clerk)
    for address in addresses:
        assert client.get(address).status_code == 200
    page = client.get(addresses[2]).content.decode()
    home = reverse("household", args=[family.pk])
    assert "王秀英" in page and home not in page and family.head.id_number not in page
    assert client.get(home).status_code == 404
    client.force_login(user_with("clerk", organisation("纺织厂工会", union, line=Line.UNION)))
    assert {client.get(address).status_code for address in addresses} == {404}


def test_she_is_nominated_on_the_page(client, plant, roster, cast, family, worker):
    attachment(worker, plant, from_on=date(2025, 1, 1))
    client.force_login(cast.clerk)
    query = {"category": by_household(roster.programme).pk, "q": "职工甲"}
    page = client.get(reverse("roster_nominate", args=[roster.pk]), query).content.decode()
    assert f'value="{family.pk}"' in page and "机械厂工会" in page and family.number not in page
