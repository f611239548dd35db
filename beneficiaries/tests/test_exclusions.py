"""Nobody twice: the pure rules on generated families, and what they read from the database."""

import copy
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from beneficiaries.enums import EntryOrigin
from beneficiaries.models import (
    AidCategory,
    BarredOrganisation,
    EarlierHelp,
    HelpGiven,
    Household,
    Person,
    Programme,
    Roster,
    RosterEntry,
)
from beneficiaries.queries import exclusions as queries
from beneficiaries.queries import framework
from beneficiaries.rules import exclusions as rules
from beneficiaries.rules.exclusions import Candidate, Help, Listing, Rules
from beneficiaries.services import entries, left_out, rosters, screening
from beneficiaries.services import help as help_services
from beneficiaries.tests.factories import Cast, approved_programme, household, member
from welfare.errors import Refusal
from welfare.testing.personas import AT, make_organisations, user_with

# -- the rules ------------------------------------------------------------------------------------------

people = st.tuples(st.sampled_from(["household", "person"]), st.integers(1, 3)).map(
    lambda pair: ("household", 0) if pair[0] == "household" else pair
)


@st.composite
def families(draw):
    """Candidates of one family: the household and some of its people, each category with its own precedence."""
    ranks = draw(st.lists(st.integers(1, 30), min_size=1, max_size=8, unique=True))
    return [
        Candidate(
            unit=unit,
            holder=holder,
            category=f"第{rank}类",
            precedence=rank,
            is_combinable=draw(st.booleans()),
            path="/1/2/",
            value=Decimal(draw(st.integers(0, 900))),
        )
        for rank in ranks
        for unit, holder in [draw(people)]
    ]


caps = st.none() | st.integers(1, 1500).map(Decimal)


@given(families(), caps)
def test_of_one_family_the_category_of_higher_precedence_wins(candidates, cap):
    said = rules.by_precedence(candidates, [], [], Rules(year=2027, cap_each=cap))
    accepted = [one for one, verdict in said if not verdict.refusal]
    for number, one in enumerate(accepted):
        for other in accepted[number + 1 :]:
            assert not rules.excludes(one, other)
    if cap is None:
        assert min(candidates, key=lambda one: one.precedence) in accepted
        for one, verdict in said:  # who is left out gives way to somebody who comes before
            if verdict.refusal:
                assert any(
                    rules.excludes(one, other) and other.precedence < one.precedence for other in accepted
                )
    else:
        for one in accepted:
            first = [other for other in accepted if other.precedence <= one.precedence]
            assert sum(other.value for other in first) <= cap


@given(families(), st.randoms())
def test_the_order_in_which_candidates_are_named_does_not_matter(candidates, random):
    shuffled = list(candidates)
    random.shuffle(shuffled)
    plain = Rules(year=2027)
    assert rules.by_precedence(candidates, [], [], plain) == rules.by_precedence(shuffled, [], [], plain)


@given(people, people, st.booleans(), st.booleans())
def test_exclusion_is_mutual(one, other, combines, joins):
    first = Listing(*one, "甲", 1, combines)
    second = Listing(*other, "乙", 2, joins)
    assert rules.excludes(first, second) is rules.excludes(second, first)
    assert rules.concerns(first, second) is rules.concerns(second, first)


HOME = Candidate("household", 1, "甲类", 1, False, "/1/2/9/", Decimal(500))
ELSEWHERE = Listing(
    "household", 1, "丙类", 1, False, position=2, where="甲村", title="《工会慰问》", is_here=False
)


def said(candidate=HOME, listings=(), helps=(), **rule):
    return rules.verdict(candidate, listings, helps, Rules(**{"year": 2027, "group": "春节"} | rule))


def test_a_programme_of_the_group_excludes_the_whole_household_whoever_of_it_is_listed():
    assert said(listings=[ELSEWHERE]).refusal == "已列入《工会慰问》（互斥组“春节”），两个方案不能重复享受。"
    person = Candidate("person", 7, "甲类", 1, True, "/1/2/9/")
    sister = Listing("person", 8, "丙类", 1, False, title="《工会慰问》", is_here=False)
    assert said(person, [ELSEWHERE]).refusal
    assert said(listings=[sister]).refusal
    assert said(person, [sister]).refusal == (
        "同户另一人已列入《工会慰问》（互斥组“春节”），同一户在两个方案中不能重复享受。"
    )
    helped = Help("person", 8, 2027, "union", "《工会慰问》", Decimal(100), is_group=True)
    assert said(person, helps=[helped]).refusal.startswith("同户另一人2027年已由《工会慰问》慰问")


