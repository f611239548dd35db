"""近亲属备案: who is found on a roster, who must look, who must stand back."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from beneficiaries.enums import RosterStatus, StepKind
from beneficiaries.models import RelativeCheck, StaffRelative
from beneficiaries.queries import relatives as queries
from beneficiaries.queries import waiting
from beneficiaries.services import assessments, checks, relatives, rosters
from beneficiaries.services import entries as entry_services
from beneficiaries.tests.factories import (
    Cast,
    approved_programme,
    drafted_roster,
    household,
    id_number,
    member,
    walk,
)
from welfare import todo, workflow
from welfare.errors import Refusal
from welfare.models import AuditEvent
from welfare.testing.personas import AT, organisation, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(tree):
    return Cast(tree.community)


@pytest.fixture
def roster(tree, cast):
    """Three households in drafting; the third has a daughter 何小梅."""
    made = drafted_roster(approved_programme(tree.township), tree.community, households=2, cast=cast)
    home = household(tree.community, head="何大山", members=[member("何小梅", id_number=id_number())])
    entry_services.add(
        roster=made,
        category=made.programme.categories.first(),
        origin="nomination",
        household=home,
        reason="困难",
        by=cast.clerk,
        at=AT,
    )
    return made


def third(roster):
    return roster.entries.get(position=3)


def declare(organisation, by, **over):
    facts = {"staff_name": "孟干事", "name": "何小梅", "kinship": "child", "post": "村主任"}
    return relatives.declare(organisation=organisation, by=by, at=AT, **facts | over)


def number_of(roster, name="何小梅"):
    return third(roster).household.members.get(name=name).id_number


def positions(roster):
    return [kin.position for kin in queries.of_roster(roster).values()]


# -- the register --------------------------------------------------------------------------------------


def test_a_relative_on_file_is_found_by_number_wherever_the_staff_works(tree, roster):
    far = user_with("reviewer", tree.other_township)
    made = declare(tree.other_township, far, id_number=number_of(roster))
    assert made.person == third(roster).household.members.get(name="何小梅")
    assert positions(roster) == [3]
    assert AuditEvent.objects.filter(action="relative.declare").count() == 1


def test_a_name_alone_is_sought_on_the_way_up_and_down_alone(tree, roster, cast):
    declare(tree.other_township, user_with("reviewer", tree.other_township))
    assert positions(roster) == []
    declare(tree.township, user_with("reviewer", tree.township))
    assert positions(roster) == [3]


def test_who_left_the_household_is_no_longer_found(tree, roster, cast):
    declare(tree.community, cast.clerk)
    girl = third(roster).household.members.get(name="何小梅")
    type(girl).objects.filter(pk=girl.pk).update(left_on=AT.date(), left_reason="出嫁")
    assert positions(roster) == []


def test_an_ended_declaration_counts_no_more(tree, roster, cast):
    made = declare(tree.community, cast.clerk)
    with pytest.raises(Refusal, match="写明注销原因"):
        relatives.end(relative=made, by=cast.clerk, at=AT, reason="")
    relatives.end(relative=made, by=cast.clerk, at=AT, reason="已离任")
    assert positions(roster) == []
    with pytest.raises(Refusal, match="已经注销"):
        relatives.end(relative=made, by=cast.clerk, at=AT, reason="已离任")


def test_nobody_ends_her_own(tree, cast):
    made = declare(tree.community, cast.clerk, staff=cast.clerk, staff_name="")
    assert made.staff_name == str(cast.clerk)
    with pytest.raises(Refusal, match="须由其他人员注销"):
        relatives.end(relative=made, by=cast.clerk, at=AT, reason="已离任")


@pytest.mark.parametrize(
    ("over", "sentence"),
    [
        ({"staff_name": " "}, "请填写工作人员姓名"),
        ({"name": ""}, "请填写近亲属姓名"),
        ({"id_number": "52032519900101"}, "身份证号"),
    ],
)
def test_what_cannot_be_declared(tree, cast, over, sentence):
    with pytest.raises(Refusal, match=sentence):
        declare(tree.community, cast.clerk, **over)


def test_once_is_enough_and_others_may_not(tree, cast):
    declare(tree.community, cast.clerk)
    with pytest.raises(Refusal, match="已经备案"):
        declare(tree.community, cast.clerk)
    for stranger in (user_with("clerk", tree.sibling), user_with("keeper", tree.community)):
        with pytest.raises(workflow.Refused) as refused:
            declare(tree.community, stranger)
        assert refused.value.kind == "permission"


def test_an_unknown_number_tells_nothing_and_ties_nobody(tree, cast):
    assert declare(tree.community, cast.clerk, id_number=id_number()).person is None


def test_constraints(tree, roster, cast):
    made = declare(tree.community, cast.clerk)
    rows = StaffRelative.objects.filter(pk=made.pk)

    def refuses(name, act):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            act()

    def again():
        made.pk = None
        made.save(force_insert=True)

    refuses("staff_relative_once", again)
    refuses("staff_relative_names_both", lambda: rows.update(name=""))
    refuses("staff_relative_names_both", lambda: rows.update(staff_name=""))
    refuses("staff_relative_ended_whole", lambda: rows.update(ended_at=AT))
    refuses("staff_relative_ended_whole", lambda: rows.update(end_reason="离任"))
    refuses("staff_relative_ended_whole", lambda: rows.update(ended_at=AT, ended_by=cast.clerk))
    refuses(
        "relative_check_has_words",
        lambda: RelativeCheck.objects.create(
            entry=third(roster),
            relative=rows.get(),
            is_true=True,
            finding="",
            checked_on=AT.date(),
            checked_at=AT,
            checked_by=cast.clerk,
        ),
    )


def test_the_register_is_seen_within_scope(tree, cast):
    declare(tree.community, cast.clerk)
    assert StaffRelative.objects.visible_to(user_with("head", tree.community)).count() == 1
    assert StaffRelative.objects.visible_to(user_with("clerk", tree.sibling)).count() == 0


# -- the next level looks in person --------------------------------------------------------------------


def look(entry, by, *, is_true=True, **over):
    facts = {"finding": "入户查看，情况属实", "checked_on": AT.date()} | over
    return relatives.check(entry=entry, is_true=is_true, by=by, at=AT, **facts)


def test_nobody_agrees_before_the_next_level_has_looked(tree, roster, cast):
    declare(tree.community, cast.clerk)
    walk(roster, until=RosterStatus.REVIEWING, cast=cast)
    reviewer = cast.at(roster.step)
    with pytest.raises(Refusal, match="第3号是工作人员的近亲属，须先由上一级当面核查"):
        rosters.approve(roster=roster, by=reviewer, at=AT)
    inspector = user_with("inspector", tree.township)
    look(third(roster), inspector, is_true=False)
    with pytest.raises(Refusal, match="第3号经近亲属核查情况不实"):
        rosters.approve(roster=roster, by=reviewer, at=AT)
    look(third(roster), inspector)
    rosters.approve(roster=roster, by=reviewer, at=AT)
    assert roster.status == RosterStatus.FINAL
    assert [check.is_true for check in RelativeCheck.objects.order_by("pk")] == [False, True]


def test_a_struck_relative_holds_nobody_up(tree, roster, cast):
    declare(tree.community, cast.clerk)
    walk(roster, until=RosterStatus.REVIEWING, cast=cast)
    reviewer = cast.at(roster.step)
    entry_services.strike(entry=third(roster), by=reviewer, at=AT, reason="不符")
    rosters.approve(roster=roster, by=reviewer, at=AT)
    assert roster.status == RosterStatus.FINAL


def test_one_declared_after_the_look_is_looked_at_again(tree, roster, cast):
    declare(tree.community, cast.clerk)
    walk(roster, until=RosterStatus.REVIEWING, cast=cast)
    inspector = user_with("inspector", tree.township)
    look(third(roster), inspector)
    declare(tree.community, cast.clerk, staff_name="王书记", kinship="sibling")
    with pytest.raises(Refusal, match="须先由上一级当面核查"):
        rosters.approve(roster=roster, by=cast.at(roster.step), at=AT)
    assert len(look(third(roster), inspector)) == 2
    rosters.approve(roster=roster, by=cast.at(roster.step), at=AT)


def test_the_look_is_the_next_levels(tree, roster, cast):
    declare(tree.community, cast.clerk)
    walk(roster, until=RosterStatus.SUBMITTING, cast=cast)
    with pytest.raises(Refusal, match="须由上一级（上坪镇）当面核查"):
        look(third(roster), user_with("inspector", tree.community))
    with pytest.raises(workflow.Refused) as refused:
        look(third(roster), user_with("reviewer", tree.township))
    assert refused.value.kind == "permission"
    look(third(roster), user_with("inspector", tree.county))


def test_who_drafted_or_decided_does_not_look_and_who_looked_does_not_decide(tree, roster, cast):
    declare(tree.community, cast.clerk)
    walk(roster, until=RosterStatus.SUBMITTING, cast=cast)
    inspector = user_with("inspector", tree.township)
    workflow.record_duty(roster, by=inspector, duty="assessing", at=AT, stage="1")
    with pytest.raises(workflow.Refused) as refused:
        look(third(roster), inspector)
    assert refused.value.kind == "four_eyes"
    other = user_with("inspector", tree.township)
    look(third(roster), other)
    assert workflow.duties_of(other, [roster]).get().duty == "checking"


@pytest.mark.parametrize(
    ("over", "sentence"),
    [({"finding": " "}, "写明核查情况"), ({"checked_on": AT.date() + timedelta(days=1)}, "不能晚于今天")],
)
def test_a_look_that_cannot_be(tree, roster, cast, over, sentence):
    declare(tree.community, cast.clerk)
    walk(roster, until=RosterStatus.SUBMITTING, cast=cast)
    with pytest.raises(Refusal, match=sentence):
        look(third(roster), user_with("inspector", tree.township), **over)


def test_only_relatives_on_rosters_under_way_are_looked_at(tree, roster, cast):
    inspector = user_with("inspector", tree.township)
    with pytest.raises(Refusal, match="启动评审后"):
        look(third(roster), inspector)
    walk(roster, until=RosterStatus.SUBMITTING, cast=cast)
    with pytest.raises(Refusal, match="没有备案为工作人员的近亲属"):
        look(third(roster), inspector)


def waits_for(user):
    return [item for item in todo.for_user(user, AT.date()) if item.kind == "近亲属"]


def test_it_waits_for_the_next_level_until_somebody_has_looked(client, tree, roster, cast):
    declare(tree.community, cast.clerk)
    inspector = user_with("inspector", tree.township)
    assert waits_for(inspector) == []
    walk(roster, until=RosterStatus.SUBMITTING, cast=cast)
    (found,) = waits_for(inspector)
    assert found.title == "当面核查近亲属：甲村第3号"
    client.force_login(inspector)
    assert "登记核查" in client.get(found.url).content.decode()
    for other in (
        user_with("reviewer", tree.township),
        user_with("inspector", tree.community),
        user_with("inspector", tree.county),
        user_with("inspector", tree.other_township),
    ):
        assert waits_for(other) == []
    look(third(roster), inspector)
    assert waits_for(inspector) == []


def test_it_does_not_wait_for_who_has_a_part_in_the_roster_nor_for_her_own_relative(tree, roster, cast):
    own, drafted, free = (user_with("inspector", tree.township) for _number in range(3))
    declare(tree.township, cast.at(roster.programme.steps.last()), staff=own)
    walk(roster, until=RosterStatus.SUBMITTING, cast=cast)
    workflow.record_duty(roster, by=drafted, duty="assessing", at=AT, stage="1")
    assert [len(waits_for(user)) for user in (own, drafted, free)] == [0, 0, 1]


def test_a_name_elsewhere_waits_for_nobody(tree, roster, cast):
    declare(tree.other_township, user_with("reviewer", tree.other_township))
    declare(tree.sibling, user_with("clerk", tree.sibling))
    walk(roster, until=RosterStatus.SUBMITTING, cast=cast)
    assert waits_for(user_with("inspector", tree.township)) == []


def test_many_on_one_roster_are_one_entry_of_the_list(tree, cast):
    made = drafted_roster(approved_programme(tree.township), tree.community, households=9, cast=cast)
    for entry in made.entries.all():
        person = entry.household.head
        declare(tree.community, cast.clerk, name=person.name, person=person)
    walk(made, until=RosterStatus.SUBMITTING, cast=cast)
    (found,) = waits_for(user_with("inspector", tree.township))
    assert (found.title, found.count) == ("当面核查近亲属：甲村", 9)


def test_the_list_costs_the_same_for_one_roster_and_three(tree, django_assert_num_queries):
    programme = approved_programme(tree.township)
    for place in (tree.community, tree.sibling, organisation("戊村", tree.township)):
        there = Cast(place)
        made = drafted_roster(programme, place, cast=there)
        walk(made, until=RosterStatus.SUBMITTING, cast=there)
        declare(place, there.clerk, name=made.entries.first().household.head.name)
        inspector = user_with("inspector", tree.township)
        inspector.may("roster.check")
        with django_assert_num_queries(6):
            assert waiting.relatives_to_check(inspector)


# -- standing back -------------------------------------------------------------------------------------


def meet(roster, by, names=("李主任", "王书记", "赵组长")):
    return assessments.open_meeting(
        roster=roster,
        held_at=AT,
        place="会议室",
        chair=names[0],
        recorder=names[1],
        attendees=[{"name": name} for name in names],
        by=by,
        at=AT,
    )


def test_the_relative_among_those_present_withdraws_from_the_vote(tree, roster, cast):
    declare(tree.community, cast.clerk, staff_name="李主任")
    walk(roster, until=RosterStatus.ASSESSING, cast=cast)
    meeting = meet(roster, cast.clerk)
    votes = {entry.pk: {"agree": 3} for entry in roster.entries.all()}
    with pytest.raises(Refusal, match="第3号是李主任的子女，李主任须回避"):
        assessments.record_votes(assessment=meeting, votes=votes, by=cast.clerk, at=AT)
    votes[third(roster).pk] = {"agree": 2, "withdrawn": "李主任"}
    assessments.record_votes(assessment=meeting, votes=votes, by=cast.clerk, at=AT)
    assessments.conclude(assessment=meeting, by=cast.clerk, at=AT)
    roster.refresh_from_db()
    assert roster.status == RosterStatus.SUBMITTING


def test_one_declared_after_the_votes_stops_the_conclusion(tree, roster, cast):
    walk(roster, until=RosterStatus.ASSESSING, cast=cast)
    meeting = meet(roster, cast.clerk)
    votes = {entry.pk: {"agree": 3} for entry in roster.entries.all()}
    assessments.record_votes(assessment=meeting, votes=votes, by=cast.clerk, at=AT)
    declare(tree.community, cast.clerk, staff_name="李主任")
    with pytest.raises(Refusal, match="李主任须回避"):
        assessments.conclude(assessment=meeting, by=cast.clerk, at=AT)


def test_a_relative_who_did_not_come_need_not_withdraw(tree, roster, cast):
    declare(tree.community, cast.clerk, staff_name="钱代表")
    walk(roster, until=RosterStatus.ASSESSING, cast=cast)
    meeting = meet(roster, cast.clerk)
    votes = {entry.pk: {"agree": 3} for entry in roster.entries.all()}
    assessments.record_votes(assessment=meeting, votes=votes, by=cast.clerk, at=AT)
    assert meeting.votes.count() == 3


def test_the_reviewer_does_not_agree_to_her_own_relative_nor_strike_him(tree, roster, cast):
    reviewer = user_with("reviewer", tree.township)
    declare(tree.township, reviewer, staff=reviewer)
    walk(roster, until=RosterStatus.REVIEWING, cast=cast)
    look(third(roster), user_with("inspector", tree.township))
    with pytest.raises(Refusal, match="第3号是您的近亲属，请回避"):
        rosters.approve(roster=roster, by=reviewer, at=AT)
    with pytest.raises(Refusal, match="第3号是您的近亲属，请回避"):
        entry_services.strike(entry=third(roster), by=reviewer, at=AT, reason="不符")
    rosters.approve(roster=roster, by=user_with("reviewer", tree.township), at=AT)


def test_the_page_ties_a_declaration_to_the_account_or_the_name_binds(client, tree, roster, cast):
    reviewer = user_with("reviewer", tree.township)
    client.force_login(reviewer)
    shown = client.get("/relatives/new/").context["form_key"]
    told = {
        "organisation": tree.township.pk,
        "staff_name": reviewer.full_name,
        "kinship": "child",
        "name": "何小梅",
    }
    assert client.post("/relatives/new/", told | {"form_key": shown}).status_code == 302
    made = StaffRelative.objects.get()
    assert made.staff == reviewer
    walk(roster, until=RosterStatus.REVIEWING, cast=cast)
    look(third(roster), user_with("inspector", tree.township))
    for staff in (reviewer, None):
        StaffRelative.objects.update(staff=staff)
        with pytest.raises(Refusal, match="第3号是您的近亲属，请回避"):
            rosters.approve(roster=roster, by=reviewer, at=AT)
    namesake = user_with("reviewer", tree.other_township)
    namesake.full_name = reviewer.full_name
    assert not queries.is_staff(StaffRelative.objects.get(), namesake)


def test_the_inspector_does_not_check_her_own_relative(tree, roster, cast):
    inspector = user_with("inspector", tree.township)
    reviewer = user_with("reviewer", tree.township)
    declare(tree.township, reviewer, staff=inspector)
    roster.programme.steps.filter(kind=StepKind.CHECK).update(sample_number=3)
    walk(roster, until=RosterStatus.CHECKING, cast=cast)
    with pytest.raises(Refusal, match="请回避"):
        look(third(roster), inspector)
    check = checks.draw(roster=roster, by=inspector, at=AT)
    finding = check.findings.get(entry=third(roster))
    with pytest.raises(Refusal, match="请回避，由其他人员核查"):
        checks.record_finding(finding=finding, is_true=True, text="属实", by=inspector, at=AT)


def test_matching_costs_the_same_for_3_and_13_households(tree, cast, django_assert_max_num_queries):
    programme = approved_programme(tree.township)
    for place, count in ((tree.community, 3), (tree.sibling, 13)):
        made = drafted_roster(programme, place, households=count)
        for entry in made.entries.select_related("household"):
            declare(
                place, user_with("clerk", place), name=entry.household.head.name, staff_name=f"甲{entry.pk}"
            )
        with django_assert_max_num_queries(3):
            assert len(queries.of_roster(made)) == count
