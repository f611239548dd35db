"""What a plan file says, as plain values: nothing here touches the database."""

import dataclasses
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal

PLAN, SUMMARY = "plan", "summary"
DOCUMENTS = {PLAN: "方案", SUMMARY: "总结"}
# Whose a milestone is, where that is no name: no organisation is reminded of it, or every covered community is.
NOBODY, EACH_COMMUNITY = "none", "each_community"
SPREADS = {"households": "按户数比例", "even": "平均分配"}


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
    amount_text: str
    spending_kind: str


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
    is_floor: bool = False


@dataclass(frozen=True)
class Requirement:
    """Evidence asked for; names are those of the code list."""

    kind: str
    substitutes: tuple
    is_required: bool
    assumed_fact: str
    assumed_value: Decimal | None
    note: str


@dataclass(frozen=True)
class Category:
    """``adds_to`` is the code of the category whose standard this one raises; ``quotas`` map names to counts.

    ``quota_each`` is the quota of each community that they do not name.
    """

    code: str
    name: str
    public_label: str
    unit: str
    precedence: int
    quota: int | None
    is_combinable: bool
    is_for_minors: bool
    adds_to: str
    criteria: tuple
    standards: tuple
    requirements: tuple
    quotas: dict = field(default_factory=dict)
    quota_each: int | None = None
    most_per_household: int | None = None


@dataclass(frozen=True)
class Quotas:
    """``named`` maps names of organisations to their quota, ``each`` is that of every other community.

    Without either the total is spread.
    """

    total: int | None = None
    spread: str = "households"
    named: dict = field(default_factory=dict)
    each: int | None = None


@dataclass(frozen=True)
class Scope:
    """Where: names of the organisations covered (none: all below the organiser), and who is left out and why.

    ``communities`` is how many communities that makes; a file does not know it, and it is no part of the plan.
    """

    covered: tuple = ()
    barred: tuple = ()  # (name, reason)
    communities: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Earlier:
    """Whoever was helped ``years_before`` is not helped again; in another season it moves along."""

    years_before: int
    programme_code: str
    is_strict: bool


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
    is_for_disputed: bool
    channels: tuple = ()  # of a notice: where it must be shown, in the order of the code list


@dataclass(frozen=True)
class Milestone:
    """``responsible`` names the organisation whose it is, or is ``NOBODY`` or ``EACH_COMMUNITY``; empty, the unit's name tells."""

    name: str
    kind: str
    starts_on: date | None
    due_on: date | None
    due_time: time | None
    due_text: str
    responsible_unit: str
    responsible_person: str
    recipient: str
    responsible: str = ""


@dataclass(frozen=True)
class Stated:
    """A figure as written; ``category`` is a code, empty for the whole plan or a line of no category."""

    subject: str
    text: str
    low: Decimal | None
    high: Decimal | None
    exactness: str
    is_lump_sum: bool
    category: str
    label: str
    unit: str


@dataclass(frozen=True)
class Plan:
    """A whole plan, its dates computed for one season year.

    ``settings`` are columns of ``models.Programme``; ``framework`` is the code of the 总体方案 it belongs to.
    """

    document: str
    settings: dict
    framework: str
    scope: Scope
    earlier_help: tuple
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