def test_two_members_may_stand_in_two_versions_of_a_campaign_as_they_may_in_one():
    person = Candidate("person", 7, "甲类", 1, False, "/1/2/9/")
    sister = Listing("person", 8, "丙类", 1, False, position=2, is_here=False, is_version=True)
    helped = Help("person", 8, 2027, "own", "《本方案旧版》", Decimal(100), is_version=True, is_group=True)
    assert said(person, [sister], [helped]) == rules.Verdict()
    assert "另一版本" in said(replace(person, holder=8), [sister]).refusal


def test_a_programme_outside_the_group_excludes_nobody():
    other = replace(ELSEWHERE, is_other=True)
    assert said(listings=[other]) == rules.Verdict()


def test_another_version_of_the_campaign_excludes_without_a_group():
    version = Listing(
        "household", 1, "丙类", 1, False, position=2, where="甲村", is_here=False, is_version=True
    )
    assert "另一版本" in said(listings=[version], group="").refusal


def test_of_one_household_so_many_people_as_the_category_says():
    sister = Listing("person", 8, "老党员", 1, False, position=2)
    wife = Candidate("person", 9, "贫困母亲", 2, False, "/1/2/9/")
    assert said(wife, [sister]) == rules.Verdict()  # two members of a family, each with a reason of her own
    one = replace(wife, most=1)
    assert said(one, [sister]).refusal == "同一户已有1人列入“老党员”，“贫困母亲”每户最多1人。"
    assert said(replace(wife, most=2), [sister]) == rules.Verdict()
    assert said(one, [replace(sister, is_combinable=True)]) == rules.Verdict()
    assert "每户最多1人" in said(one, [replace(sister, category="贫困母亲", is_combinable=True)]).refusal
    assert said(one, [replace(sister, is_here=False, is_other=True)]) == rules.Verdict()
    assert said(replace(one, entry=3), [replace(sister, holder=9, entry=3)]) == rules.Verdict()


@given(families(), st.integers(1, 3))
def test_no_household_has_more_than_the_category_of_each_allows_when_it_comes(candidates, most):
    candidates = [replace(one, most=most, is_combinable=False) for one in candidates]
    found = rules.by_precedence(candidates, [], [], Rules(year=2027))
    people = {(one.unit, one.holder) for one, verdict in found if not verdict.refusal}
    assert len(people) <= most
    if len({(one.unit, one.holder) for one in candidates if one.unit == "person"}) >= most:
        assert people


HAD = Help("household", 1, 2027, "spring", "《春节慰问》", Decimal(500), programme=1, is_here=True)


def test_who_has_had_the_help_of_this_programme_is_not_listed_again_when_no_list_names_her_any_more():
    assert said(helps=[HAD]).refusal == "已领取过本方案的慰问，不能重复列入。"
    assert said(replace(HOME, entry=7), helps=[HAD]) == rules.Verdict()  # by her own entry
    person = Candidate("person", 9, "甲类", 1, False, "/1/2/9/")
    assert said(person, helps=[HAD]).refusal == "同一户已领取过本方案的慰问，不能重复列入。"
    assert said(replace(person, is_combinable=True), helps=[HAD]) == rules.Verdict()
    listed = Listing("household", 1, "丙类", 1, True, position=2)
    assert said(person, helps=[HAD], listings=[listed]) == rules.Verdict()  # beside it, as the list says
    neighbour = replace(HAD, unit="person", holder=8)
    assert said(person, helps=[neighbour]) == rules.Verdict()
    version = replace(HAD, is_here=False, is_version=True)
    assert "本方案另一版本的慰问" in said(replace(HOME, entry=7), helps=[version]).refusal


