"""Services of rosters: what they guarantee and the sentences they refuse with."""

import copy
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from beneficiaries.enums import EntryOrigin, EntryStatus, NoticeStatus, PaymentMode, RosterStatus
from beneficiaries.models import HelpGiven, Institution, NoticeEntry, Programme, RosterEntry
from beneficiaries.queries import rosters as queries
from beneficiaries.services import assessments, checks, entries, households, notices, objections, rosters
from beneficiaries.tests.factories import (
    Cast,
    approved_programme,
    attendees,
    bank_number,
    drafted_roster,
    household,
    id_number,
    member,
    roster_at,
    walk,
)
from beneficiaries.tests.factories.rosters import hold_meeting, on_the_wall
from welfare import todo, workflow
from welfare.errors import Refusal
from welfare.models import AuditEvent
from welfare.testing.personas import AT, make_organisations, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def kept_ground(once):
    """The organisations, an approved programme and the cast of a roster in 甲村."""

    def lay():
        tree = make_organisations()
        programme = approved_programme(tree.township)
        return SimpleNamespace(tree=tree, programme=programme, cast=Cast(tree.community))

    return once(lay)


@pytest.fixture
def ground(kept_ground, db):
    return copy.deepcopy(kept_ground)


@pytest.fixture
def tree(ground):
    return ground.tree


@pytest.fixture
def programme(ground):
    return ground.programme


@pytest.fixture
def cast(ground):
    return ground.cast


@pytest.fixture
def drafted(programme, tree, cast):
    return drafted_roster(programme, tree.community, cast=cast)


def nominate(roster, by, home, *, category=None, **over):
    return entries.add(
        roster=roster,
        category=category or roster.programme.categories.order_by("precedence").first(),
        origin=EntryOrigin.NOMINATION,
        by=by,
        at=AT,
        **({"household": home, "reason": "困难"} | over),
    )


# -- drafting ------------------------------------------------------------------------------------------


def test_a_programme_not_approved_has_no_rosters(tree, cast, programme):
    programme = Programme.objects.get(pk=programme.pk)
    programme.status = "draft"
    with pytest.raises(Refusal, match="批准后才能建立名册"):
        rosters.draft(programme=programme, organisation=tree.community, by=cast.clerk, at=AT)


def test_a_programme_covers_its_own_organisations_only(programme, tree):
    clerk = user_with("clerk", tree.other_community)
    with pytest.raises(Refusal, match="实施范围不含"):
        rosters.draft(programme=programme, organisation=tree.other_community, by=clerk, at=AT)


def test_the_clerk_of_another_community_cannot_draft(programme, tree):
    with pytest.raises(workflow.Refused) as refused:
        rosters.draft(
            programme=programme, organisation=tree.community, by=user_with("clerk", tree.sibling), at=AT
        )
    assert refused.value.kind == "permission"


def test_screening_fills_within_the_quota_with_reasons_in_words(programme, tree, cast):
    for number in range(5):
        household(tree.community, head=f"张{number}", categories=["low_income"], monthly_income=300 + number)
    programme.quotas.filter(organisation=tree.community).update(count=3)
    roster = rosters.draft(programme=programme, organisation=tree.community, by=cast.clerk, at=AT)
    made = entries.fill_from_screening(roster=roster, by=cast.clerk, at=AT)
    assert [entry.position for entry in made] == [1, 2, 3]
    assert all(entry.explanation and entry.explanation[0]["text"] for entry in made)
    assert not entries.fill_from_screening(roster=roster, by=cast.clerk, at=AT)


def test_over_quota_names_both_numbers(programme, tree, cast, drafted):
    programme.quotas.filter(organisation=tree.community).update(count=2)
    with pytest.raises(Refusal, match="甲村名额 2 个，现列 3 个，超出 1 个"):
        rosters.start(roster=drafted, by=cast.clerk, at=AT)


def test_an_empty_roster_does_not_start(programme, tree, cast):
    roster = drafted_roster(programme, tree.community, households=0, cast=cast)
    with pytest.raises(Refusal, match="没有列入任何对象"):
        rosters.start(roster=roster, by=cast.clerk, at=AT)


def test_a_nomination_says_why(programme, tree, cast, drafted):
    with pytest.raises(Refusal, match="写明列入理由"):
        nominate(drafted, cast.clerk, household(tree.community), reason="  ")


def test_a_household_of_another_community_is_refused(tree, cast, drafted):
    with pytest.raises(Refusal, match="不能列入甲村的名册"):
        nominate(drafted, cast.clerk, household(tree.sibling))


