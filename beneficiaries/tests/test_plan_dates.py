"""Dates of a plan in its own words and in the file: lunar days move with the season, words are kept and none invented."""

import dataclasses
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beneficiaries import plan_file
from beneficiaries.enums import StepKind
from beneficiaries.models import Programme
from beneficiaries.plan_file.dates import BadDate, season_date
from beneficiaries.queries.plans import plan_of
from beneficiaries.rules import lunar_days, plan_check
from beneficiaries.rules.lunar_days import LAST, LunarDay
from beneficiaries.services import plans
from beneficiaries.tests.factories import draft_programme
from welfare.testing.personas import AT, user_with

BASE = plan_file.read(plan_file.named("000-6"))
FESTIVALS = st.sampled_from(["春节", "元旦", "元旦春节", "端午节", "中秋节", "重阳节", "国庆节"])
LUNAR_DAYS = st.one_of(st.just(LAST), st.builds(LunarDay, st.integers(1, 12), st.integers(1, 29)))


def milestone(**over):
    blank = {"starts_on": None, "due_on": None, "due_time": None, "due_text": ""}
    return dataclasses.replace(BASE.milestones[0], **blank | over)


def plan(*milestones, year=2028, festival="春节", **settings):
    season = {"year": year, "season": f"{year}年{festival}", "name": "慰问方案"}
    wide = {"starts_on": date(year - 1, 1, 1), "ends_on": date(year + 1, 12, 31)}
    words = {"starts_text": "", "ends_text": ""}
    return plan_file.replace(
        dataclasses.replace(BASE, milestones=milestones), **season | wide | words | settings
    )


def again(one, year=None):
    return plan_file.parse(plan_file.write(one), year=year)


def told(one):
    return "\n".join(plan_check.check(one))


# -- words -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("农历腊月廿三", [LunarDay(12, 23)]),
        ("腊月二十三前报送", [LunarDay(12, 23)]),
        ("农历12月23日前", [LunarDay(12, 23)]),
        ("农历丁未年腊月初八", [LunarDay(12, 8)]),
        ("农历2027年十二月初八", [LunarDay(12, 8)]),
        ("腊月初四至初五", [LunarDay(12, 4), LunarDay(12, 5)]),
        ("腊月23-25日", [LunarDay(12, 23), LunarDay(12, 25)]),
        ("农历冬月廿八至农历腊月初二", [LunarDay(11, 28), LunarDay(12, 2)]),
        ("农历腊月廿三至2月3日", [LunarDay(12, 23)]),
        ("闰六月初三", [LunarDay(6, 3, True)]),
        ("小年后至除夕前", [LAST]),
        ("正月十五", [LunarDay(1, 15)]),
        ("12月23日", []),
        ("二月十五日前", []),
        ("农历新年2月6日", []),
        ("1月15日至17日", []),
        ("每天9:00—12:00、14:00—17:00", []),
        ("", []),
    ],
)
def test_lunar_days_are_found_in_free_words(words, days):
    assert lunar_days.named(words) == days


@given(LUNAR_DAYS)
def test_a_lunar_day_reads_back_from_its_name(day):
    assert lunar_days.written(str(day)) == day
    assert lunar_days.named(f"于{day}前完成") == [day]


# -- copies ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["农历腊月廿三", "腊月二十三前"])
def test_a_lunar_day_moves_with_new_years_day(words):
    one = plan(milestone(due_on=date(2028, 1, 19), due_text=words), festival="元旦")
    (copied,) = again(one, 2029).milestones
    assert (copied.due_text, copied.due_on) == (words, date(2029, 2, 6))


@given(st.integers(2010, 2060), FESTIVALS, LUNAR_DAYS, st.integers(-1, 1))
def test_a_lunar_day_stays_that_day_in_the_next_season(year, festival, day, beside):
    """In whichever lunar year beside the season it falls: the copy has the same day of the lunar year after."""
    lunar_year = year + beside - (day == LAST)  # 除夕 of a year is the one before its New Year
    one = plan(milestone(due_on=day.in_year(lunar_year), due_text=str(day)), year=year, festival=festival)
    assert again(one) == one
    copied = again(one, year + 1)
    assert copied.milestones == (milestone(due_on=day.in_year(lunar_year + 1), due_text=str(day)),)
    assert "方案原文是" not in told(copied)


@given(st.dates(date(2027, 1, 1), date(2029, 12, 31)), FESTIVALS)
def test_month_and_day_stay_in_every_season(on, festival):
    """Of the year itself too, where the festival would read a late month as the year before."""
    one = plan(milestone(due_on=on), festival=festival)
    assert again(one) == one
    if (on.month, on.day) != (2, 29):
        assert again(one, 2029).milestones == (milestone(due_on=on.replace(year=on.year + 1)),)


def test_the_beginning_and_the_end_move_alike():
    one = plan(milestone(starts_on=date(2027, 12, 31), due_on=date(2028, 1, 1), due_text="腊月初四至初五"))
    (copied,) = again(one, 2029).milestones
    assert (copied.starts_on, copied.due_on) == (date(2029, 1, 18), date(2029, 1, 19))


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("上年农历腊月廿三", date(2028, 1, 19)),
        ("本年农历腊月廿三", date(2029, 2, 6)),
        ("次年除夕", date(2029, 2, 12)),
        ("本年12-20", date(2028, 12, 20)),
        ("上年12-20", date(2027, 12, 20)),
    ],
)
def test_the_year_may_be_said_outright(text, on):
    assert season_date(text, year=2028) == season_date(text, year=2028, festival="重阳节") == on