@pytest.mark.parametrize(("strict", "refused"), [(True, True), (False, False)])
def test_who_was_helped_earlier_is_refused_or_cautioned(strict, refused):
    helped = Help("household", 1, 2026, "spring", "《去年春节》", Decimal(500))
    verdict = said(helps=[helped], earlier=((2026, "", strict),))
    assert bool(verdict.refusal) is refused
    assert bool(verdict.caution) is not refused
    assert said(helps=[helped], earlier=((2026, "autumn", strict), (2025, "", strict))) == rules.Verdict()


def test_a_barred_organisation_names_its_reason():
    barred = (("/1/2/", "甲村", "虚报人数"),)
    assert said(barred=barred).refusal == "甲村本年度停办：虚报人数。"
    assert not said(barred=(("/1/3/", "乙村", "虚报人数"),)).refusal


@pytest.mark.parametrize(("cap", "refused"), [(499, True), (500, False)])
def test_the_cap_includes_its_own_number(cap, refused):
    assert bool(said(cap_each=Decimal(cap)).refusal) is refused


def test_the_cap_of_the_year_counts_what_other_programmes_gave_this_year():
    given_ = [
        Help("household", 1, 2027, "x", "《甲》", Decimal(300)),
        Help("household", 1, 2026, "y", "《乙》", Decimal(900)),
    ]
    assert not said(helps=given_, cap_year=Decimal(800)).refusal
    refusal = said(helps=given_, cap_year=Decimal(799)).refusal
    assert refusal == "本年度已有 300.00 元，本次标准 500.00 元，合计超过全年最高 799.00 元。"


def test_what_other_programmes_list_counts_for_the_cap_of_the_year_and_is_named():
    other = replace(ELSEWHERE, is_other=True, value=Decimal(500), programme=2)
    assert not said(listings=[other], cap_year=Decimal(1000)).refusal
    assert said(listings=[other], cap_year=Decimal(999)).refusal == (
        "《工会慰问》已列入、尚未领取 500.00 元，本次标准 500.00 元，合计超过全年最高 999.00 元。"
    )
    half = Help("household", 1, 2027, "x", "《工会慰问》", Decimal(200), programme=2)
    assert said(listings=[other], helps=[half], cap_year=Decimal(999)).refusal == (
        "本年度已有 200.00 元，《工会慰问》已列入、尚未领取 300.00 元，"
        "本次标准 500.00 元，合计超过全年最高 999.00 元。"
    )


amounts = st.integers(0, 900).map(Decimal)


@given(st.data(), st.integers(1, 3000))
def test_the_cap_of_the_year_counts_each_programme_once_for_the_whole_family(data, cap):
    """Of what is listed and what was received elsewhere the greater counts, for each of the family and programme."""
    listings, helps, whole = [], [], HOME.value
    for programme in range(2, 5):
        for unit, holder in data.draw(st.lists(people, max_size=3, unique=True)):
            value, got = data.draw(amounts), data.draw(amounts | st.none())
            listings.append(
                Listing(
                    unit, holder, "丙类", 1, True, value, programme=programme, is_here=False, is_other=True
                )
            )
            if got is not None:
                helps.append(Help(unit, holder, 2027, "x", "《乙》", got, programme=programme))
            whole += max(value, got or 0)
    refused = said(listings=listings, helps=helps, cap_year=Decimal(cap)).refusal
    assert bool(refused) is (whole > cap)


# -- against the database ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kept_ground(once):
    """甲村 with two programmes of one exclusion group, and the people who draft there."""

    def lay():
        tree = make_organisations()
        programme = approved_programme(tree.township)
        other = approved_programme(tree.county, code="other")
        Programme.objects.filter(pk=other.pk).update(name="县工会慰问")
        Programme.objects.filter(pk__in=[programme.pk, other.pk]).update(exclusion_group="春节")
        programme.refresh_from_db()
        other.refresh_from_db()
        return SimpleNamespace(tree=tree, programme=programme, other=other, cast=Cast(tree.community))

    return once(lay)


@pytest.fixture
def ground(kept_ground, db):
    return copy.deepcopy(kept_ground)


def drafted(programme, ground):
    return rosters.draft(programme=programme, organisation=ground.tree.community, by=ground.cast.clerk, at=AT)


def nominate(roster, home, by, **more):
    category = roster.programme.categories.order_by("precedence").first()
    facts = {"origin": EntryOrigin.NOMINATION, "reason": "困难"} | more
    return entries.add(roster=roster, category=category, household=home, by=by, at=AT, **facts)


