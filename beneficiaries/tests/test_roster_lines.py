"""Procedures in trees that are no government's: unions, schools, charities, each with its own levels."""

from datetime import timedelta

import pytest

from beneficiaries.enums import RosterStatus, StepKind
from beneficiaries.models import PublicNotice
from beneficiaries.queries import roster_page, waiting
from beneficiaries.services import notices, objections, programmes, rosters
from beneficiaries.tests.factories import Cast, approved_programme, drafted_roster, take_step, walk
from beneficiaries.workflows.rosters import ROSTER
from welfare import roles, todo, workflow
from welfare.enums import Level, Line
from welfare.errors import Refusal
from welfare.testing.personas import AT, organisation, user_with

pytestmark = pytest.mark.django_db


def tree(*places):
    """A chain of organisations, highest first: (name, level, line)."""
    above = None
    found = []
    for name, level, line in places:
        above = organisation(name, above, level, line=line)
        found.append(above)
    return found


UNION = (
    ("市总工会", Level.CITY, Line.UNION),
    ("区总工会", Level.COUNTY, Line.UNION),
    ("红星机械厂工会", Level.GROUP, Line.UNION),
)
SHORT_UNION = (("区总工会", Level.COUNTY, Line.UNION), ("红星机械厂工会", Level.COMMUNITY, Line.UNION))
SCHOOL = (("教育局", Level.COUNTY, Line.SCHOOL), ("第一小学", Level.TOWNSHIP, Line.SCHOOL))
CHARITY = (("慈善总会领导小组", Level.COUNTY, Line.CHARITY), ("慈善总会办公室", Level.GROUP, Line.CHARITY))
ALONE = (("慈善基金会", Level.CITY, Line.CHARITY),)


def lay_down(programme, *steps):
    programme.steps.all().delete()
    for position, (kind, level) in enumerate(steps, start=1):
        numbers = {StepKind.NOTICE: {"days": 5}, StepKind.CHECK: {"sample_number": 1}}.get(kind, {})
        programme.steps.create(position=position, kind=kind, level=level, **numbers)


# (tree, steps, who posts the notice, who approves)
LINES = {
    "union": (
        UNION,
        (
            (StepKind.ASSESSMENT, Level.GROUP),
            (StepKind.SUBMISSION, Level.GROUP),
            (StepKind.NOTICE, Level.GROUP),
            (StepKind.APPROVAL, Level.COUNTY),
        ),
        "红星机械厂工会",
        "区总工会",
    ),
    "union, approved by the city too": (
        UNION,
        (
            (StepKind.APPROVAL, Level.COUNTY),
            (StepKind.NOTICE, Level.GROUP),
            (StepKind.APPROVAL, Level.CITY),
        ),
        "红星机械厂工会",
        "市总工会",
    ),
    "union without the level that the plan names": (
        SHORT_UNION,
        (
            (StepKind.ASSESSMENT, Level.COMMUNITY),
            (StepKind.NOTICE, Level.COMMUNITY),
            (StepKind.CHECK, Level.TOWNSHIP),
            (StepKind.APPROVAL, Level.TOWNSHIP),
        ),
        "红星机械厂工会",
        "区总工会",
    ),
    "school": (
        SCHOOL,
        (
            (StepKind.ASSESSMENT, Level.COMMUNITY),
            (StepKind.SUBMISSION, Level.TOWNSHIP),
            (StepKind.NOTICE, Level.COMMUNITY),
            (StepKind.APPROVAL, Level.COUNTY),
        ),
        "第一小学",
        "教育局",
    ),
    "charity": (
        CHARITY,
        ((StepKind.NOTICE, Level.GROUP), (StepKind.CHECK, Level.COUNTY), (StepKind.APPROVAL, Level.COUNTY)),
        "慈善总会办公室",
        "慈善总会领导小组",
    ),
    "charity of one office": (
        ALONE,
        ((StepKind.SUBMISSION, Level.CITY), (StepKind.NOTICE, Level.CITY), (StepKind.APPROVAL, Level.CITY)),
        "慈善基金会",
        "慈善基金会",
    ),
}


