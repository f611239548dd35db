"""Reads a plan file (TOML; the format is described in ``plans/README.md``) into plain values.

Nothing here touches the database. Every fault is told in Chinese with its line and key, all at once.
"""

import dataclasses
import re
import tomllib
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from beneficiaries.enums import (
    Basis,
    CriterionKind,
    Exactness,
    Fact,
    Operator,
    ProgrammeKind,
    StandardKind,
    StatedSubject,
    StepKind,
    Unit,
)
from beneficiaries.plan_table import Lines, Table
from welfare.enums import Level
from welfare.errors import Refusal

SPREADS = {"households": "按户数比例", "even": "平均分配"}
PLANS = Path(__file__).parent / "plans"


class PlanError(Refusal):
    """The file cannot be used; the message lists every fault with its place."""


@dataclass(frozen=True)
class Goods:
    code: str
    name: str
    unit: str
    specification: str
    price: Decimal


@dataclass(frozen=True)
class Fund:
    code: str
    name: str
    spending: str
    amount: Decimal | None


@dataclass(frozen=True)
class Condition:
    """A node of the criteria tree, as ``models.Criterion``."""

    kind: str
    is_negated: bool = False
    fact: str = ""
    operator: str = ""
    value: str = ""
    wording: str = ""
    children: tuple = ()


@dataclass(frozen=True)
class StandardLine:
    kind: str
    basis: str
    amount: Decimal | None = None
    goods: str = ""
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    months: int | None = None
    description: str = ""


@dataclass(frozen=True)
class Category:
    code: str
    name: str
    public_label: str
    unit: str
    precedence: int
    quota: int | None
    is_combinable: bool
    is_for_minors: bool
    criteria: tuple
    standards: tuple


@dataclass(frozen=True)
class Quotas:
    """``named`` maps names of organisations to their quota; without it the total is spread."""

    total: int | None = None
    spread: str = "households"
    named: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    kind: str
    level: str
    name: str
    days: int | None
    is_working_days: bool
    round_number: int | None
    quorum_share: Decimal | None
    pass_share: Decimal | None
    sample_share: Decimal | None
    sample_number: int | None


@dataclass(frozen=True)
class Milestone:
    name: str
    starts_on: date | None
    due_on: date | None
    due_text: str
    responsible_unit: str
    responsible_person: str


@dataclass(frozen=True)
class Stated:
    subject: str
    text: str
    low: Decimal | None
    high: Decimal | None
    exactness: str
    is_lump_sum: bool


@dataclass(frozen=True)
class Plan:
    """A whole plan, its dates computed for one season year."""

    settings: dict
    goods: tuple
    funds: tuple
    categories: tuple
    quotas: Quotas
    steps: tuple
    milestones: tuple
    stated: tuple

    @property
    def code(self):
        return self.settings["code"]

    @property
    def year(self):
        return self.settings["year"]


def replace(plan, **settings):
    """The plan with other settings (``name=…``, ``starts_on=…``)."""
    return dataclasses.replace(plan, settings=plan.settings | settings)


def named(name):
    """The path of a plan that comes with the product ("000-6"), or of a file."""
    packed = PLANS / f"{name}.toml"
    return packed if packed.exists() else Path(name)


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
    faults = []
    plan = _plan(Table(data, (), Lines(text), faults), year)
    if faults:
        raise PlanError("\n".join(f"{name}：{fault}" for fault in faults))
    return plan


# -- from tables to values ---------------------------------------------------------------------------


def _plan(top, year):
    top.take("format", int, 1)
    season = top.table("season")
    stated_year = season.take("year", int)
    festival = season.take("festival", str, "春节")
    year = year or stated_year

    def day(table, key, **kwargs):
        return table.day(key, year, festival, **kwargs)

    settings = {
        "code": top.take("code", str),
        "kind": top.choice("kind", ProgrammeKind, ProgrammeKind.RELIEF),
        "name": str(top.take("name", str)).replace("{year}", str(year)),
        "season": f"{year}年{festival}",
        "year": year,
        "starts_on": day(season, "starts")[0],
        "ends_on": day(season, "ends")[0],
        "purpose": top.take("purpose", str, ""),
        "hotline": top.take("hotline", str, ""),
        "objection_place": top.take("objection_place", str, ""),
        "exclusion_group": top.take("exclusion_group", str, ""),
    }
    season.finish()
    settings |= _switches(top)
    goods = tuple(_goods(table) for table in top.tables("goods"))
    standards = tuple(_standard(table, goods) for table in top.tables("standards"))
    plan = Plan(
        settings=settings,
        goods=goods,
        funds=tuple(_fund(table) for table in top.tables("funds")),
        categories=tuple(
            _category(table, place, goods, standards)
            for place, table in enumerate(top.tables("categories"), 1)
        ),
        quotas=_quotas(top),
        steps=tuple(_step(table) for table in top.tables("steps")),
        milestones=tuple(_milestone(table, day) for table in top.tables("milestones")),
        stated=tuple(_stated(table) for table in top.tables("stated")),
    )
    if not plan.categories:
        top.fault("categories", "至少要有一个慰问类别。")
    top.finish()
    return plan