def test_a_person_does_not_fit_a_category_of_households(tree, cast, drafted):
    person = household(tree.community).head
    with pytest.raises(Refusal, match="以户为对象"):
        nominate(drafted, cast.clerk, None, person=person)


def test_the_same_household_is_listed_once_in_words(tree, cast, drafted):
    home = drafted.entries.first().household
    with pytest.raises(Refusal, match="同一方案不能重复列入"):
        nominate(drafted, cast.clerk, home)


def test_programmes_of_one_exclusion_group_exclude_one_another(programme, tree, cast, drafted):
    # the copy differs in nothing but its code
    other = Programme.objects.get(pk=programme.pk)
    category = other.categories.first()
    other.pk, other.code = None, "other-plan"
    other.save()
    category.pk, category.programme = None, other
    category.save()
    roster = rosters.draft(programme=other, organisation=tree.community, by=cast.clerk, at=AT)
    with pytest.raises(Refusal, match="互斥组“spring-festival”"):
        nominate(roster, cast.clerk, drafted.entries.first().household, category=category)


def test_a_withdrawn_household_may_be_listed_again(tree, cast, drafted):
    entry = drafted.entries.first()
    with pytest.raises(Refusal, match="须写明理由"):
        entries.withdraw(entry=entry, by=cast.clerk, at=AT, reason="")
    entries.withdraw(entry=entry, by=cast.clerk, at=AT, reason="已迁出")
    assert nominate(drafted, cast.clerk, entry.household).position == 4


def test_a_cancelled_roster_sets_its_households_free(programme, tree, cast, drafted):
    rosters.cancel(roster=drafted, by=cast.clerk, at=AT, reason="重做")
    assert {entry.status for entry in drafted.entries.all()} == {EntryStatus.WITHDRAWN}
    again = rosters.draft(programme=programme, organisation=tree.community, by=cast.clerk, at=AT)
    assert again.version == 2


def test_card_payment_needs_the_recipients_card(tree, cast, drafted):
    entry = drafted.entries.first()
    with pytest.raises(Refusal, match="没有登记在用的银行卡"):
        entries.choose_payment(entry=entry, mode=PaymentMode.BANK, by=cast.clerk, at=AT)
    head = entry.household.head
    households.set_bank_account(person=head, bank_name="农商银行", number=bank_number(), by=None, at=AT)
    entries.choose_payment(entry=entry, mode=PaymentMode.BANK, by=cast.clerk, at=AT)
    entry.refresh_from_db()
    assert entry.payment_mode == PaymentMode.BANK


def test_a_roster_under_way_is_not_changed(programme, tree, cast):
    roster = roster_at(RosterStatus.ASSESSING, programme, tree.community, cast=cast)
    with pytest.raises(Refusal, match="不能“调整名单”"):
        nominate(roster, cast.clerk, household(tree.community))
    with pytest.raises(Refusal, match="不能再调整名单"):
        entries.withdraw(entry=roster.entries.first(), by=cast.clerk, at=AT, reason="错列")


# -- assessment ----------------------------------------------------------------------------------------


def open_meeting(roster, by, **over):
    facts = {
        "held_at": AT,
        "place": "会议室",
        "chair": "李主任",
        "recorder": "王书记",
        "attendees": attendees(9),
    }
    return assessments.open_meeting(roster=roster, by=by, at=AT, **facts | over)


@pytest.mark.parametrize(
    ("over", "sentence"),
    [
        ({"attendees": []}, "请登记应到人员"),
        ({"attendees": [{"name": "甲"}, {"name": "甲"}]}, "登记了两次"),
        ({"attendees": [{"name": "甲", "is_present": False}]}, "请填写缺席原因"),
        ({"held_at": AT + timedelta(days=1)}, "不能晚于现在"),
        ({"held_at": AT - timedelta(days=1)}, "2026年01月05日才进入本环节"),
        ({"held_at": datetime(1, 1, 1, tzinfo=UTC)}, "才进入本环节"),
    ],
)
def test_a_meeting_that_cannot_be(programme, tree, cast, over, sentence):
    roster = roster_at(RosterStatus.ASSESSING, programme, tree.community, cast=cast)
    with pytest.raises(Refusal, match=sentence):
        open_meeting(roster, cast.clerk, **over)


def test_without_quorum_nothing_is_concluded(programme, tree, cast):
    roster = roster_at(RosterStatus.ASSESSING, programme, tree.community, cast=cast)
    meeting = open_meeting(roster, cast.clerk, attendees=attendees(5, 4))
    votes = {entry.pk: {"agree": 5} for entry in roster.entries.all()}
    assessments.record_votes(assessment=meeting, votes=votes, by=cast.clerk, at=AT)
    with pytest.raises(Refusal, match="不足三分之二"):
        assessments.conclude(assessment=meeting, by=cast.clerk, at=AT)


