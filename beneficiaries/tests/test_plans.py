"""Plan files: what is read, what is refused with its place, and what does not add up."""

import dataclasses
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from beneficiaries import plan_file
from beneficiaries.models import Programme
from beneficiaries.plan_file import values
from beneficiaries.plan_file.dates import BadDate, season_date
from beneficiaries.queries.plans import check, plan_of
from beneficiaries.rules import plan_check
from beneficiaries.services import plans
from beneficiaries.tests.factories import draft_programme
from welfare.testing.personas import AT, make_organisations, user_with

TEXT = plan_file.named("000-6").read_text(encoding="utf-8")


def plan(**over):
    return dataclasses.replace(plan_file.parse(TEXT), **over)


def findings(**over):
    return [str(finding) for finding in plan_check.check(plan(**over))]


def with_settings(**over):
    return {"settings": plan().settings | over}


@pytest.mark.parametrize(
    ("text", "year", "on"),
    [
        ("农历冬月廿八", 2027, date(2027, 1, 5)),
        ("农历腊月初四", 2027, date(2027, 1, 11)),
        ("腊月初五", 2026, date(2026, 1, 23)),
        ("除夕", 2027, date(2027, 2, 5)),
        ("农历正月初一", 2027, date(2027, 2, 6)),
        ("01-23", 2027, date(2027, 1, 23)),
        ("12-30", 2027, date(2026, 12, 30)),
    ],
)
def test_dates_are_computed_for_the_season(text, year, on):
    assert season_date(text, year=year) == on


@pytest.mark.parametrize("text", ["", "腊月", "农历腊月卅", "13-01", "闰腊月初一", "下周"])
def test_a_bad_date_is_refused_in_words(text):
    with pytest.raises(BadDate, match="日"):
        season_date(text, year=2027)


def test_the_plan_moves_to_another_season():
    plan = plan_file.parse(TEXT, year=2028)
    assert plan.settings["season"] == "2028年春节"
    assert plan.settings["starts_on"] == season_date("农历冬月廿八", year=2028)


def test_two_thirds_is_cut_so_that_two_of_three_reach_it():
    step = plan_file.parse(TEXT).steps[0]
    assert step.quorum_share == Decimal("0.6666") <= Decimal(2) / 3


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('kind = "cash"\namount = 200', 'kind = "cash"\namount = "二百"', "amount：应为数字"),
        ('fact = "category"\noperator', 'fact = "colour"\noperator', "不认识“colour”"),
        ('item = "oil-5l"', 'item = "oil"', "没有在 [[goods]] 中列出"),
        ('quorum = "2/3"', "quorum = 2", "不超过 1 的比例"),
        ("days = 3", "day = 3", "不认识这个键"),
        ('due = "农历腊月初三"', 'due = "农历腊月卅"', "不是日期"),
        ('code = "000-6"', "", "code：没有填写"),
        ("sample = 0.1", "", "抽查比例"),
        ("days = 3", 'days = 3\nchannels = ["tree"]', "不认识“tree”"),
        ("days = 3", "days = 3\nchannels = []", "至少要有一种方式"),
        ('spread = "households"', 'spread = "by age"', "spread"),
        ('judged = "经议事会评议，符合慰问条件"', "any = []", "没有条件"),
    ],
)
def test_a_fault_is_told_with_its_line_and_key(old, new, words):
    assert old in TEXT
    with pytest.raises(plan_file.PlanError, match=r"第\d+行") as refused:
        plan_file.parse(TEXT.replace(old, new))
    assert words in refused.value.message


def test_the_line_told_is_the_line_of_the_fault():
    text = TEXT.replace('public_label = "过渡期困难家庭"', "public_label = 3")
    line = text.splitlines().index("public_label = 3") + 1
    with pytest.raises(plan_file.PlanError, match=f"第{line}行 categories.第2项.public_label"):
        plan_file.parse(text)


def test_a_notice_is_shown_where_the_plan_says_and_else_on_the_wall():
    def channels(name):
        steps = plan_file.read(plan_file.named(name)).steps
        return [one.channels for one in steps if one.kind == "notice"]

    assert channels("000-1") == [("congress",)]
    assert channels("000-4") == [("site",)]
    assert channels("000-6") == [("wall",)]
    assert {one.channels for one in plan().steps if one.kind != "notice"} == {()}


@pytest.mark.django_db
def test_where_a_notice_is_shown_is_kept_by_file_database_and_copy():
    tree = make_organisations()
    text = TEXT.replace("days = 3", 'days = 3\nchannels = ["site", "wall", "congress"]')
    wanted = plan_file.parse(text)
    officer = user_with("programme_officer", tree.township)
    made = plans.load_plan(plan=wanted, organiser=tree.township, by=officer, at=AT)
    assert made.steps.get(kind="notice").channels == ["wall", "congress", "site"]
    assert plan_of(made).steps == wanted.steps
    assert plan_file.parse(plan_file.write(plan_of(made))).steps == wanted.steps
    copy = plans.copy(programme=made, year=2028, by=officer, at=AT)
    assert copy.steps.get(kind="notice").channels == ["wall", "congress", "site"]


