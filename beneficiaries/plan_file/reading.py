"""Reads a plan file into plain values. Every fault is told in Chinese with its line and key, all at once."""

import re
import tomllib
from decimal import Decimal
from pathlib import Path

from beneficiaries.enums import (
    BY_LIST,
    Basis,
    CriterionKind,
    Exactness,
    Fact,
    FamilyRule,
    MilestoneKind,
    NoticeChannelKind,
    Operator,
    ProgrammeKind,
    SpendingKind,
    StandardKind,
    StatedSubject,
    StepKind,
    Unit,
)
from beneficiaries.plan_file import values
from beneficiaries.plan_file.table import Lines, Table
from beneficiaries.rules import standards
from welfare.enums import Level
from welfare.errors import Refusal

PLANS = Path(__file__).parent.parent / "plans"
FORMAT = 1
DEEPEST = 10  # groups within groups


class PlanError(Refusal):
    """The file cannot be used; the message lists every fault with its place."""


def named(name):
    """The path of a plan that comes with the product ("000-6"), or of a file."""
    packed = PLANS / f"{name}.toml"
    return packed if packed.exists() else Path(name)


def shipped():
    """Numbers of the plans and summaries that come with the product, in order."""
    return sorted(
        (path.stem for path in PLANS.glob("*.toml")), key=lambda stem: [int(part) for part in stem.split("-")]
    )