def helped(home, programme, *, year=None, amount=500, key="a"):
    return HelpGiven.objects.create(
        organisation=home.organisation,
        programme=programme,
        category=programme.categories.first(),
        household=home,
        year=year or programme.year,
        amount=amount,
        received_on=date(2026, 1, 5),
        source_key=key,
    )


def test_the_other_programme_is_named_only_to_who_may_see_it(ground):
    home = household(ground.tree.community)
    nominate(drafted(ground.other, ground), home, ground.cast.clerk)
    mine = drafted(ground.programme, ground)
    with pytest.raises(Refusal, match="县工会慰问"):
        nominate(mine, home, ground.cast.clerk)
    Programme.objects.filter(pk=ground.other.pk).update(organiser=ground.tree.other_township)
    with pytest.raises(Refusal) as refused:
        nominate(mine, home, ground.cast.clerk)
    assert "县工会慰问" not in refused.value.message
    assert "已列入其他方案（互斥组“春节”）" in refused.value.message


def test_help_received_in_the_group_excludes_without_an_entry(ground):
    home = household(ground.tree.community)
    helped(home, ground.other)
    with pytest.raises(Refusal, match="已由《县工会慰问》慰问"):
        nominate(drafted(ground.programme, ground), home, ground.cast.clerk)


def test_in_principle_not_again_asks_a_reason_and_keeps_it(ground):
    home = household(ground.tree.community, categories=["low_income"], monthly_income=300)
    EarlierHelp.objects.create(programme=ground.programme, year=2025)
    Programme.objects.filter(pk=ground.other.pk).update(exclusion_group="")
    helped(home, ground.other, year=2025)
    roster = drafted(ground.programme, ground)
    assert not entries.fill_from_screening(roster=roster, by=ground.cast.clerk, at=AT)
    with pytest.raises(Refusal, match="原则上不再列入") as refused:
        nominate(roster, home, ground.cast.clerk)
    assert refused.value.field == "exception_reason"
    entry = nominate(roster, home, ground.cast.clerk, exception_reason="户主新患大病")
    assert entry.exception_reason == "户主新患大病"
    rosters.start(roster=roster, by=ground.cast.clerk, at=AT)


def test_strictly_not_again_refuses_whatever_is_written(ground):
    home = household(ground.tree.community)
    EarlierHelp.objects.create(
        programme=ground.programme, year=2025, programme_code=ground.other.code, is_strict=True
    )
    Programme.objects.filter(pk=ground.other.pk).update(exclusion_group="")
    helped(home, ground.other, year=2025)
    with pytest.raises(Refusal, match="一律不再列入"):
        nominate(drafted(ground.programme, ground), home, ground.cast.clerk, exception_reason="确有困难")


def test_a_barred_organisation_lists_nobody(ground):
    household(ground.tree.community, categories=["low_income"], monthly_income=300)
    BarredOrganisation.objects.create(
        programme=ground.programme, organisation=ground.tree.community, reason="去年虚报"
    )
    roster = drafted(ground.programme, ground)
    assert not entries.fill_from_screening(roster=roster, by=ground.cast.clerk, at=AT)
    with pytest.raises(Refusal, match="本年度停办：去年虚报"):
        nominate(roster, household(ground.tree.community), ground.cast.clerk)


def test_caps_refuse_what_is_over_them_at_adding_and_at_screening(ground):
    home = household(ground.tree.community, categories=["low_income"], monthly_income=300)
    Programme.objects.filter(pk=ground.programme.pk).update(cap_each=1, exclusion_group="")
    ground.programme.refresh_from_db()
    roster = drafted(ground.programme, ground)
    assert not entries.fill_from_screening(roster=roster, by=ground.cast.clerk, at=AT)
    with pytest.raises(Refusal, match=r"超过每次最高 1\.00 元"):
        nominate(roster, home, ground.cast.clerk)
    Programme.objects.filter(pk=ground.programme.pk).update(cap_each=None, cap_year=1_000)
    roster.programme.refresh_from_db()
    helped(home, ground.other, amount=999)
    with pytest.raises(Refusal, match=r"本年度已有 999\.00 元"):
        nominate(roster, home, ground.cast.clerk)