def test_what_is_not_toml_names_line_and_column():
    with pytest.raises(plan_file.PlanError, match="第1行第8列"):
        plan_file.parse("code = \nname = 1")


# -- what does not add up ------------------------------------------------------------------------------


def test_the_stated_total_is_named_beside_the_computed_one():
    (finding,) = [one for one in findings() if "载明" in one]
    assert "104户×500元＝52,000元" in finding
    assert "54,080" in finding


def test_a_sound_plan_has_no_finding():
    funds = tuple(
        dataclasses.replace(fund, amount=amount)
        for fund, amount in zip(plan().funds, (Decimal(20800), Decimal(31200)), strict=True)
    )
    assert findings(stated=(), funds=funds, **with_settings(remarks="")) == []


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({"funds": (dataclasses.replace(plan().funds[0], amount=Decimal(50000)),)}, "缺2,000元"),
        ({"quotas": values.Quotas(104, "even", {"甲村": 100})}, "各村(社区)名额合计100，与总名额104不符"),
        ({"quotas": values.Quotas()}, "无法推算"),
        (with_settings(ends_on=date(2027, 1, 11)), "不在方案期限"),
        ({"steps": plan().steps[2:3] + plan().steps[:1]}, "“公示”排在“民主评议”之前"),
        ({"steps": plan().steps[:1]}, "名单不经公示"),
        ({"milestones": plan().milestones[::-1]}, "早于前一项"),
    ],
)
def test_what_does_not_add_up_is_told(over, words):
    assert any(words in finding for finding in findings(**over))


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({"public_label": ""}, "没有公开名称"),
        ({"public_label": "重病家庭"}, "泄露隐私"),
        ({"standards": ()}, "没有慰问标准"),
        ({"criteria": ()}, "只能由提名列入"),
    ],
)
def test_what_a_category_lacks_is_told(over, words):
    first, *rest = plan().categories
    assert any(
        words in finding for finding in findings(categories=(dataclasses.replace(first, **over), *rest))
    )


@pytest.mark.django_db
def test_file_and_database_are_checked_alike():
    programme = draft_programme(make_organisations().township)
    assert check(programme) == plan_check.check(plan_file.parse(TEXT))


# -- commands ----------------------------------------------------------------------------------------


def test_check_programme_prints_what_it_finds_and_exits_with_one():
    out = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("check_programme", "000-6", stdout=out)
    assert stopped.value.code == 1
    assert "52,000" in out.getvalue()


def test_check_programme_tells_that_a_file_is_missing():
    with pytest.raises(CommandError, match="找不到方案文件"):
        call_command("check_programme", "no-such.toml")


@pytest.mark.django_db
def test_load_programme_writes_a_draft_and_tells_what_to_check():
    tree, out = make_organisations(), StringIO()
    officer = user_with("programme_officer", tree.township)
    call_command("load_programme", "000-6", organiser=tree.township.code, by=officer.username, stdout=out)
    assert Programme.objects.get().written_by == officer
    assert "54,080" in out.getvalue()


@pytest.mark.django_db
def test_load_programme_refuses_who_may_not_write_there():
    tree = make_organisations()
    officer = user_with("programme_officer", tree.other_township)
    with pytest.raises(CommandError, match="没有拟订方案的权限"):
        call_command("load_programme", "000-6", organiser=tree.township.code, by=officer.username)
    assert not Programme.objects.exists()


@pytest.mark.django_db
def test_how_many_of_a_household_is_kept_by_file_and_database_and_checked(tree):
    shipped = plan()
    first, *rest = shipped.categories
    persons = dataclasses.replace(first, unit="person", most_per_household=2, quotas={})
    wanted = dataclasses.replace(shipped, categories=(persons, *rest))
    officer = user_with("programme_officer", tree.township)
    draft_programme(tree.sibling)  # so that the code lists have its words
    programme = plans.load_plan(plan=wanted, organiser=tree.township, by=officer, at=AT)
    again = plan_file.parse(plan_file.write(plan_of(programme)))
    assert again.categories[0].most_per_household == 2
    for wrong in ('most_per_household = 0\nunit = "person"', "most_per_household = 1"):
        text = plan_file.write(shipped).replace("[[categories]]\n", f"[[categories]]\n{wrong}\n", 1)
        text = text.replace('unit = "household"\n', "", 1)
        with pytest.raises(plan_file.PlanError, match="至少1人"):
            plan_file.parse(text)