def _switches(top):
    visits, notices = top.table("visits", required=False), top.table("notices", required=False)
    found = {
        "advance_notice_days": visits.take("advance_notice_days", int, 2),
        "visitors_needed": visits.take("visitors_needed", int, 2),
        "display_days": notices.take("display_days", int, 7),
        "hides_second_character": notices.take("hides_second_character", bool, True),
        "shows_minors_as_household": notices.take("shows_minors_as_household", bool, True),
    }
    visits.finish()
    notices.finish()
    return found


def _goods(table):
    found = Goods(
        table.take("code", str),
        table.take("name", str),
        table.take("unit", str),
        table.take("specification", str, ""),
        table.number("price", Decimal(0)),
    )
    table.finish()
    return found


def _fund(table):
    found = Fund(
        table.take("code", str),
        table.take("name", str),
        table.take("spending", str, ""),
        table.number("amount", None),
    )
    table.finish()
    return found


def _category(table, place, goods, standards):
    own = tuple(_standard(line, goods) for line in table.tables("standards"))
    found = Category(
        code=table.take("code", str),
        name=table.take("name", str),
        public_label=table.take("public_label", str, ""),
        unit=table.choice("unit", Unit, Unit.HOUSEHOLD),
        precedence=table.take("precedence", int, place),
        quota=table.take("quota", int, None),
        is_combinable=table.take("is_combinable", bool, False),
        is_for_minors=table.take("is_for_minors", bool, False),
        criteria=tuple(_condition(node) for node in table.tables("criteria")),
        standards=own or standards,
    )
    table.finish()
    return found


def _condition(table):
    is_negated = table.take("not", bool, False)
    for kind in (CriterionKind.ALL, CriterionKind.ANY):
        if table.has(kind.value):
            children = tuple(_condition(node) for node in table.tables(kind.value))
            if not children:
                table.fault(kind.value, "条件组里没有条件。")
            table.finish()
            return Condition(kind, is_negated, children=children)
    if table.has("judged"):
        found = Condition(CriterionKind.JUDGED, is_negated, wording=table.take("judged", str))
    else:
        fact, operator = table.choice("fact", Fact), table.choice("operator", Operator)
        is_flag = operator in (Operator.IS_TRUE, Operator.IS_FALSE)
        found = Condition(
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
    item = table.take("item", str) if kind == StandardKind.GOODS else ""
    known = {one.code: one for one in goods}
    if item and item not in known:
        table.fault("item", f"物资“{item}”没有在 [[goods]] 中列出。")
    found = StandardLine(
        kind=kind,
        basis=table.choice("per", Basis, Basis.HOUSEHOLD),
        amount=table.number("amount") if kind == StandardKind.CASH else None,
        goods=item,
        quantity=table.number("quantity") if kind == StandardKind.GOODS else None,
        unit_price=table.number("unit_price", known[item].price if item in known else None)
        if kind == StandardKind.GOODS
        else None,
        months=table.take("months", int, None),
        description=table.take("description", str, ""),
    )
    table.finish()
    return found


def _quotas(top):
    table = top.table("quota", required=False)
    spread = table.take("spread", str, "households")
    if spread not in SPREADS:
        table.fault("spread", f"只能是 {'、'.join(SPREADS)}。")
    named = table.take("organisations", dict, {})
    for name, count in named.items():
        if not isinstance(count, int) or isinstance(count, bool) or count < 0:
            table.fault("organisations", f"“{name}”的名额应是不小于 0 的整数。")
    found = Quotas(table.take("total", int, None), spread, named)
    table.finish()
    return found


def _step(table):
    kind = table.choice("kind", StepKind)
    found = Step(
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
    )
    if kind == StepKind.CHECK and not found.sample_share and not found.sample_number:
        table.fault("sample", "抽查环节须写明抽查比例（sample）或户数（sample_number）。")
    table.finish()
    return found


def _milestone(table, day):
    starts_on, starts_text = day(table, "starts", default=None)
    due_on, due_text = day(table, "due", default=None)
    text = f"{starts_text}至{due_text}" if starts_on else due_text
    found = Milestone(
        table.take("name", str),
        starts_on,
        due_on,
        table.take("text", str, text),
        table.take("unit", str, ""),
        table.take("person", str, ""),
    )
    table.finish()
    return found


def _stated(table):
    found = Stated(
        table.choice("subject", StatedSubject),
        table.take("text", str),
        table.number("low", None),
        table.number("high", None),
        table.choice("exactness", Exactness, Exactness.EXACT),
        table.take("is_lump_sum", bool, True),
    )
    table.finish()
    return found
