"""Who qualifies: criteria over plain facts. Pure; in words: ``rules.explanation``; the SQL twin: ``queries.criteria_sql``.

Three-valued: a fact that is not on file makes its test *unknown*, negated or not, and unknown never
qualifies anybody. A judged condition is decided by people: until they have, it is passed over.
"""

import operator
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cached_property
from types import MappingProxyType

from beneficiaries.enums import CriterionKind, Fact, Operator
from beneficiaries.rules import wording
from beneficiaries.rules.fact_kinds import (
    CHOICES,
    FIXED_NAMES,
    FLAGS,
    NAMED,
    ORDERED,
    SETS,
    WHOLE,
    help_named,
    listed,
)
from welfare import money

NOTHING = MappingProxyType({})


@dataclass(frozen=True)
class Node:
    """One condition: a group, a test of a fact, or a judged one. As ``models.Criterion``, with its children.

    ``key`` tells judged conditions apart (the id of the row).
    """

    kind: str
    is_negated: bool = False
    fact: str = ""
    operator: str = ""
    value: str = ""
    wording: str = ""
    children: tuple = ()
    key: int | None = None

    @cached_property
    def text(self):
        """The condition in words."""
        return wording.of(self)

    @cached_property
    def limit(self):
        """What a number is compared with."""
        return Decimal(self.value)

    @cached_property
    def names(self):
        """What a set is compared with."""
        return names(self.value)


@dataclass(frozen=True)
class Assumption:
    """What counts for a fact that no paper proves: ``paper`` is the one wanted, ``kinds`` it and its substitutes (ids).

    What is on file counts only with one of these papers in force; with the paper and nothing on file the fact is unknown.
    """

    value: Decimal
    paper: str
    kinds: frozenset = frozenset()

    def counts(self, facts):
        """True where none of the papers is there."""
        return self.kinds.isdisjoint(facts["papers"])


@dataclass(frozen=True)
class Answer:
    """What people decided about a judged condition, and why."""

    is_met: bool
    reason: str


@dataclass(frozen=True)
class Tier:
    """A category as eligibility sees it: its conditions, and what is assumed where no paper proves a fact.

    ``key`` names it in what is computed: the id of the category, or its code where two versions are compared.
    """

    key: int | str
    name: str
    nodes: tuple
    assumed: Mapping = field(default_factory=dict)


def tree(rows):
    """The top Nodes of criteria rows (any objects with ``id``, ``parent_id`` and Criterion's columns, in order)."""
    below = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)

    def node(row):
        return Node(
            row.kind,
            row.is_negated,
            row.fact,
            row.operator,
            row.value,
            row.wording,
            tuple(node(child) for child in below.get(row.id, ())),
            row.id,
        )

    return tuple(node(row) for row in below.get(None, ()))


def tests(nodes):
    """Every test below ``nodes``."""
    for node in nodes:
        if node.kind == CriterionKind.TEST:
            yield node
        yield from tests(node.children)


def judged(nodes, is_negated=False):
    """(node, is_negated) of every judged condition below ``nodes``: with the negations above it, who is in must not be so."""
    for node in nodes:
        if node.kind == CriterionKind.JUDGED:
            yield node, node.is_negated ^ is_negated
        yield from judged(node.children, node.is_negated ^ is_negated)


def fault(node):
    """The Chinese sentence why a test cannot be computed (operator or value unfit for the fact), or None."""
    if node.kind != CriterionKind.TEST:
        return None
    label, compared = Fact(node.fact).label, Operator(node.operator)
    if node.fact in FLAGS:
        return None if compared in (Operator.IS_TRUE, Operator.IS_FALSE) else f"“{label}”只能比较“是”或“否”。"
    if node.fact in NAMED:
        if compared not in (Operator.ONE_OF, Operator.EQUALS):
            return f"“{label}”只能用“属于其一”或“等于”。"
        return _named_fault(node, label)
    if compared not in ORDERED:
        return f"“{label}”是数字，请用“以上”“以下”“超过”“不满”或“等于”。"
    try:
        number = Decimal(node.value)
    except InvalidOperation:
        return f"“{label}”的值“{node.value}”不是数字。"
    if not number.is_finite() or number < 0 or number >= money.LIMIT:
        return f"“{label}”的值“{node.value}”超出范围。"
    if node.fact in WHOLE and number != int(number):
        return f"“{label}”的值应为整数。"
    return None


def _named_fault(node, label):
    given = names(node.value)
    if not given:
        return f"“{label}”须写明名称，多个用“、”隔开。"
    known = FIXED_NAMES.get(node.fact)
    if known and (unknown := given - set(known)):
        return f"“{label}”没有“{'、'.join(sorted(unknown))}”，可以填：{'、'.join(known)}。"
    if node.fact == Fact.HELPED_BEFORE and (unknown := {name for name in given if help_named(name) is None}):
        return f"“{label}”看不懂“{'、'.join(sorted(unknown))}”，请写年度（2026）、方案编号（000-6），或两者（2026:000-6）。"
    return None


def names(value):
    """The names in a value: 低保户、低保边缘户"""
    return set(listed(value))


# -- deciding ----------------------------------------------------------------------------------------