@pytest.fixture
def capped(ground):
    """Both programmes, of no group, cap the year at 800 yuan; the first category of each gives 500."""
    for programme in (ground.programme, ground.other):
        category = programme.categories.order_by("precedence").first()
        category.standards.all().delete()
        category.standards.create(kind="cash", amount=500)
    Programme.objects.filter(pk__in=[ground.programme.pk, ground.other.pk]).update(
        cap_year=800, exclusion_group=""
    )
    ground.programme.refresh_from_db()
    ground.other.refresh_from_db()
    return ground


def test_programmes_running_together_share_the_cap_of_the_year(capped):
    home = household(capped.tree.community, categories=["low_income"], monthly_income=300)
    nominate(drafted(capped.other, capped), home, capped.cast.clerk)
    mine = drafted(capped.programme, capped)
    assert not entries.fill_from_screening(roster=mine, by=capped.cast.clerk, at=AT)
    with pytest.raises(Refusal, match=r"《县工会慰问》已列入、尚未领取 500\.00 元"):
        nominate(mine, home, capped.cast.clerk)
    Programme.objects.filter(pk=capped.other.pk).update(organiser=capped.tree.other_township)
    with pytest.raises(Refusal, match=r"：其他方案已列入、尚未领取 500\.00 元"):
        nominate(mine, home, capped.cast.clerk)


def test_the_start_asks_for_the_cap_of_the_year_again(capped):
    home = household(capped.tree.community)
    mine = drafted(capped.programme, capped)
    nominate(mine, home, capped.cast.clerk)
    Programme.objects.filter(pk=capped.other.pk).update(cap_year=None)
    capped.other.refresh_from_db()
    nominate(drafted(capped.other, capped), home, capped.cast.clerk)
    with pytest.raises(Refusal, match="合计超过全年最高 800"):
        rosters.start(roster=mine, by=capped.cast.clerk, at=AT)


def test_the_rule_of_the_group_is_what_the_framework_counts_as_listed_twice(ground):
    """Whoever of a family is listed in two children: refused by the rule, counted by the page, or neither."""
    member_category = {}
    for programme in (ground.programme, ground.other):
        member_category[programme.pk] = AidCategory.objects.create(
            programme=programme, name="困难职工", unit="person", precedence=99
        )
    rows = {one.pk: drafted(one, ground) for one in (ground.programme, ground.other)}
    home, strange = household(ground.tree.community, members=[member()]), household(ground.tree.community)
    head, wife = home.members.order_by("pk")
    beneficiaries = [{"household": home}, {"person": head}, {"person": wife}, {"household": strange}]
    found = {ground.programme.pk: None, ground.other.pk: None}

    def listed(programme, who):
        category = member_category[programme.pk] if "person" in who else programme.categories.first()
        facts = {"programme": programme, "category": category, "roster": rows[programme.pk]}
        return RosterEntry(**facts, **who, origin="screening", added_by=ground.cast.clerk, added_at=AT)

    for mine in beneficiaries:
        for theirs in beneficiaries:
            entry = listed(ground.other, theirs)
            entry.save()
            second = listed(ground.programme, mine)
            refused = queries.refusal(ground.programme, second.category, **mine).refusal
            second.save()
            assert bool(refused) is bool(framework._in_several(found, framework.HOME)), (mine, theirs)
            RosterEntry.objects.all().delete()


def test_the_start_finds_who_was_helped_elsewhere_in_the_meantime(ground):
    home = household(ground.tree.community)
    roster = drafted(ground.programme, ground)
    nominate(roster, home, ground.cast.clerk)
    helped(home, ground.other)
    with pytest.raises(Refusal, match="第1号张大明：2027年已由《县工会慰问》慰问"):
        rosters.start(roster=roster, by=ground.cast.clerk, at=AT)


def test_another_version_of_the_same_campaign_is_the_same_campaign(ground):
    home = household(ground.tree.community)
    nominate(drafted(ground.other, ground), home, ground.cast.clerk)
    Programme.objects.filter(pk=ground.other.pk).update(
        organiser=ground.programme.organiser, code=ground.programme.code, version=0, exclusion_group=""
    )
    with pytest.raises(Refusal, match="另一版本"):
        nominate(drafted(ground.programme, ground), home, ground.cast.clerk)


