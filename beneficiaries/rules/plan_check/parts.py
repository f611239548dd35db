"""Categories, steps, dates and wording of a plan, each on its own."""

import re

from beneficiaries.enums import (
    BY_LIST,
    MilestoneKind,
    ProgrammeKind,
    StatedSubject,
    StepKind,
    Unit,
)
from beneficiaries.rules import eligibility, lunar_days
from beneficiaries.rules.notice import personal_number, told_by_label
from beneficiaries.rules.plan_check.finding import Finding, show
from beneficiaries.rules.plan_check.tiers import held
from welfare.dates import lunar_text

OF_HOUSEHOLDS = ("户", "家庭")
DIAGNOSES = ("癌", "白血病", "尿毒症", "艾滋", "肝硬化", "精神病", "瘫痪", "脑瘫", "肿瘤")
INCLUDES = re.compile(r"含|以上|以下|以内|不超过|不低于|不高于|不满|超过|低于|高于|≤|≥")


def is_by_list(plan):
    return plan.document == "plan" and plan.settings["kind"] in BY_LIST


# -- categories --------------------------------------------------------------------------------------


def categories(plan):
    """What a category lacks to be screened, paid and shown."""
    if not plan.categories and is_by_list(plan):
        yield Finding("方案没有慰问类别。", "categories")
    for category in plan.categories:
        if is_by_list(plan):
            yield from _for_a_list(category)
        yield from _label(category)
        tests = list(eligibility.tests(category.criteria))
        for fault in filter(None, map(eligibility.fault, tests)):
            yield Finding(f"类别“{category.name}”的条件有误：{fault}", "criteria")
        if (
            is_by_list(plan)
            and category.unit == Unit.PERSON
            and category.most_per_household is None
            and (homes := sorted(name for name in held(category) if name.endswith(OF_HOUSEHOLDS)))
        ):
            yield Finding(
                f"类别“{category.name}”按人发放，“{'”“'.join(homes)}”却以户为对象，同一户可能几人都领，请写明每户几人。",
                "categories",
            )

    unpriced = {
        line.goods for one in plan.categories for line in one.standards if line.goods and not line.unit_price
    }
    if unpriced and is_by_list(plan):
        names = "、".join(f"{one.name}（{one.specification}）" for one in plan.goods if one.code in unpriced)
        yield Finding(f"物资{names}没有单价，无法核算金额。", "goods")


def _for_a_list(category):
    if not category.standards:
        yield Finding(f"类别“{category.name}”没有慰问标准。", "categories")
    if not category.public_label:
        yield Finding(f"类别“{category.name}”没有公开名称，不能公示。", "categories")
    if not list(eligibility.tests(category.criteria)):
        yield Finding(f"类别“{category.name}”没有可以筛选的条件，只能由提名列入。", "criteria")


def _label(category):
    _what, word = told_by_label(category.public_label)
    if word:
        yield Finding(
            f"公开名称“{category.public_label}”含有“{word}”，会在公示中泄露隐私，请改用中性名称。",
            "categories",
        )


# -- steps -------------------------------------------------------------------------------------------


def steps(plan):
    """Steps that are missing, out of order, or without their numbers.

    A kind may come more than once, by level: what must follow another does when its last comes after the first of
    that one. A check is different: none may come after the last approval, where it could change nothing.
    """
    if not is_by_list(plan):
        return
    places = {}
    for place, step in enumerate(plan.steps):
        places.setdefault(step.kind, []).append(place)
    for kind, words in ((StepKind.NOTICE, "名单不经公示"), (StepKind.APPROVAL, "名单无人审批")):
        if kind not in places:
            yield Finding(f"程序中没有“{kind.label}”环节，{words}。", "steps")
    for first, then in (
        (StepKind.ASSESSMENT, StepKind.NOTICE),
        (StepKind.SUBMISSION, StepKind.APPROVAL),
        (StepKind.NOTICE, StepKind.APPROVAL),
        (StepKind.CHECK, StepKind.APPROVAL),
    ):
        needed = max if first == StepKind.CHECK else min
        if first in places and then in places and max(places[then]) < needed(places[first]):
            yield Finding(f"“{then.label}”排在“{first.label}”之前，次序有误。", "steps")
    for step in plan.steps:
        if step.kind == StepKind.ASSESSMENT and not (step.quorum_share and step.pass_share):
            yield Finding(
                f"环节“{step.name or StepKind(step.kind).label}”没有写明到会比例和同意比例。", "steps"
            )


