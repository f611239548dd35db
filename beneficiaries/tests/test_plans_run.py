"""Every plan that helps by list, in an office of its own line, from the file to its final roster."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from beneficiaries import plan_file
from beneficiaries.enums import BY_LIST, EntryOrigin, EntryStatus, RosterStatus, Unit
from beneficiaries.models import Code, MinimumLine, Standard
from beneficiaries.plan_file import values
from beneficiaries.queries.standards import entitlements
from beneficiaries.services import entries, institutions, plans, rosters
from beneficiaries.tests.factories import Cast, attachment, evidence, household, member, walk
from welfare import dates, workflow
from welfare.enums import Level, Line
from welfare.testing.personas import organisation, user_with

pytestmark = pytest.mark.django_db

RUN = [
    number
    for number in plan_file.shipped()
    if (plan := plan_file.read(plan_file.named(number))).document == values.PLAN
    and plan.settings["kind"] in BY_LIST
]
BLANK = {"000-3", "000-7", "002-4"}  # amounts left blank, filled in before the programme is approved
FILLED_IN = Decimal("300.00")


@dataclass
class Office:
    """Who organises, the lowest organisation, where the roster is drawn up, and where its people live on file.

    Elsewhere than the roster: then they work there.
    """

    organiser: object
    lowest: object
    home: object


def government(level):
    county = organisation("临水县", level=Level.COUNTY)
    township = organisation("上坪镇", county, Level.TOWNSHIP)
    community = organisation("甲村", township)
    return Office(
        {"community": community, "township": township, "county": county}[level], community, community
    )


def of_line(line, top, below):
    """Two levels of another line: a union and that of an enterprise, a society and its local group.

    The workers of a union live in a village; a society keeps its own register.
    """
    county = organisation(top, level=Level.COUNTY, line=line)
    lowest = organisation(below, county, line=line)
    return Office(county, lowest, government("county").lowest if line == Line.UNION else lowest)


OFFICES = {
    "000-1": lambda: government("community"),
    "000-2": lambda: of_line(Line.UNION, "某局工委", "局属一公司工会"),
    "000-3": lambda: government("community"),
    "000-4": lambda: of_line(Line.CHARITY, "爱心社团", "临水分社"),
    "000-6": lambda: government("township"),
    "000-7": lambda: of_line(Line.UNION, "区总工会", "机械厂工会"),
    "002-4": lambda: government("township"),
}


def poor(code, **facts):
    """Facts of a household that holds one hardship category."""
    return {"categories": [code], **facts}


def family():
    """A spouse and a child, with numbers of their own."""
    return [member("刘芳", "spouse"), member("小宝")]


# Who is on file for each plan, and the category in which the screening finds the family (or its head).
PEOPLE = {
    "000-1": {
        "old-party-member": poor("old_party_member"),
        "old-cadre": poor("old_cadre"),
        "family-planning": poor("family_planning_special"),
        "minimum": poor("low_income"),
        "minimum-edge": poor("low_income_edge"),
        "disabled": poor("disabled"),
        "poor-through-illness": poor("poor_through_illness"),
        "martyr-family": poor("martyr_family"),
        "worker": poor("worker_in_need"),
        "mother": poor("mother_in_need"),
        "lone-elder": poor("living_alone"),
        "longevity": poor("aged"),
    },
    "000-2": {
        "minimum": poor("low_income"),
        "hardship": poor("worker_in_need"),
        "illness": {"head": {"name": "周大明", "major_disease": "心脏病", "health": "severe"}},
        "accident": poor("accident"),
    },
    "000-3": {
        "children-disabled": poor("disabled"),
        "empty-nest": poor("empty_nest"),
        "cadre-member": poor("old_cadre"),
    },
    "000-4": {
        "families": poor("single_parent"),
        "elders": {"head": {"name": "吴大明", "birth_on": "1930-05-06", "id_number": None}},
        "students": {"members": [member("郑小明", school_stage="junior")]},
    },
    "000-6": {
        "low-income": {"monthly_income": 900},
        "resettlement": poor("resettled", monthly_income=1800),
        "other": {"monthly_income": 1700, "medical_cost": 20000},
    },
    "000-7": {
        # Three each: the rule of three then reckons with the income on file.
        "tier-1": {"monthly_income": 1170, "members": family()},
        "tier-2": {
            "monthly_income": 1560,
            "members": [member("刘芳", "spouse"), member("陈小明", school_stage="primary")],
        },
        "tier-3": {
            "monthly_income": 2340,
            "head": {"name": "褚大明", "major_disease": "肾病"},
            "members": family(),
        },
        "tier-4": {"monthly_income": 9000, "disaster_loss": 20000},
    },
    "002-4": {
        "villages": poor("unsafe_housing"),
        "party-members": poor("party_member_in_need"),
        "key-veterans": poor("veteran"),
        "key-others": poor("aged"),
        "unlifted": poor("unstable_out_of_poverty"),
        "disaster": poor("good_samaritan"),
        "severely-disabled": None,  # in the villages' list already, by precedence
        "mental": {"head": {"name": "卫大明", "disability_kind": "mental", "disability_grade": 3}},
    },
}
PROVED = {"000-7"}  # without a proof of income its plan reckons with the minimum wage
LINES = {"000-6": 780, "000-7": 780}


def test_every_plan_by_list_is_run():
    assert set(RUN) == set(OFFICES) == set(PEOPLE)


@pytest.mark.parametrize("number", RUN)
def test_from_the_file_to_the_final_roster(number):
    office, plan = OFFICES[number](), plan_file.read(plan_file.named(number), year=2027)
    at = datetime.combine(plan.settings["starts_on"], datetime.min.time(), dates.SHANGHAI) + timedelta(
        hours=9
    )
    programme = approved(number, plan, office, at)
    found = on_file(number, office, at)
    roster = drawn_up(programme, office, at)
    listed = {
        entry.category.code
        for entry in roster.entries.filter(status=EntryStatus.LISTED).select_related("category")
    }
    assert set(found) <= listed
    walk(roster, cast=Cast(office.lowest), at=at + timedelta(days=1))
    assert roster.status == RosterStatus.FINAL
    gives_what_the_plan_says(number, roster, plan)


def approved(number, plan, office, at):
    """The plan loaded, its blanks filled in by the officer, approved by somebody else."""
    officer = user_with("programme_officer", office.organiser)
    programme = plans.load_plan(plan=plan, organiser=office.organiser, by=officer, at=at)
    if number in BLANK:
        with pytest.raises(workflow.Refused, match="还没有慰问标准"):
            workflow.perform(programme, "submit", by=officer, at=at)
        for category in programme.categories.filter(standards=None):
            Standard.objects.create(category=category, kind="cash", amount=FILLED_IN)
    workflow.perform(programme, "submit", by=officer, at=at)
    above = office.organiser.parent or office.organiser
    return workflow.perform(programme, "approve", by=user_with("programme_approver", above), at=at)


def on_file(number, office, at):
    """Register who is meant to be found. Returns the codes of the categories they are meant for."""
    if number in LINES:
        MinimumLine.objects.create(
            organisation=office.home.parent or office.organiser,
            is_rural=True,
            from_on="2010-01-01",
            monthly_amount=LINES[number],
        )
    meant = {code: facts for code, facts in PEOPLE[number].items() if facts is not None}
    for position, (_code, facts) in enumerate(meant.items()):
        name = {"head": f"{'赵钱孙李周吴郑王冯陈褚卫蒋沈'[position]}大明"} if "head" not in facts else {}
        long_ago = at - timedelta(days=400)
        home = household(office.home, at=long_ago, **name, **facts)
        if office.home != office.lowest:
            attachment(home.head, office.lowest, at=long_ago)
        if number in PROVED and "monthly_income" in facts:
            evidence(home, by=user_with("clerk", office.home), kind="收入证明", at=at - timedelta(days=30))
    return meant


def drawn_up(programme, office, at):
    """The roster, by screening; units by nomination, where the plan helps any."""
    clerk = user_with("clerk", office.lowest)
    roster = rosters.draft(programme=programme, organisation=office.lowest, by=clerk, at=at)
    entries.fill_from_screening(roster=roster, by=clerk, at=at)
    for category in programme.categories.filter(unit=Unit.INSTITUTION):
        unit = institutions.register(
            organisation=office.lowest,
            name="卫生院",
            kind=Code.objects.filter(kind="institution_kind").first(),
            by=user_with("clerk", office.lowest),
            at=at,
        )
        entries.add(
            roster=roster,
            category=category,
            origin=EntryOrigin.NOMINATION,
            institution=unit,
            reason="方案列明的驻乡单位",
            by=clerk,
            at=at,
        )
    return roster


def gives_what_the_plan_says(number, roster, plan):
    """Every final entry gets the lines of its category, once."""
    planned = {category.code: category for category in plan.categories}
    entries = list(roster.entries.filter(status=EntryStatus.FINAL).select_related("category"))
    given = entitlements(entries)
    assert entries
    for entry in entries:
        lines = planned[entry.category.code].standards
        heads = entry.family_size if entry.category.unit == Unit.HOUSEHOLD else 1
        cash = sum(
            line.amount * (heads * line.months if line.basis == "person_month" else 1)
            for line in lines
            if line.kind == "cash"
        )
        assert given[entry.pk].cash == (cash if lines else FILLED_IN)
        assert sum(line.quantity for line in given[entry.pk].goods) == sum(
            line.quantity for line in lines if line.kind == "goods"
        )


def test_a_family_that_is_both_gets_what_comes_to_the_key_group_alone():
    """002-4: 精神障碍患者家庭同时是民政重点保障对象的，只按后者享受，不重复。"""
    office, plan = OFFICES["002-4"](), plan_file.read(plan_file.named("002-4"), year=2027)
    at = datetime.combine(plan.settings["starts_on"], datetime.min.time(), dates.SHANGHAI)
    programme = approved("002-4", plan, office, at)
    ill = {"disability_kind": "mental", "disability_grade": 3}
    both, one = (
        household(office.lowest, at=at - timedelta(days=400), head={"name": name} | ill, **more)
        for name, more in (("卫大明", poor("veteran")), ("蒋大明", {}))
    )
    rows = drawn_up(programme, office, at).entries.exclude(category__unit=Unit.INSTITUTION)
    listed = {(entry.person or entry.household, entry.category.code) for entry in rows}
    assert listed == {(both.head, "key-veterans"), (one, "mental")}
