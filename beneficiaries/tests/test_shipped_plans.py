"""Every plan and summary that comes with the product: read, checked, loaded, written out again."""

import dataclasses

import pytest

from beneficiaries import plan_file
from beneficiaries.enums import BY_LIST
from beneficiaries.models import FundSource
from beneficiaries.plan_file import values
from beneficiaries.queries.plans import check, plan_of
from beneficiaries.rules import plan_check
from beneficiaries.services import plans
from welfare import workflow
from welfare.errors import Refusal
from welfare.testing.personas import AT, user_with

SHIPPED = plan_file.shipped()
ALL = {number: plan_file.read(plan_file.named(number)) for number in SHIPPED}
PLANS = [number for number, plan in ALL.items() if plan.document == values.PLAN]
SUMMARIES = [number for number, plan in ALL.items() if plan.document == values.SUMMARY]

# What is known to be wrong with each source text, in the words of the check.
KNOWN = {
    "000-1": ["“80余人”不是确数", "__元", "报送早于完工", "同一户可能几人都领", "没有写明天数"],
    "000-2": ["慰问户数空缺", "无法推算所需款物", "1月  日至  日"],
    "000-3": ["没有写明起止日期", "没有慰问标准", "志愿者实为工作人员"],
    "000-4": [
        "推算为15,000元，方案载明“合计需要慰问金5000元”",
        "1,000＋500＋500＋3,000＝5,000元",
        "须把物资计作慰问金、把每户(人)标准当作总额",
        "“各县总结”与“走访慰问”同在2012-01-18截止",
        "条目编号混乱",
    ],
    "000-5": ["款物总额空缺", "点名一名受访学生", "留校学生没有安排"],
    "000-6": ["104户×500元＝52,000元，方案载明“约54080元”（54,080元），相差2,080元；按载明数每户为520元"],
    "000-7": ["没有写明是否含本数", "每户标准空缺", "没有慰问标准", "重复填表"],
    "002-1": ["联系人姓名和电话"],
    "002-2": ["没有写明起止日期"],
    "002-3": ["列出领导小组成员姓名"],
    "002-4": [
        "384,000元÷3,493户＝约109.93元",
        "没有总名额，类别“派出所、供电所、卫生院”“农村困难党员”",
        "户与人混用",
        "同一人会领两次",
        "没有慰问标准",
    ],
    "002-6": ["没有设互斥组", "蔬菜补贴"],
    "002-7": [],
    "002-8": [],
    "003-1": ["1,790斤÷100户＝17.9斤", "1,710斤÷100户＝17.1斤", "860升÷100户＝8.6升", "平均每户199元"],
    "003-2": ["属于职工福利", "癌、白血病、尿毒症"],
    "003-3": ["首尾都算是3天，方案载明2天", "市直机关", "自筹"],
    "003-4": ["没有载明慰问户数或人数", "没有载明款物数额"],
    "003-6": ["没有写明起止日期"],
    "003-8": ["慰问品总额空缺", "老党员人数"],
    "003-9": ["20,000元÷44人＝约454.55元"],
    "003-10": ["3,000元÷14户＝约214.29元", "送恒温"],
    "004-1": ["“350余户”不是确数", "是已完成工作的总结"],
    "004-4": ["属于工作费用", "点名一位教师并写明其病情"],
}


# Every word that the check says of three plans, in order: nothing is added to these without being seen.
WHOLE = {
    "000-1": [
        "慰问人数“80余人”不是确数，无法据以核算款物。",
        "慰问金总额空缺（方案原文“__元”），无法核对，请补填。",
        "资金“社区送温暖资金”没有写明金额（方案原文“慰问金__元”）。",
        "没有总名额，也没有各类别名额，无法推算所需款物。",
        "类别“计生特扶家庭”按人发放，“计生特扶家庭”却以户为对象，同一户可能几人都领，请写明每户几人。",
        "类别“低保户”按人发放，“低保户”却以户为对象，同一户可能几人都领，请写明每户几人。",
        "类别“低保边缘户”按人发放，“低保边缘户”却以户为对象，同一户可能几人都领，请写明每户几人。",
        "物资大米（20斤/袋）、食用油（5升/桶）没有单价，无法核算金额。",
        "环节“民主评议”没有写明到会比例和同意比例。",
        "“工作总结”要求2027-01-17报送，而“全部走访完成”到2027-02-15才结束，报送早于完工。",
        "录入说明：方案写明居民代表大会公示，没有写明天数，暂按3天办理",
    ],
    "000-4": [
        "慰问金总额推算为15,000元，方案载明“合计需要慰问金5000元”（5,000元），相差10,000元，请核对。",
        "慰问金总额“合计需要慰问金5000元”恰为各行数字直接相加（1,000＋500＋500＋3,000＝5,000元），其中3,000元是物资：须把物资计作慰问金、把每户(人)标准当作总额才合得上，请分开核算。",
        "资金“社团募捐资金”没有写明金额（方案原文“（未写数额）”）。",
        "资金“社团募捐物资”没有写明金额（方案原文“约3000余元”）。",
        "方案没有写明起止日期，暂按2011-12-20至2012-01-22办理，请确认。",
        "时间节点“节后专项检查”没有写明日期（方案原文“节后”）。",
        "“各县总结”与“走访慰问”同在2012-01-18截止，没有留出汇总时间。",
        "录入说明：条目编号混乱：（1）（2）之后为2、；第（4）项是募集物资，不是慰问类别",
        "录入说明：第3类写“20__年受助”，年份空缺",
        "录入说明：各行金额没有写明是每户（人）标准还是总额",
        "录入说明：方案写明在论坛“龙年助学”专区公布全部对象和标准、留存备查，没有写明天数，暂作审定前的公示，按3天办理",
    ],
    "000-6": [
        "104户×500元＝52,000元，方案载明“约54080元”（54,080元），相差2,080元；按载明数每户为520元，请核对。",
        "资金“镇财政慰问资金”没有写明金额（方案原文“（未写数额）”）。",
        "资金“社会事务办慰问物资”没有写明金额（方案原文“（未写数额）”）。",
        "录入说明：方案只写肉、油和保暖用品，价值300元：物资品种和单价（68元、72元、160元）均为假定，采购后按实改正",
        "录入说明：方案写“不低于500元/户”，现金200元、物资300元却是定数，暂按定数核算；多于500元的，请写明增加在哪一项",
        "录入说明：镇抽查的比例没有写明，暂按一成办理",
        "录入说明：资料归档上报没有写明日期，暂按农历腊月初九办理",
    ],
}