def test_who_was_paid_and_taken_off_afterwards_is_not_listed_again(ground):
    """Nor by screening; a payment that came back counts for nothing."""
    home = household(ground.tree.community, categories=["low_income"], monthly_income=300)
    paid = helped(home, ground.programme)
    roster = drafted(ground.programme, ground)
    with pytest.raises(Refusal, match="已领取过本方案的慰问"):
        nominate(roster, home, ground.cast.clerk)
    assert not entries.fill_from_screening(roster=roster, by=ground.cast.clerk, at=AT)
    help_services.take_back(source_key=paid.source_key)
    assert nominate(roster, home, ground.cast.clerk)


def test_screening_lists_so_many_of_a_household(ground):
    programme = ground.programme
    first = programme.categories.order_by("precedence").first()
    programme.categories.exclude(pk=first.pk).update(unit="institution")
    AidCategory.objects.filter(pk=first.pk).update(unit="person", most_per_household=1)
    first.criteria.all().delete()
    first.criteria.create(kind="test", fact="member_count", operator="at_least", value="1")
    home = household(ground.tree.community, members=[member(), member()])
    roster = drafted(programme, ground)
    found = entries.fill_from_screening(roster=roster, by=ground.cast.clerk, at=AT)
    assert [entry.person.household for entry in found] == [home]
    other = home.members.exclude(entries__roster=roster).first()
    with pytest.raises(Refusal, match="同一户已有1人列入"):
        entries.add(
            roster=roster,
            category=AidCategory.objects.get(pk=first.pk),
            origin=EntryOrigin.NOMINATION,
            person=other,
            reason="困难",
            by=ground.cast.clerk,
            at=AT,
        )


def test_the_number_of_a_household_is_of_persons_and_at_least_one(ground):
    first = AidCategory.objects.filter(programme=ground.programme)[:1]
    for wrong in ({"most_per_household": 1}, {"most_per_household": 0, "unit": "person"}):
        with pytest.raises(IntegrityError, match="aid_category_most_of_persons"), transaction.atomic():
            AidCategory.objects.filter(pk__in=first).update(**wrong)


def family_on_two_lists(ground):
    """A household and one of its members, who fit a category each; the member's comes first."""
    programme = ground.programme
    first, second = programme.categories.order_by("precedence")[:2]
    AidCategory.objects.filter(pk=first.pk).update(unit="person")
    for one in (first, second):
        one.criteria.all().delete()
        one.criteria.create(kind="test", fact="member_count", operator="at_least", value="1", category=one)
    programme.categories.exclude(pk__in=[first.pk, second.pk]).update(unit="institution")
    return household(ground.tree.community, members=[member()])


def test_screening_gives_a_family_the_first_lists_help_only(ground):
    home = family_on_two_lists(ground)
    found = screening.screen(
        programme=ground.programme, organisation=ground.tree.community, on=date(2026, 1, 5)
    )
    listed = [one for one in found if not one.why_not]
    assert {one.person for one in listed} == set(home.members.all())
    (out,) = [one for one in found if one.why_not]
    assert out.household == home
    assert "同一户已按" in out.why_not


def test_the_left_out_are_told_with_reasons_those_taken_off_too(ground):
    home = household(ground.tree.community, head="李大有", categories=["low_income"], monthly_income=300)
    gone = household(ground.tree.community, head="王大有", categories=["low_income"], monthly_income=301)
    helped(home, ground.other)
    roster = drafted(ground.programme, ground)
    (entry,) = entries.fill_from_screening(roster=roster, by=ground.cast.clerk, at=AT)
    assert entry.household == gone
    entries.withdraw(entry=entry, by=ground.cast.clerk, at=AT, reason="已有子女赡养")
    rows = left_out.rows(roster, on=date(2026, 1, 5), viewer=ground.cast.clerk)
    told = {row.proposal.household.head.name: row.reason for row in rows}
    assert "已由《县工会慰问》慰问" in told["李大有"]
    assert told["王大有"] == "已撤下：已有子女赡养。"
    assert dict(left_out.counts(rows)) == {"已由同组方案慰问": 1, "已撤下": 1}