# -- dates -------------------------------------------------------------------------------------------


def dates(plan):
    """Milestones out of order or outside the programme, reports due before the work ends, days miscounted."""
    starts_on, ends_on = plan.settings["starts_on"], plan.settings["ends_on"]
    if plan.settings["has_assumed_dates"]:
        yield Finding(f"方案没有写明起止日期，暂按{starts_on}至{ends_on}办理，请确认。", "milestones")
    if plan.document == "plan" and not plan.milestones:
        yield Finding("方案没有写明时间节点。", "milestones")
    for milestone in plan.milestones:
        days = [on for on in (milestone.starts_on, milestone.due_on) if on]
        if not days:
            text = f"（方案原文“{milestone.due_text}”）" if milestone.due_text else ""
            yield Finding(f"时间节点“{milestone.name}”没有写明日期{text}。", "milestones")
        outside = next((on for on in days if starts_on and not starts_on <= on <= ends_on), None)
        if outside and not plan.settings["has_assumed_dates"]:
            yield Finding(
                f"时间节点“{milestone.name}”（{outside}）不在方案期限{starts_on}至{ends_on}之内。",
                "milestones",
            )
    yield from _other_than_the_words(plan)
    yield from _out_of_order(plan)
    yield from _reports(plan)
    yield from _days_counted(plan)


def _other_than_the_words(plan):
    """Dates that are not the lunar days the plan's own words name: a copy for another season would carry the fault on."""
    period = [
        (f"方案{what}日期", plan.settings[f"{key}_text"], None, plan.settings[f"{key}_on"])
        for key, what in (("starts", "开始"), ("ends", "结束"))
    ]
    milestones = [
        (f"时间节点“{one.name}”", one.due_text, one.starts_on, one.due_on) for one in plan.milestones
    ]
    for what, words, first, last in (*period, *milestones):
        for on in _not_as_named(lunar_days.named(words), first, last):
            yield Finding(
                f"{what}的方案原文是“{words}”，录入的{on}却是农历{lunar_text(on)}，请核对。", "milestones"
            )


def _not_as_named(days, first, last):
    """Those of the dates that are not the lunar day named for them: one for the end (or 起, the beginning), two for both."""
    if len(days) > 1 and first and not days[0].is_on(first):
        yield first
    is_of_the_beginning = len(days) == 1 and first and days[0].is_on(first)
    if days and last and not is_of_the_beginning and not days[-1].is_on(last):
        yield last


def _out_of_order(plan):
    """Work that is due before the work listed above it; or that begins before that is done, where a list is made.

    Making, showing and paying a list follow one another; the activities of other plans may well run side by side.
    """
    one_by_one = is_by_list(plan)
    last = None
    for milestone in plan.milestones:
        if milestone.kind == MilestoneKind.REPORT:
            continue
        if last and milestone.due_on and milestone.due_on < last.due_on:
            yield Finding(
                f"时间节点“{milestone.name}”（{milestone.due_on}）早于前一项“{last.name}”（{last.due_on}）。",
                "milestones",
            )
        elif one_by_one and last and milestone.starts_on and milestone.starts_on < last.due_on:
            yield Finding(
                f"时间节点“{milestone.name}”自{milestone.starts_on}开始，前一项“{last.name}”到{last.due_on}才结束，请核对次序。",
                "milestones",
            )
        last = milestone if milestone.due_on else last