def test_every_source_plan_has_its_file():
    assert set(SHIPPED) == set(KNOWN)
    assert SHIPPED[:2] == ["000-1", "000-2"] and SHIPPED[-3:] == ["003-10", "004-1", "004-4"]


@pytest.mark.parametrize("number", SHIPPED)
def test_the_check_says_what_is_known_to_be_wrong(number):
    told = "\n".join(plan_check.check(ALL[number]))
    assert [words for words in KNOWN[number] if words not in told] == []
    assert bool(told) == bool(KNOWN[number])


@pytest.mark.parametrize("number", WHOLE)
def test_the_check_says_this_and_nothing_else(number):
    assert list(plan_check.check(ALL[number])) == WHOLE[number]


def test_the_children_of_a_summary_count_as_the_households_they_are():
    assert not any("推算" in finding for finding in plan_check.check(ALL["003-8"]))


@pytest.mark.parametrize("tier", ALL["000-7"].categories)
def test_the_papers_of_a_worker_are_asked_in_every_tier(tier):
    papers = {one.kind: one.substitutes for one in tier.requirements}
    assert papers["身份证"] == papers["户口簿"] == ()


@pytest.mark.parametrize("number", PLANS)
@pytest.mark.django_db
def test_a_plan_becomes_a_programme_with_all_it_says(number, tree):
    plan = ALL[number]
    programme = plans.load_plan(
        plan=plan, organiser=tree.township, by=user_with("programme_officer", tree.township), at=AT
    )
    kept = plan_of(programme)
    assert check(programme) == plan_check.check(kept)
    assert without_spread(kept, plan) == without_goods(plan)
    told = {
        one for one in check(programme) if "实施范围内" not in one
    }  # a file does not know how many those are
    assert set(plan_check.check(plan)) == told


def without_spread(kept, plan):
    """Without what loading adds: the office's hotline, quotas by community, codes of funds."""
    settings = kept.settings | {"hotline": plan.settings["hotline"]}
    quotas = plan.quotas if not plan.quotas.named else kept.quotas
    funds = tuple(
        dataclasses.replace(fund, code=own.code) for fund, own in zip(kept.funds, plan.funds, strict=True)
    )
    return dataclasses.replace(kept, settings=settings, quotas=quotas, funds=funds, goods=())


def without_goods(plan):
    """The catalogue keeps goods of all plans; a programme knows only those in its standards."""
    return dataclasses.replace(plan, goods=())


@pytest.mark.parametrize("number", PLANS)
@pytest.mark.django_db
def test_a_programme_written_out_reads_back_as_the_same_plan(number, tree):
    officer = user_with("programme_officer", tree.township)
    programme = plans.load_plan(plan=ALL[number], organiser=tree.township, by=officer, at=AT)
    kept = plan_of(programme)
    text = plan_file.write(kept)
    assert plan_file.parse(text) == kept
    assert plan_file.write(plan_file.parse(text)) == text


@pytest.mark.parametrize("number", SUMMARIES)
@pytest.mark.django_db
def test_a_summary_is_checked_but_never_loaded(number, tree):
    officer = user_with("programme_officer", tree.township)
    with pytest.raises(Refusal, match="是总结，不是方案"):
        plans.load_plan(plan=ALL[number], organiser=tree.township, by=officer, at=AT)
    assert not FundSource.objects.exists()


@pytest.mark.parametrize(
    "number", [number for number in PLANS if ALL[number].settings["kind"] not in BY_LIST]
)
@pytest.mark.django_db
def test_a_plan_without_money_is_submitted_as_it_is(number, tree):
    officer = user_with("programme_officer", tree.township)
    programme = plans.load_plan(plan=ALL[number], organiser=tree.township, by=officer, at=AT)
    workflow.perform(programme, "submit", by=officer, at=AT)
    workflow.perform(programme, "approve", by=user_with("programme_approver", tree.township), at=AT)
    assert programme.status == "approved"