def test_every_entry_is_voted_on_before_the_conclusion(programme, tree, cast):
    roster = roster_at(RosterStatus.ASSESSING, programme, tree.community, cast=cast)
    meeting = open_meeting(roster, cast.clerk)
    with pytest.raises(Refusal, match="还有 3 个对象没有记票"):
        assessments.conclude(assessment=meeting, by=cast.clerk, at=AT)


def test_withdrawn_relatives_do_not_count(programme, tree, cast):
    roster = roster_at(RosterStatus.ASSESSING, programme, tree.community, households=1, cast=cast)
    meeting = open_meeting(roster, cast.clerk)
    entry = roster.entries.get()
    votes = {entry.pk: {"agree": 4, "against": 2, "withdrawn": "李主任、王书记、赵组长"}}
    assessments.record_votes(assessment=meeting, votes=votes, by=cast.clerk, at=AT)
    assessments.conclude(assessment=meeting, by=cast.clerk, at=AT)
    entry.refresh_from_db()
    assert entry.status == EntryStatus.LISTED


def test_who_fails_is_rejected_with_the_votes(programme, tree, cast):
    roster = roster_at(RosterStatus.ASSESSING, programme, tree.community, cast=cast)
    first = roster.entries.first()
    hold_meeting(roster, by=cast.clerk, at=AT, failing=[first])
    first.refresh_from_db()
    assert first.status == EntryStatus.REJECTED
    assert first.status_reason == "评议同意 3 票，反对 6 票，弃权 0 票，未达三分之二以上"
    assert roster.status == RosterStatus.SUBMITTING


def test_a_meeting_of_an_earlier_lap_is_closed_for_good(programme, tree, cast):
    roster = roster_at(RosterStatus.ASSESSING, programme, tree.community, cast=cast)
    meeting = open_meeting(roster, cast.clerk)
    rosters.return_to(roster=roster, step=None, by=cast.clerk, at=AT, reason="漏列一户")
    rosters.start(roster=roster, by=cast.clerk, at=AT)
    with pytest.raises(Refusal, match="只供查阅"):
        assessments.record_votes(assessment=meeting, votes={}, by=cast.clerk, at=AT)
    hold_meeting(roster, by=cast.clerk, at=AT)
    assert roster.status == RosterStatus.SUBMITTING


# -- notice and objections -----------------------------------------------------------------------------


@pytest.fixture
def on_notice(programme, tree, cast):
    return roster_at(RosterStatus.ON_NOTICE, programme, tree.community, cast=cast)


@pytest.fixture
def notice(on_notice, cast):
    made = notices.post(roster=on_notice, by=cast.clerk, at=AT)
    on_the_wall(made, by=cast.clerk)
    return made


def test_without_a_public_label_nothing_is_posted(on_notice, cast):
    on_notice.programme.categories.update(public_label="")
    with pytest.raises(Refusal, match="还没有公开名称"):
        notices.post(roster=on_notice, by=cast.clerk, at=AT)


def test_working_days_skip_the_weekend_and_ask_for_the_calendar(on_notice, cast):
    on_notice.programme.steps.filter(kind="notice").update(is_working_days=True)
    with pytest.raises(Refusal, match="节假日安排尚未录入"):
        notices.post(roster=on_notice, by=cast.clerk, at=AT + timedelta(days=3650))


def test_rows_are_frozen(notice):
    before = list(NoticeEntry.objects.order_by("position").values_list())
    entry = RosterEntry.objects.first()
    person = entry.household.head
    person.name = "改了名"
    person.save()
    assert list(NoticeEntry.objects.order_by("position").values_list()) == before


def test_a_minor_appears_as_the_head_or_not_at_all(programme, tree, cast):
    category = programme.categories.first()
    type(category).objects.filter(pk=category.pk).update(unit="person")
    category.refresh_from_db()
    home = household(
        tree.community, head="何大山", members=[member("何小宝", id_number=id_number(date(2016, 5, 4)))]
    )
    child = home.members.get(name="何小宝")
    roster = drafted_roster(programme, tree.community, households=0, cast=cast)
    nominate(roster, cast.clerk, None, category=category, person=child)
    walk(roster, until=RosterStatus.ON_NOTICE, cast=cast)
    notice = notices.post(roster=roster, by=cast.clerk, at=AT)
    assert notice.rows.get().shown_name == "何*山"
    notices.withdraw(notice=notice, by=cast.clerk, at=AT, reason="改设置")
    Programme.objects.filter(pk=programme.pk).update(shows_minors_as_household=False)
    roster.refresh_from_db()
    roster.programme.refresh_from_db()
    assert notices.post(roster=roster, by=cast.clerk, at=AT).rows.count() == 0