def read(path, *, year=None):
    """The ``Plan`` in the file at ``path``; ``year`` moves it to another season.

    Raises PlanError with every fault: what is not TOML, unknown or missing keys, bad values and dates.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except OSError:
        raise PlanError(f"找不到方案文件“{path}”，请核对路径。") from None
    except UnicodeDecodeError:
        raise PlanError(f"方案文件“{path}”不是 UTF-8 编码，请另存为 UTF-8 后再试。") from None
    return parse(text, name=Path(path).name, year=year)


def parse(text, *, name="方案文件", year=None):
    """As ``read``, from the text of a file."""
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+), column (\d+)", str(error))
        where = f"第{place[1]}行第{place[2]}列" if place else "文件末尾"
        raise PlanError(f"{name}：{where}不符合 TOML 写法，请核对引号、括号和等号。（{error}）") from None
    except RecursionError:
        raise PlanError(f"{name}：括号嵌套太深，请核对括号。") from None
    except (ValueError, ArithmeticError):  # a number of thousands of digits, a day that no calendar has
        raise PlanError(f"{name}：有的数字或日期太长或不存在，请核对。") from None
    faults = []
    plan = _plan(Table(data, (), Lines(text), faults), year)
    if faults:
        raise PlanError("\n".join(f"{name}：{fault}" for fault in faults))
    return plan


# -- from tables to values ---------------------------------------------------------------------------


def _plan(top, year):
    if top.take("format", int, FORMAT) != FORMAT:
        top.fault("format", f"本程序只认得第 {FORMAT} 版写法。")
    document = top.one_of("document", values.DOCUMENTS, values.PLAN)
    settings, day = _settings(top, year, document)
    goods = tuple(_goods(table) for table in top.tables("goods"))
    standards = tuple(_standard(table, goods) for table in top.tables("standards"))
    categories = tuple(
        _category(table, place, goods, standards) for place, table in enumerate(top.tables("categories"), 1)
    )
    plan = values.Plan(
        document=document,
        settings=settings,
        framework=top.take("framework", str, ""),
        scope=_scope(top),
        earlier_help=tuple(_earlier(table) for table in top.tables("earlier_help")),
        goods=goods,
        funds=tuple(_fund(table) for table in top.tables("funds")),
        categories=categories,
        quotas=_quotas(top),
        steps=tuple(_step(table) for table in top.tables("steps")),
        milestones=tuple(_milestone(table, day) for table in top.tables("milestones")),
        stated=tuple(_stated(table, categories) for table in top.tables("stated")),
    )
    _whole(top, plan)
    top.finish()
    return plan


def _whole(top, plan):
    """Faults that only the whole file shows."""
    codes = [category.code for category in plan.categories]
    if not codes and plan.document == values.PLAN and plan.settings["kind"] in BY_LIST:
        top.fault("categories", "至少要有一个慰问类别。")
    if twice := sorted({code for code in codes if code and codes.count(code) > 1}):
        top.fault("categories", f"类别代码“{'”“'.join(twice)}”用了不止一次。")
    for place, category in enumerate(plan.categories):
        if category.adds_to and (category.adds_to not in codes or category.adds_to == category.code):
            top.fault_at(("categories", place), "adds_to", f"没有代码为“{category.adds_to}”的其他类别。")
    if len(circle := standards.circle({one.code: one.adds_to for one in plan.categories})) > 1:
        at, ring = codes.index(circle[0]), "”→“".join(circle)
        top.fault_at(("categories", at), "adds_to", f"增发绕成了圈：“{ring}”。")
    starts_on, ends_on = plan.settings["starts_on"], plan.settings["ends_on"]
    if starts_on and ends_on and ends_on < starts_on:
        top.fault_at(("season",), "ends", "结束日期不能早于开始日期。")


def _settings(top, year, document):
    """(columns of the programme, how to read a day of this season). A summary may do without its period."""
    optional = {"default": None} if document == values.SUMMARY else {}
    season = top.table("season")
    stated_year = season.take("year", int)
    festival = season.take("festival", str, "春节")
    year = year or stated_year
    if not 2000 <= year <= 2100 and season.knew("year"):
        season.fault("year", "年度应在 2000 至 2100 之间。")
        year = 2000

    def day(table, key, **kwargs):
        return table.day(key, year, festival, **kwargs)

    starts_on, starts_text = day(season, "starts", **optional)
    ends_on, ends_text = day(season, "ends", **optional)
    settings = {
        "code": top.slug("code"),
        "kind": top.choice("kind", ProgrammeKind, ProgrammeKind.RELIEF),
        "name": top.take("name", str).replace("{year}", str(year)),
        "season": f"{year}年{festival}",
        "year": year,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "starts_text": season.take("starts_text", str, starts_text),
        "ends_text": season.take("ends_text", str, ends_text),
        "has_assumed_dates": season.take("dates_assumed", bool, False),
        "purpose": top.take("purpose", str, "").strip(),
        "remarks": "\n".join(top.texts("remarks")),
        "hotline": top.take("hotline", str, ""),
        "objection_place": top.take("objection_place", str, ""),
        "exclusion_group": top.take("exclusion_group", str, ""),
        "family_rule": top.choice("family_rule", FamilyRule, FamilyRule.COUNTED),
        "cap_each": top.number("cap_each", None),
        "cap_year": top.number("cap_year", None),
    }
    season.finish()
    return settings | _switches(top), day


def _switches(top):
    visits, notices = top.table("visits", required=False), top.table("notices", required=False)
    found = {
        "advance_notice_days": visits.take("advance_notice_days", int, 2),
        "visitors_needed": visits.take("visitors_needed", int, 2),
        "display_days": notices.take("display_days", int, 7),
        "hides_second_character": notices.take("hides_second_character", bool, True),
        "shows_minors_as_household": notices.take("shows_minors_as_household", bool, True),
        "is_listed": notices.take("is_listed", bool, True),
        "objection_days": notices.take("objection_days", int, 5),
        "closes_without_stopped": notices.take("closes_without_stopped", bool, False),
    }
    if found["objection_days"] == 0:
        notices.fault("objection_days", "至少 1 个工作日。")
    visits.finish()
    notices.finish()
    return found


def _scope(top):
    table = top.table("scope", required=False)
    covered = tuple(table.texts("covered"))
    barred = []
    for row in table.tables("barred"):
        barred.append((row.take("organisation", str), row.take("reason", str)))
        row.finish()
    table.finish()
    return values.Scope(covered, tuple(barred))


def _earlier(table):
    found = values.Earlier(
        table.take("years_before", int, 1),
        table.take("programme", str, ""),
        table.take("strict", bool, False),
    )
    if found.years_before < 1:
        table.fault("years_before", "至少是 1（上一年）。")
    table.finish()
    return found


def _goods(table):
    found = values.Goods(
        table.slug("code"),
        table.take("name", str),
        table.take("unit", str),
        table.take("specification", str, ""),
        table.number("price", Decimal(0)),
    )
    table.finish()
    return found


def _fund(table):
    found = values.Fund(
        table.slug("code"),
        table.take("name", str),
        table.take("spending", str, ""),
        table.number("amount", None),
        table.take("text", str, ""),
        table.choice("kind", SpendingKind, SpendingKind.RELIEF),
    )
    table.finish()
    return found


def _category(table, place, goods, standards):
    own = tuple(_standard(line, goods) for line in table.tables("standards"))
    code = table.slug("code")
    found = values.Category(
        code=code,
        name=table.take("name", str),
        public_label=table.take("public_label", str, ""),
        unit=table.choice("unit", Unit, Unit.HOUSEHOLD),
        precedence=table.take("precedence", int, place),
        quota=table.take("quota", int, None),
        is_combinable=table.take("is_combinable", bool, False),
        most_per_household=table.take("most_per_household", int, None),
        is_for_minors=table.take("is_for_minors", bool, False),
        adds_to=table.take("adds_to", str, ""),
        criteria=tuple(_condition(node) for node in table.tables("criteria")),
        standards=() if table.take("no_standard", bool, False) else own or standards,
        requirements=tuple(_requirement(row) for row in table.tables("evidence")),
        quotas=table.counts("organisations"),
        quota_each=table.take("each_community", int, None),
    )
    most = found.most_per_household
    if most is not None and (most < 1 or found.unit != Unit.PERSON):
        table.fault("most_per_household", "“每户最多”只用于以人为对象的类别，至少1人。")
    table.finish()
    return found


def _condition(table, depth=1):
    is_negated = table.take("not", bool, False)
    for kind in (CriterionKind.ALL, CriterionKind.ANY):
        if table.has(kind.value):
            if depth == DEEPEST:
                table.fault(kind.value, f"条件组嵌套太深，最多 {DEEPEST} 层。")
                return values.Condition(kind, is_negated)
            children = tuple(_condition(node, depth + 1) for node in table.tables(kind.value))
            if not children:
                table.fault(kind.value, "条件组里没有条件。")
            table.finish()
            return values.Condition(kind, is_negated, children=children)
    if table.has("judged"):
        found = values.Condition(CriterionKind.JUDGED, is_negated, wording=table.take("judged", str))
    else:
        fact, operator = table.choice("fact", Fact), table.choice("operator", Operator)
        is_flag = operator in (Operator.IS_TRUE, Operator.IS_FALSE)
        found = values.Condition(
            CriterionKind.TEST,
            is_negated,
            fact=fact,
            operator=operator,
            value="" if is_flag else table.value("value"),
        )
    table.finish()
    return found


def _standard(table, goods):
    kind = table.choice("kind", StandardKind)
    is_goods = kind == StandardKind.GOODS
    item = table.take("item", str) if is_goods else ""
    known = {one.code: one for one in goods}
    if item and item not in known:
        table.fault("item", f"物资“{item}”没有在 [[goods]] 中列出。")
    basis = table.choice("per", Basis, Basis.HOUSEHOLD)
    found = values.StandardLine(
        kind=kind,
        basis=basis,
        amount=table.number("amount") if kind == StandardKind.CASH else None,
        goods=item,
        quantity=table.number("quantity") if is_goods else None,
        unit_price=table.number("unit_price", known[item].price if item in known else None)
        if is_goods
        else None,
        months=table.take("months", int) if basis == Basis.PERSON_MONTH else table.take("months", int, None),
        description=table.take("description", str)
        if kind == StandardKind.SERVICE
        else table.take("description", str, ""),
        is_floor=table.take("is_floor", bool, False),
    )
    if kind == StandardKind.CASH and not found.amount and table.knew("amount"):
        table.fault("amount", "应大于 0。")
    if is_goods and not found.quantity and table.knew("quantity"):
        table.fault("quantity", "应大于 0。")
    table.finish()
    return found


def _requirement(table):
    assumed = table.table("assumed", required=False)
    found = values.Requirement(
        kind=table.take("kind", str),
        substitutes=tuple(sorted(table.texts("substitutes"))),
        is_required=table.take("is_required", bool, True),
        assumed_fact=assumed.choice("fact", Fact) if assumed.data else "",
        assumed_value=assumed.number("value") if assumed.data else None,
        note=table.take("note", str, ""),
    )
    assumed.finish()
    table.finish()
    return found


def _quotas(top):
    table = top.table("quota", required=False)
    spread = table.one_of("spread", values.SPREADS, "households")
    total, each = table.take("total", int, None), table.take("each_community", int, None)
    found = values.Quotas(total, spread, table.counts("organisations"), each)
    table.finish()
    return found


def _step(table):
    kind = table.choice("kind", StepKind)
    found = values.Step(
        kind=kind,
        level=table.choice("level", Level, Level.COMMUNITY),
        name=table.take("name", str, ""),
        days=table.take("days", int) if kind == StepKind.NOTICE else table.take("days", int, None),
        is_working_days=table.take("is_working_days", bool, False),
        round_number=table.take("round", int, None),
        quorum_share=table.share("quorum"),
        pass_share=table.share("pass"),
        sample_share=table.share("sample"),
        sample_number=table.take("sample_number", int, None),
        is_for_disputed=table.take("only_disputed", bool, False),
        channels=_channels(table) if kind == StepKind.NOTICE else (),
    )
    if kind == StepKind.NOTICE and not found.days and table.knew("days"):
        table.fault("days", "公示至少 1 天。")
    if kind == StepKind.CHECK and not found.sample_share and not found.sample_number:
        table.fault("sample", "抽查环节须写明抽查比例（sample）或户数（sample_number）。")
    table.finish()
    return found


def _channels(table):
    """Where a notice must be shown: the wall, where the plan does not say."""
    named = table.texts("channels") if table.has("channels") else [NoticeChannelKind.WALL.value]
    known = NoticeChannelKind.values
    if (wrong := [one for one in named if one not in known]) or (not named and table.knew("channels")):
        told = f"不认识“{'”“'.join(wrong)}”" if wrong else "公示至少要有一种方式"
        names = "、".join(f"{kind}（{label}）" for kind, label in NoticeChannelKind.choices)
        table.fault("channels", f"{told}，可以填：{names}。")
    return tuple(kind for kind in known if kind in named)


def _milestone(table, day):
    starts_on, starts_text = day(table, "starts", default=None)
    due_on, due_text = day(table, "due", default=None)
    if starts_on and due_on and due_on < starts_on:
        table.fault("due", "截止日期早于开始日期。")
    found = values.Milestone(
        name=table.take("name", str),
        kind=table.choice("kind", MilestoneKind, MilestoneKind.WORK),
        starts_on=starts_on,
        due_on=due_on,
        due_time=table.clock("time"),
        due_text=table.take("text", str, "至".join(filter(None, (starts_text, due_text)))),
        responsible_unit=table.take("unit", str, ""),
        responsible_person=table.take("person", str, ""),
        recipient=table.take("recipient", str, ""),
        responsible=table.take("responsible", str, ""),
    )
    table.finish()
    return found


def _stated(table, categories):
    category = table.take("category", str, "")
    if category and category not in {one.code for one in categories}:
        table.fault("category", f"没有代码为“{category}”的类别。")
    found = values.Stated(
        subject=table.choice("subject", StatedSubject),
        text=table.take("text", str),
        low=table.number("low", None),
        high=table.number("high", None),
        exactness=table.choice("exactness", Exactness, Exactness.EXACT),
        is_lump_sum=table.take("is_lump_sum", bool, True),
        category=category,
        label=table.take("label", str, ""),
        unit=table.take("unit", str, ""),
    )
    if found.exactness == Exactness.RANGE and (found.high is None or found.low is None):
        table.fault("high", "区间须写明 low 和 high。")
    table.finish()
    return found