@pytest.mark.parametrize("line", LINES)
def test_a_procedure_is_walked_in_the_tree_of_its_line(line):
    places, steps, posts, approves = LINES[line]
    offices = tree(*places)
    lowest = offices[-1]
    programme = approved_programme(offices[0])
    lay_down(programme, *steps)
    cast = Cast(lowest)
    roster = drafted_roster(programme, lowest, cast=cast)
    at = AT
    rosters.start(roster=roster, by=cast.clerk, at=at)
    deciders = []
    while roster.status != RosterStatus.FINAL:
        step, actor = roster.step, cast.at(roster.step)
        office = lowest.office_for(step.level)
        assert titles_of(actor, roster), f"{step} waits for nobody"
        assert actor.full_name in "".join(roster_page.who_may(roster, first_move(roster)))
        if step.kind == StepKind.APPROVAL:
            deciders.append(office.name)
        at = take_step(roster, by=actor, at=at)
    assert deciders[-1] == approves
    assert PublicNotice.objects.get().unit_name == posts
    assert roster.entries.filter(status="final").count() == 3


def first_move(roster):
    return next(move for move in ROSTER.moves if roster.status in move.sources)


def titles_of(user, roster):
    return [item.title for item in todo.for_user(user, AT.date()) if str(roster.organisation) in item.title]


def test_a_step_waits_for_the_nearest_office_alone():
    city, district, factory = tree(*UNION)
    programme = approved_programme(city)
    lay_down(programme, (StepKind.APPROVAL, Level.TOWNSHIP), (StepKind.APPROVAL, Level.CITY))
    cast = Cast(factory)
    roster = drafted_roster(programme, factory, cast=cast)
    rosters.start(roster=roster, by=cast.clerk, at=AT)
    near, far = user_with("approver", district), user_with("approver", city)
    assert factory.office_for(Level.TOWNSHIP) == district
    assert list(waiting.rosters_waiting_for(near)) == [roster]
    assert list(waiting.rosters_waiting_for(far)) == []
    rosters.approve(roster=roster, by=near, at=AT)
    assert list(waiting.rosters_waiting_for(near)) == []
    assert list(waiting.rosters_waiting_for(far)) == [roster]


def test_an_objection_waits_for_the_office_that_posted():
    city, district, factory = tree(*UNION)
    programme = approved_programme(city)
    lay_down(programme, (StepKind.NOTICE, Level.TOWNSHIP))
    cast = Cast(factory)
    roster = drafted_roster(programme, factory, cast=cast)
    rosters.start(roster=roster, by=cast.clerk, at=AT)
    poster = cast.at(roster.step)
    notice = notices.post(roster=roster, by=poster, at=AT)
    filed = objections.file(notice=notice, content="有车", at=AT)
    assert notice.unit_name == district.name
    assert list(waiting.open_objections(poster)) == [filed]
    assert list(waiting.open_objections(user_with("approver", city))) == []


def test_the_enterprise_union_cannot_approve_for_the_district():
    _city, _district, factory = tree(*UNION)
    programme = approved_programme(_city)
    lay_down(programme, (StepKind.APPROVAL, Level.COUNTY))
    cast = Cast(factory)
    roster = drafted_roster(programme, factory, cast=cast)
    rosters.start(roster=roster, by=cast.clerk, at=AT)
    with pytest.raises(workflow.Refused) as refused:
        rosters.approve(roster=roster, by=user_with("reviewer", factory), at=AT)
    assert refused.value.kind == "permission"


def test_quotas_go_to_the_lowest_organisations_of_a_line_without_communities():
    city, district, factory = tree(*UNION)
    other = organisation("第二纺织厂工会", district, Level.GROUP, line=Line.UNION)
    programme = approved_programme(city)
    covered = programmes.covered_communities(programme)
    assert set(covered) == {factory, other}
    assert sum(quota.count for quota in programme.quotas.all()) == programme.quota_total


def test_titles_of_the_government_keep_their_levels_there():
    village = organisation("某村")
    with pytest.raises(Refusal, match="不能设在"):
        user_with("reviewer", village)
    assert roles.ROLES["reviewer"].fits(organisation("某厂工会", None, Level.GROUP, line=Line.UNION))


def test_a_roster_of_a_township_line_reaches_the_end_by_walk():
    education, primary = tree(*SCHOOL)
    programme = approved_programme(education)
    lay_down(programme, (StepKind.ASSESSMENT, Level.TOWNSHIP), (StepKind.APPROVAL, Level.COUNTY))
    cast = Cast(primary)
    roster = drafted_roster(programme, primary, cast=cast)
    at = walk(roster, cast=cast)
    assert (roster.status, at - AT) == (RosterStatus.FINAL, timedelta())