def test_a_unit_is_shown_by_its_name(programme, tree, cast):
    category = programme.categories.first()
    type(category).objects.filter(pk=category.pk).update(unit="institution")
    category.refresh_from_db()
    unit = Institution.objects.create(organisation=tree.community, name="甲村敬老院", registered_on=AT.date())
    roster = drafted_roster(programme, tree.community, households=0, cast=cast)
    nominate(roster, cast.clerk, None, category=category, institution=unit)
    walk(roster, until=RosterStatus.ON_NOTICE, cast=cast)
    assert notices.post(roster=roster, by=cast.clerk, at=AT).rows.get().shown_name == "甲村敬老院"


def test_the_notice_closes_the_day_after_its_period_in_china(notice, cast):
    last_moment = AT.replace(day=8, hour=15, minute=59)  # 23:59 of the 8th in China
    with pytest.raises(Refusal, match="公示期到2026年1月8日为止"):
        notices.close(notice=notice, by=cast.clerk, at=last_moment)
    roster = notices.close(notice=notice, by=cast.clerk, at=last_moment + timedelta(minutes=1))
    assert roster.status == RosterStatus.CHECKING
    notice.refresh_from_db()
    assert "未收到异议" in notice.result_text


def test_an_open_objection_holds_the_notice_open(notice, cast):
    objection = objections.file(notice=notice, content="有车", row_position=1, at=AT)
    with pytest.raises(Refusal, match="还有 1 件异议没有答复"):
        notices.close(notice=notice, by=cast.clerk, at=AT + timedelta(days=5))
    objections.answer(objection=objection, answer="车已报废", is_upheld=False, by=cast.clerk, at=AT)
    objection.entry.refresh_from_db()
    assert objection.entry.status == EntryStatus.LISTED
    notices.close(notice=notice, by=cast.clerk, at=AT + timedelta(days=5))


def test_an_entry_stays_stopped_while_another_objection_is_open(notice, cast):
    first = objections.file(notice=notice, content="有车", row_position=1, at=AT)
    second = objections.file(notice=notice, content="有房", row_position=1, at=AT)
    objections.answer(objection=first, answer="车已报废", is_upheld=False, by=cast.clerk, at=AT)
    first.entry.refresh_from_db()
    assert first.entry.status == EntryStatus.STOPPED
    objections.answer(objection=second, answer="确有商品房", is_upheld=True, by=cast.clerk, at=AT)
    first.entry.refresh_from_db()
    assert first.entry.status == EntryStatus.STRUCK
    assert first.entry.status_reason == "异议成立：确有商品房"


def test_an_answer_may_not_name_the_family(notice, cast):
    objection = objections.file(notice=notice, content="有车", row_position=1, at=AT)
    name = objection.entry.household.head.name
    with pytest.raises(Refusal, match="不能写出当事人的姓名"):
        objections.answer(objection=objection, answer=f"{name}没有车", is_upheld=False, by=cast.clerk, at=AT)


def test_a_return_takes_the_notice_down_and_a_new_lap_posts_anew(notice, on_notice, cast):
    notices.close(notice=notice, by=cast.clerk, at=AT + timedelta(days=5))
    on_notice.refresh_from_db()
    walk(on_notice, until=RosterStatus.REVIEWING, cast=cast, at=AT + timedelta(days=5))
    step = on_notice.programme.steps.get(kind="notice")
    reviewer = cast.at(on_notice.step)
    rosters.return_to(roster=on_notice, step=step, by=reviewer, at=AT + timedelta(days=6), reason="重新公示")
    anew = notices.post(roster=on_notice, by=cast.clerk, at=AT + timedelta(days=6))
    notice.refresh_from_db()
    assert (notice.status, anew.status) == (NoticeStatus.WITHDRAWN, NoticeStatus.POSTED)
    rosters.return_to(roster=on_notice, step=None, by=cast.clerk, at=AT + timedelta(days=6), reason="名单错")
    anew.refresh_from_db()
    assert anew.status == NoticeStatus.WITHDRAWN


def test_closed_notices_are_taken_down_when_their_display_ends(notice, cast):
    notices.close(notice=notice, by=cast.clerk, at=AT + timedelta(days=5))
    keeps = notice.roster.programme.display_days
    assert notices.take_down_expired(AT + timedelta(days=3 + keeps)) == 0
    assert notices.take_down_expired(AT + timedelta(days=4 + keeps)) == 1


# -- check and review ----------------------------------------------------------------------------------