def _reports(plan):
    """A report is due when the work it tells of is over: not before, nor on its last day."""
    work = [one for one in plan.milestones if one.kind == MilestoneKind.WORK and one.due_on]
    if not work:
        return
    last = max(work, key=lambda one: one.due_on)
    for report in plan.milestones:
        if report.kind != MilestoneKind.REPORT or report.due_on is None:
            continue
        if report.due_on < last.due_on:
            yield Finding(
                f"“{report.name}”要求{report.due_on}报送，而“{last.name}”到{last.due_on}才结束，报送早于完工。",
                "reports",
            )
        elif report.due_on == last.due_on:
            yield Finding(
                f"“{report.name}”与“{last.name}”同在{report.due_on}截止，没有留出汇总时间。", "reports"
            )


def _days_counted(plan):
    """A stated number of days beside the dates of the milestone it names; both ends count."""
    named = {one.name: one for one in plan.milestones}
    for stated in plan.stated:
        milestone = named.get(stated.label)
        if stated.subject != StatedSubject.DAYS or stated.low is None or milestone is None:
            continue
        if milestone.starts_on and milestone.due_on:
            days = (milestone.due_on - milestone.starts_on).days + 1
            if days != stated.low:
                yield Finding(
                    f"“{stated.text}”：{milestone.starts_on}至{milestone.due_on}首尾都算是{days}天，方案载明{show(stated.low)}天。",
                    "days",
                )


# -- words -------------------------------------------------------------------------------------------


def wording(plan):
    """What the text gives away about people, thresholds that do not say whether they include, remarks of whoever entered it."""
    texts = [plan.settings["purpose"], *(one.text for one in plan.stated)]
    if number := next(filter(None, map(personal_number, texts)), ""):
        yield Finding(f"方案文字中有证件号或手机号（{number[:3]}…），公开前须删去。", "wording")
    if told := [word for word in DIAGNOSES if any(word in text for text in texts)]:
        yield Finding(f"方案文字写出具体病情（{'、'.join(told)}），公开前须删去。", "wording")
    for stated in plan.stated:
        if stated.subject == StatedSubject.THRESHOLD and not INCLUDES.search(stated.text):
            yield Finding(f"界限“{stated.text}”没有写明是否含本数，请注明“含”或“不含”。", "criteria")
    for line in plan.settings["remarks"].splitlines():
        if line.strip():
            yield Finding(f"录入说明：{line.strip()}", "remarks")


def thresholds(plan):
    """Stated limits of income beside the multiples of the line in the criteria: each implies the same line."""
    lines = {}
    for stated in plan.stated:
        category = next((one for one in plan.categories if one.code == stated.category), None)
        if stated.subject != StatedSubject.THRESHOLD or stated.low is None or category is None:
            continue
        for node in eligibility.tests(category.criteria):
            if node.fact == "income_multiple" and not eligibility.fault(node) and float(node.value):
                lines[category.name] = stated.low / type(stated.low)(node.value)
    if len(set(lines.values())) > 1:
        told = "、".join(f"“{name}”为{show(line)}元" for name, line in lines.items())
        yield Finding(f"各档收入界限推算出的低保标准不一致：{told}。", "criteria")


# -- a framework, a summary --------------------------------------------------------------------------


def as_document(plan):
    """What a 总体方案 or a 总结 lacks as such."""
    if plan.settings["kind"] == ProgrammeKind.FRAMEWORK and not plan.settings["exclusion_group"]:
        yield Finding("总体方案没有设互斥组，各部门之间是否重复慰问无人核对。", "framework")
    if plan.document == "summary":
        counted = {StatedSubject.HOUSEHOLDS, StatedSubject.PERSONS, StatedSubject.INSTITUTIONS}
        figures = {one.subject for one in plan.stated if one.low is not None}
        if not figures & counted:
            yield Finding("总结没有载明慰问户数或人数，无法核对。", "summary")
        if not figures - counted:
            yield Finding("总结没有载明款物数额，无法核对。", "summary")