def test_a_leap_month_that_the_year_lacks_is_told():
    with pytest.raises(BadDate, match="农历2026年没有"):
        season_date("农历闰六月初三", year=2026, festival="端午节")


# -- the plan's own words ----------------------------------------------------------------------------------


def test_a_date_without_words_gets_none():
    settings = {"starts_on": date(2027, 11, 20), "ends_on": date(2028, 1, 31)}
    one = plan(milestone(due_on=date(2028, 1, 10)), milestone(due_on=date(2030, 5, 1)), **settings)
    copied = again(one, 2029)
    assert [row.due_text for row in copied.milestones] == ["", ""]
    assert (copied.settings["starts_text"], copied.settings["ends_text"]) == ("", "")
    assert copied.settings["starts_on"] == date(2028, 11, 20)


def test_words_are_kept_as_given():
    words = {"starts_text": "上年11月下旬", "ends_text": "腊月廿八前后"}
    one = plan(milestone(due_text="节后"), starts_on=date(2027, 11, 20), ends_on=date(2028, 1, 24), **words)
    assert again(one) == one
    copied = again(one, 2029)
    assert copied.settings | words == copied.settings
    assert copied.settings["ends_on"] == LunarDay(12, 28).in_year(2028)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("000-5", ["2月1日前后", "2月  日", "  月  日前"]),
        ("000-7", ["12月30日17:30前"]),
        ("000-1", [""]),
        ("002-6", [""]),
        ("000-6", ["农历冬月廿八至农历腊月初二", "农历腊月初九", ""]),
    ],
)
def test_shipped_plans_say_what_their_source_says(number, words):
    said = [row.due_text for row in plan_file.read(plan_file.named(number)).milestones]
    assert set(words) <= set(said) and all("-" not in one for one in said)


@pytest.mark.django_db
def test_a_programme_is_copied_with_its_words_and_its_lunar_days(tree):
    officer = user_with("programme_officer", tree.township)
    programme = draft_programme(tree.township, by=officer)
    first, second, *rest = programme.milestones.order_by("position")
    programme.milestones.filter(pk__in=[row.pk for row in rest]).delete()
    for row, due_on, text in (
        (first, date(2028, 1, 10), ""),
        (second, date(2028, 1, 19), "农历腊月廿三"),
    ):
        row.starts_on, row.due_on, row.due_text = None, due_on, text
        row.save()
    Programme.objects.update(
        year=2028, season="2028年元旦", starts_on=date(2027, 11, 20), ends_on=date(2028, 1, 31)
    )
    Programme.objects.update(starts_text="", ends_text="")
    programme.refresh_from_db()
    copied = plan_of(plans.copy(programme=programme, year=2029, by=officer, at=AT))
    assert [(row.due_text, row.due_on) for row in copied.milestones] == [
        ("", date(2029, 1, 10)),
        ("农历腊月廿三", date(2029, 2, 6)),
    ]
    assert (copied.settings["starts_text"], copied.settings["starts_on"]) == ("", date(2028, 11, 20))


# -- what the check says -----------------------------------------------------------------------------------


def test_a_date_other_than_the_words_is_named():
    sentence = "方案原文是“农历腊月廿三”，录入的2029-01-19却是农历腊月初五，请核对。"
    assert sentence in told(plan(milestone(due_on=date(2029, 1, 19), due_text="农历腊月廿三"), year=2029))
    assert sentence not in told(plan(milestone(due_on=date(2029, 2, 6), due_text="农历腊月廿三"), year=2029))


@pytest.mark.parametrize(
    ("starts_on", "due_on", "words", "is_told"),
    [
        (date(2027, 12, 31), date(2028, 1, 1), "腊月初四至初五", False),
        (date(2027, 12, 30), date(2028, 1, 1), "腊月初四至初五", True),
        (date(2027, 12, 31), date(2028, 1, 2), "腊月初四至初五", True),
        (date(2027, 12, 31), date(2028, 1, 20), "腊月初四起", False),
        (date(2027, 12, 20), date(2027, 12, 31), "腊月初四前", False),
        (date(2027, 12, 20), date(2028, 1, 20), "腊月初四前", True),
        (None, None, "腊月初四前", False),
        (None, date(2028, 1, 20), "1月20日", False),
    ],
)
def test_both_ends_are_compared(starts_on, due_on, words, is_told):
    found = told(plan(milestone(starts_on=starts_on, due_on=due_on, due_text=words)))
    assert ("方案原文是" in found) == is_told


def test_the_period_is_compared_too():
    found = told(plan(milestone(), ends_on=date(2028, 1, 20), ends_text="除夕"))
    assert "方案结束日期的方案原文是“除夕”，录入的2028-01-20却是农历腊月廿四" in found


# -- the order of steps ------------------------------------------------------------------------------------

STEPS = {step.kind: step for step in BASE.steps}
A, N, C = StepKind.APPROVAL, StepKind.NOTICE, StepKind.CHECK


@pytest.mark.parametrize(
    ("kinds", "wrong"),
    [
        ([N, A, C, A], []),
        ([A, N, C, A], []),
        ([N, C, A, N], []),
        ([N, A, C], ["抽查"]),
        ([N, C, A, C], ["抽查"]),
        ([C, A, N], ["公示"]),
        ([A, C, N], ["公示", "抽查"]),
    ],
)
def test_each_step_comes_before_the_last_approval(kinds, wrong):
    found = told(dataclasses.replace(plan(milestone()), steps=tuple(STEPS[kind] for kind in kinds)))
    assert [kind for kind in ("公示", "抽查") if f"“审核”排在“{kind}”之前" in found] == wrong