def test_a_sample_is_drawn_once_and_finished_when_all_is_recorded(programme, tree, cast):
    roster = roster_at(RosterStatus.CHECKING, programme, tree.community, households=11, cast=cast)
    inspector = cast.at(roster.step)
    check = checks.draw(roster=roster, by=inspector, at=AT, seed="2027")
    assert check.findings.count() == 2
    with pytest.raises(Refusal, match="样本已经抽取"):
        checks.draw(roster=roster, by=inspector, at=AT)
    with pytest.raises(Refusal, match="还有 2 个抽中的对象"):
        checks.finish(check=check, by=inspector, at=AT)
    for finding in check.findings.all():
        with pytest.raises(Refusal, match="写明核查情况"):
            checks.record_finding(finding=finding, is_true=True, text=" ", by=inspector, at=AT)
        checks.record_finding(finding=finding, is_true=True, text="属实", by=inspector, at=AT, is_key=True)
    checks.finish(check=check, by=inspector, at=AT)
    assert roster.entries.filter(is_key=True).count() == 2


def test_a_return_names_an_earlier_step(programme, tree, cast):
    roster = roster_at(RosterStatus.CHECKING, programme, tree.community, cast=cast)
    later = programme.steps.get(kind="approval")
    with pytest.raises(Refusal, match="只能退回到“镇抽查并确认重点慰问对象”之前"):
        rosters.return_to(roster=roster, step=later, by=cast.at(roster.step), at=AT, reason="错")


def test_a_final_roster_is_not_returned(programme, tree, cast):
    roster = roster_at(RosterStatus.FINAL, programme, tree.community, cast=cast)
    with pytest.raises(Refusal, match="不能退回"):
        rosters.return_to(roster=roster, step=None, by=cast.clerk, at=AT, reason="错")


def test_when_all_are_struck_nothing_can_be_approved(programme, tree, cast):
    roster = roster_at(RosterStatus.REVIEWING, programme, tree.community, households=1, cast=cast)
    reviewer = cast.at(roster.step)
    entries.strike(entry=roster.entries.get(), by=reviewer, at=AT, reason="不符")
    with pytest.raises(Refusal, match="没有列入任何对象"):
        rosters.approve(roster=roster, by=reviewer, at=AT)


def test_final_entries_are_counted_in_a_constant_number_of_queries(
    programme, tree, django_assert_num_queries
):
    roster_at(RosterStatus.FINAL, programme, tree.community, households=4)
    with django_assert_num_queries(2):
        assert len([str(entry) for entry in queries.final_entries(programme)]) == 4


def test_every_move_is_on_the_audit_trail(programme, tree):
    roster = roster_at(RosterStatus.FINAL, programme, tree.community)
    wanted = {
        "start",
        "open_meeting",
        "conclude_assessment",
        "submit",
        "post_notice",
        "close_notice",
        "approve",
    }
    found = AuditEvent.objects.filter(target_type="beneficiaries.roster", target_id=str(roster.pk))
    assert wanted <= {action.split(".")[-1] for action in found.values_list("action", flat=True)}
    assert not HelpGiven.objects.exists()


# -- 待办 ----------------------------------------------------------------------------------------------


def titles(user, at=AT):
    return [item.title for item in todo.for_user(user, at.date())]


def test_todo_follows_the_roster(programme, tree, cast):
    head = user_with("head", tree.community)
    roster = drafted_roster(programme, tree.community, cast=cast)
    assert "拟订名册：甲村" in titles(cast.clerk)
    walk(roster, until=RosterStatus.SUBMITTING, cast=cast)
    assert "提交名册：甲村" in titles(head)
    assert titles(cast.clerk) == []
    walk(roster, until=RosterStatus.ON_NOTICE, cast=cast)
    assert "张贴公示：甲村" in titles(cast.clerk)
    notice = notices.post(roster=roster, by=cast.clerk, at=AT)
    assert titles(cast.clerk) == []
    objection = objections.file(notice=notice, content="有车", at=AT)
    assert f"答复异议 {objection.reference}：甲村" in titles(cast.clerk)
    assert "公示期满，办结：甲村" in titles(cast.clerk, AT + timedelta(days=4))


def test_todo_leaves_out_who_four_eyes_bar(programme, tree, cast):
    roster = roster_at(RosterStatus.REVIEWING, programme, tree.community, cast=cast)
    reviewer = user_with("reviewer", tree.township)
    assert "审核名册：甲村" in titles(reviewer)
    workflow.record_duty(roster, by=reviewer, duty="submitting", at=AT, stage="2")
    assert "审核名册：甲村" not in titles(reviewer)