def test_who_found_no_place_is_told_so(ground):
    for number in range(3):
        household(ground.tree.community, categories=["low_income"], monthly_income=300 + number)
    ground.programme.quotas.filter(organisation=ground.tree.community).update(count=2)
    roster = drafted(ground.programme, ground)
    entries.fill_from_screening(roster=roster, by=ground.cast.clerk, at=AT)
    (row,) = left_out.rows(roster, on=date(2026, 1, 5), viewer=ground.cast.clerk)
    assert row.kind == "名额已满"


def test_reading_costs_the_same_for_three_and_thirteen_families(ground):
    homes = [household(ground.tree.community) for _ in range(13)]
    roster = drafted(ground.other, ground)
    for home in homes:
        nominate(roster, home, ground.cast.clerk)
    EarlierHelp.objects.create(programme=ground.programme, year=2025)
    Programme.objects.filter(pk=ground.programme.pk).update(cap_year=9_999)
    ground.programme.refresh_from_db()
    counts = []
    for some in (homes[:3], homes):
        with CaptureQueriesContext(connection) as run:
            made = queries.ground(
                ground.programme,
                homes=[home.pk for home in some],
                viewer=user_with("clerk", ground.tree.community),
            )
        assert len(made.listings) == len(some)
        counts.append(
            len([one for one in run if "SELECT" in one["sql"] and "welfare_user" not in one["sql"]])
        )
    assert counts[0] == counts[1]


def test_screening_costs_the_same_for_three_and_thirteen_households(ground):
    counts = []
    for number in (3, 10):
        for _ in range(number):
            household(ground.tree.community, categories=["low_income"], monthly_income=300)
        with CaptureQueriesContext(connection) as run:
            screening.screen(
                programme=ground.programme, organisation=ground.tree.community, on=date(2026, 1, 5)
            )
        counts.append(len(run))
    assert counts[0] == counts[1]


def test_families_with_nothing_on_file_are_not_asked_one_by_one(ground, monkeypatch):
    clear = household(ground.tree.community, categories=["low_income"], monthly_income=300)
    other = household(ground.tree.community, categories=["low_income"], monthly_income=310)
    helped(other, ground.other)
    asked, real = [], rules.verdict

    def verdict(candidate, *more):
        asked.append(candidate.holder)
        return real(candidate, *more)

    monkeypatch.setattr(rules, "verdict", verdict)
    roster = drafted(ground.programme, ground)
    made = entries.fill_from_screening(roster=roster, by=ground.cast.clerk, at=AT)
    assert [entry.household for entry in made] == [clear]
    assert set(asked) == {other.pk}


def test_many_ids_go_to_the_database_as_one_array(ground):
    homes = [household(ground.tree.community) for _ in range(3)]
    ids = [home.pk for home in homes]
    assert set(Household.objects.filter(pk__any_of=ids).values_list("pk", flat=True)) == set(ids)
    people = Person.objects.filter(household__any_of=ids)
    assert set(people.values_list("household", flat=True)) == set(ids)
    with CaptureQueriesContext(connection) as run:
        assert list(Person.objects.filter(household__any_of=[])) == []
    assert len(run) == 0


def test_an_entry_of_the_roster_itself_does_not_exclude_itself(ground):
    roster = drafted(ground.programme, ground)
    nominate(roster, household(ground.tree.community), ground.cast.clerk)
    assert queries.of_entries(ground.programme, RosterEntry.objects.filter(roster=roster)) == []
    rosters.start(roster=Roster.objects.get(pk=roster.pk), by=ground.cast.clerk, at=AT)


def test_filling_costs_the_same_for_three_and_thirteen_households(ground):
    counts = []
    for number, place in ((3, ground.tree.community), (13, ground.tree.sibling)):
        for _ in range(number):
            household(place, categories=["low_income"], monthly_income=300)
        cast = Cast(place)
        roster = rosters.draft(programme=ground.programme, organisation=place, by=cast.clerk, at=AT)
        with CaptureQueriesContext(connection) as run:
            made = entries.fill_from_screening(roster=roster, by=cast.clerk, at=AT)
        assert len(made) == number
        counts.append(len(run))
    assert counts[0] == counts[1]