def fits(nodes, facts, *, assumed=NOTHING, answers=NOTHING):
    """True when everything that can be computed is met; what is judged and not answered is left open.

    False when nothing is decided (only the assessment knows) and when a deciding fact is not on file.
    ``assumed``: {fact: Assumption}; ``answers``: {key of a judged node: Answer}.
    """
    return truth(Node(CriterionKind.ALL, children=tuple(nodes)), facts, assumed, answers) is True


def first_fit(tiers, facts, *, answers=NOTHING):
    """The first of ``tiers`` (in order of precedence) that fits, or None."""
    return next(
        (tier for tier in tiers if fits(tier.nodes, facts, assumed=tier.assumed, answers=answers)), None
    )


@dataclass(frozen=True)
class Settled:
    """Where an entry belongs after something was judged: ``fits_none`` when that rules its category out and no other is open.

    ``full``: the tier it would fit, had that a place left.
    """

    tier: Tier
    fits_none: bool = False
    full: Tier | None = None


def settle(tiers, key, facts, answers, *, left=frozenset(), full=frozenset()):
    """The tier for an entry that stands in tier ``key``, given what was judged. ``tiers`` in order of precedence.

    It goes back to a tier that it ``left`` (keys) once that fits after all; it leaves its own when an answer speaks
    against it and it is not met, for the first later one that fits and is not ``full``.
    """
    place = next(number for number, tier in enumerate(tiers) if tier.key == key)
    own = tiers[place]
    back = [tier for tier in tiers[:place] if tier.key in left and tier.key not in full]
    if found := first_fit(back, facts, answers=answers):
        return Settled(found)
    if not _is_ruled_out(own, facts, answers):
        return Settled(own)
    later = tiers[place + 1 :]
    if found := first_fit([tier for tier in later if tier.key not in full], facts, answers=answers):
        return Settled(found)
    return Settled(own, fits_none=True, full=first_fit(later, facts, answers=answers))


def _is_ruled_out(tier, facts, answers):
    whole = truth(Node(CriterionKind.ALL, children=tuple(tier.nodes)), facts, tier.assumed, answers)
    against = any(
        node.key in answers and answers[node.key].is_met == is_negated
        for node, is_negated in judged(tier.nodes)
    )
    return against and whole is not True and whole is not Open


class Open:
    """A judged condition that nobody answered: says nothing, in *all* and in *any*."""


def truth(node, facts, assumed=NOTHING, answers=NOTHING):
    """True, False, None (not on file) or Open of a node."""
    if node.kind == CriterionKind.JUDGED:
        answer = answers.get(node.key)
        met = Open if answer is None else answer.is_met
    elif node.kind == CriterionKind.TEST:
        met = _met(node, facts, assumed)
    else:
        met = joined(node.kind, [truth(child, facts, assumed, answers) for child in node.children])
    return negated(met, node.is_negated)


def joined(kind, truths):
    """The truth of a group from those of its children."""
    parts = [part for part in truths if part is not Open]
    if not parts:
        return Open
    wins = kind == CriterionKind.ANY
    if wins in parts:
        return wins
    return None if None in parts else not wins


def negated(met, is_negated):
    """The other way round, where there is one."""
    return not met if is_negated and met is not None and met is not Open else met


def _met(node, facts, assumed):
    """True or False of a test, without its negation; None when the fact is not on file."""
    if node.fact in SETS:
        return not node.names.isdisjoint(facts[node.fact])
    if node.fact in CHOICES:
        return None if facts[node.fact] is None else facts[node.fact] in node.names
    if node.fact in FLAGS:
        return facts[node.fact] is (node.operator == Operator.IS_TRUE)
    number, limit = sides(node, facts, assumed)
    if number is None or limit is None:
        return None
    return _COMPARED[node.operator](number, limit)


_COMPARED = {
    Operator.AT_LEAST: operator.ge,
    Operator.AT_MOST: operator.le,
    Operator.MORE_THAN: operator.gt,
    Operator.LESS_THAN: operator.lt,
    Operator.EQUALS: operator.eq,
}


def assumption(fact, facts, assumed):
    """The Assumption that stands in for ``fact``, or None where what is on file counts."""
    found = assumed.get(fact)
    return found if found and found.counts(facts) else None


def sides(node, facts, assumed=NOTHING):
    """(number, limit) that a test compares; None for what is not on file. What no paper proves may be assumed.

    Income is compared as yuan of the whole family, so that no division rounds: what it has a month on one side,
    the limit (or the multiple of the minimum line) times those who count on the other.
    """
    if node.fact not in (Fact.INCOME, Fact.INCOME_MULTIPLE):
        instead = assumption(node.fact, facts, assumed)
        return instead.value if instead else facts[node.fact], node.limit
    heads, total = facts["heads"], facts["income_total"]
    if instead := assumption(Fact.INCOME, facts, assumed):
        total = instead.value * heads
    if node.fact == Fact.INCOME:
        return total, node.limit * heads
    line = facts["minimum_line"]
    return total, None if line is None else line * node.limit * heads


Facts = Mapping  # {Fact: value or None}, "minimum_line", "income_total", "members", "heads", "papers"; see queries.facts
