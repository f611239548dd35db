"""Words on official paper: who decided, how many, from when, under which number."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from beneficiaries.documents import notices as documents
from beneficiaries.enums import RosterStatus, StepKind
from beneficiaries.queries import notices as queries
from beneficiaries.rules.notice import time_left
from beneficiaries.rules.offices import word_of
from beneficiaries.services import entries, final_lists, letters, notices
from beneficiaries.tests.factories import (
    Cast,
    approved_programme,
    close_notice,
    drafted_roster,
    hold_meeting,
    roster_at,
    walk,
)
from welfare.testing.personas import AT, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(tree):
    return Cast(tree.community)


@pytest.fixture
def programme(tree):
    return approved_programme(tree.township)


# -- what an office is called --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("青龙村", "村"),
        ("青龙村村民委员会", "村"),
        ("幸福社区居民委员会", "社区"),
        ("高板镇人民政府", "镇"),
        ("城东街道办事处", "街道"),
        ("播州区人民政府", "区"),
        ("道真仡佬族苗族自治县人民政府", "自治县"),
        ("临水县民政局", "临水县民政局"),
        ("红星机械厂工会", "红星机械厂工会"),
        ("村", "村"),
    ],
)
def test_an_office_is_called_by_its_own_word(name, word):
    assert word_of(name) == word


@given(st.text(max_size=12))
def test_the_word_is_part_of_the_name(name):
    assert word_of(name) in name
    assert bool(word_of(name)) == bool(name)


def test_the_text_of_a_notice_says_who_did_what_and_nothing_of_handing_in(programme, tree):
    programme.steps.update(name="")
    for place, words in ((tree.community, "村民主评议"), (tree.sibling, "社区民主评议")):
        roster = drafted_roster(programme, place)
        walk(roster, until=RosterStatus.ON_NOTICE, cast=Cast(place))
        body = notices.default_body(roster)
        assert f"经{words}，现将{place}" in body
        assert "提交" not in body and "(" not in body


def test_a_step_that_the_plan_names_is_told_in_its_words(programme, tree, cast):
    roster = roster_at(RosterStatus.ON_NOTICE, programme, tree.community, cast=cast)
    assert "经议事会评议，现将" in notices.default_body(roster)


@pytest.mark.parametrize(("share", "words"), [(None, "到会人数不作要求"), ("0.5", "到会要求二分之一以上")])
def test_minutes_say_what_quorum_was_asked_for(client, programme, tree, cast, share, words):
    programme.steps.filter(kind=StepKind.ASSESSMENT).update(quorum_share=share)
    roster = drafted_roster(programme, tree.community, cast=cast)
    walk(roster, until=RosterStatus.ASSESSING, cast=cast)
    meeting = hold_meeting(roster, by=cast.clerk, at=AT)
    client.force_login(cast.clerk)
    for name in ("assessment", "assessment_minutes"):
        page = client.get(reverse(name, args=[meeting.pk])).content.decode()
        assert words in page
        assert "要求不作要求" not in page and f"要求{words}" not in page


def test_the_text_of_a_result_says_what_was_done_and_by_whom(programme, tree, cast):
    roster = roster_at(RosterStatus.FINAL, programme, tree.community, cast=cast)
    body = final_lists.default_body(roster)
    assert "经议事会评议、村（社区）公示、镇抽查并确认重点慰问对象、镇审批，甲村慰问对象已经确定" in body
    programme.steps.update(name="")
    assert "经村民主评议、村公示、镇抽查、镇审核，甲村" in final_lists.default_body(roster)


def test_a_result_tells_of_no_meeting_and_no_notice_that_never_were(programme, tree, cast):
    programme.steps.exclude(kind__in=(StepKind.SUBMISSION, StepKind.APPROVAL)).delete()
    roster = roster_at(RosterStatus.FINAL, programme, tree.community, cast=cast)
    body = final_lists.default_body(roster)
    assert "，经镇审批，甲村慰问对象已经确定" in body
    assert "评议" not in body and "公示" not in body


def test_a_meeting_that_nobody_needed_is_told_neither_in_the_notice_nor_in_the_result(programme, tree, cast):
    programme.steps.filter(kind=StepKind.ASSESSMENT).update(is_for_disputed=True)
    roster = drafted_roster(programme, tree.community, cast=cast)
    roster.entries.update(explanation=[{"text": "困难", "is_met": True, "value": "", "depth": 0}])
    at = walk(roster, until=RosterStatus.ON_NOTICE, cast=cast)
    assert "评议" not in notices.default_body(roster)
    walk(roster, cast=cast, at=at)
    body = final_lists.default_body(roster)
    assert "评议" not in body and "经村（社区）公示、" in body


# -- who signs -----------------------------------------------------------------------------------------


def test_the_result_names_the_office_that_posted_and_whose_list_it_is(programme, tree, cast):
    programme.steps.filter(kind=StepKind.NOTICE).update(level="township")
    roster = roster_at(RosterStatus.ON_NOTICE, programme, tree.community, cast=cast)
    by = user_with("reviewer", tree.township)
    notice = notices.post(roster=roster, by=by, at=AT)
    close_notice(notice, by=by)
    page = documents.result_page(queries.public_notice(notice.token))
    assert page["unit"] == "上坪镇"
    assert page["intro"].startswith(f"上坪镇在甲村发布的《{notice.title}》（第一榜）")


def test_a_villages_own_result_names_the_village_once(programme, tree, cast):
    roster = roster_at(RosterStatus.ON_NOTICE, programme, tree.community, cast=cast)
    notice = notices.post(roster=roster, by=cast.clerk, at=AT)
    close_notice(notice, by=cast.clerk)
    assert documents.result_page(queries.public_notice(notice.token))["intro"].startswith("甲村发布的《")


def test_the_letter_is_of_the_office_whose_step_decided(programme, tree, cast):
    roster = roster_at(RosterStatus.REVIEWING, programme, tree.community, cast=cast)
    reviewer = cast.at(roster.step)
    entry = roster.entries.first()
    entries.strike(entry=entry, by=reviewer, at=AT, reason="收入超过标准")
    letter = letters.issue(entry=entry, reason="收入超过标准", by=reviewer, at=AT)
    assert letter.unit_name == "上坪镇"


def test_the_letter_to_who_was_voted_down_is_the_villages(programme, tree, cast):
    roster = drafted_roster(programme, tree.community, cast=cast)
    walk(roster, until=RosterStatus.ASSESSING, cast=cast)
    entry = roster.entries.first()
    hold_meeting(roster, by=cast.clerk, at=AT, failing=[entry])
    entry.refresh_from_db()
    letter = letters.issue(entry=entry, reason="收入超过标准", by=cast.clerk, at=AT)
    assert letter.unit_name == "甲村"


# -- from when, how many -------------------------------------------------------------------------------


@given(st.dates(date(2025, 1, 1), date(2027, 1, 1)), st.integers(1, 30), st.integers(-40, 60))
def test_the_days_left_never_exceed_the_period(starts_on, days, offset):
    ends_on, on = starts_on + timedelta(days=days - 1), starts_on + timedelta(days=offset)
    said = time_left(starts_on, ends_on, on)
    if offset < 0:
        assert said.endswith("日起公示")
        assert (said == "明日起公示") == (offset == -1)
    elif offset >= days:
        assert said == "公示期满"
    else:
        assert said == f"还剩 {days - offset} 天"


def test_a_notice_that_starts_tomorrow_says_so_to_staff_and_public(
    client, programme, tree, cast, monkeypatch
):
    roster = roster_at(RosterStatus.ON_NOTICE, programme, tree.community, cast=cast)
    programme.steps.filter(kind=StepKind.NOTICE).update(days=1)
    roster.refresh_from_db()
    notice = notices.post(roster=roster, by=cast.clerk, at=AT)
    plain = queries.public_notice(notice.token)
    assert documents.notice_page(plain, on=AT.date())["state_text"] == "明日起公示"
    assert documents.notice_page(plain, on=notice.starts_on)["state_text"] == "公示中"
    shown = documents.community_on_index("甲村", [plain], [], on=AT.date())
    assert shown["notices"][0]["days_left_text"] == "明日起公示"
    monkeypatch.setattr("beneficiaries.views.notices.timezone.now", lambda: AT)
    client.force_login(cast.clerk)
    page = client.get(reverse("roster_notice", args=[notice.pk])).content.decode()
    assert "（明日起公示）" in page and "还剩" not in page


@pytest.mark.parametrize(
    ("share", "number", "words"),
    [
        (None, 2, ("抽查2 户", "从 3 个对象中抽取 2 个")),
        ("0.2", None, ("抽查五分之一", "从 3 个对象中抽取 1 个")),
        ("0.5", 1, ("抽查二分之一、1 户，取多的", "从 3 个对象中抽取 2 个")),
    ],
)
def test_the_draw_says_what_the_plan_asks_and_how_many_that_is(
    client, programme, tree, cast, share, number, words
):
    programme.steps.filter(kind=StepKind.CHECK).update(sample_share=share, sample_number=number)
    roster = roster_at(RosterStatus.CHECKING, programme, tree.community, cast=cast)
    client.force_login(cast.at(roster.step))
    page = client.get(reverse("check_draw", args=[roster.pk])).content.decode()
    for text in words:
        assert text in page
    assert "按方案比例" not in page


# -- under which number --------------------------------------------------------------------------------


def test_the_number_of_a_notice_can_be_read_out_and_is_its_own(client, programme, tree, cast):
    roster = roster_at(RosterStatus.ON_NOTICE, programme, tree.community, cast=cast)
    first = notices.post(roster=roster, by=cast.clerk, at=AT)
    notices.withdraw(notice=first, by=cast.clerk, at=AT, reason="重贴")
    second = notices.post(roster=roster, by=cast.clerk, at=AT)
    numbers = [documents.reference_of(queries.public_notice(one.token)) for one in (first, second)]
    assert numbers[0] != numbers[1]
    assert numbers[1] == f"{programme.year}-{tree.community.code}-{second.pk}号（第一榜）"
    assert programme.code not in numbers[1]


def test_what_is_not_posted_yet_has_no_number(programme, tree, cast):
    roster = roster_at(RosterStatus.ON_NOTICE, programme, tree.community, cast=cast)
    fields, rows = notices.preview(roster=roster, at=AT)
    assert documents.notice_preview(fields, rows, roster=roster)["reference"] == ""


def test_numbers_with_gaps_are_headed_and_explained(client, programme, tree, cast):
    roster = roster_at(RosterStatus.REVIEWING, programme, tree.community, cast=cast)
    entries.strike(entry=roster.entries.first(), by=cast.at(roster.step), at=AT, reason="不符")
    at = walk(roster, until=RosterStatus.FINAL, cast=cast)
    made = final_lists.publish(roster=roster, by=cast.clerk, at=at)
    page = documents.final_page(queries.final_list(made.token))
    assert (page["columns"][0], [row[0] for row in page["rows"]]) == ("编号", [2, 3])
    told = [documents.notice_html(roster.notices.get()), page["numbering_text"]]
    for text in told:
        assert text.count("编号自列入名册起不变，可能不连续。") == 1
    assert "序号" not in told[0]
    assert page["reference"] == f"{programme.year}-{tree.community.code}-{made.pk}号"
