"""Eligibility in words: each condition, the household's own value, met or not, and by how much it was missed. Pure."""

from decimal import ROUND_UP, Decimal
from typing import NamedTuple

from beneficiaries.enums import CriterionKind, Fact
from beneficiaries.rules.eligibility import NOTHING, Open, assumption, joined, negated, sides, truth
from beneficiaries.rules.fact_kinds import CHOICES, FLAGS, SETS, WHOLE
from beneficiaries.rules.wording import number
from welfare.money import CENT

NEAR = Decimal("0.1")  # a miss by a tenth of the limit or less is told with its distance
INCOMES = (Fact.INCOME, Fact.INCOME_MULTIPLE)

UNDECIDED = "待评议"
NOT_ON_FILE = "未登记"


class Line(NamedTuple):
    """One condition for one beneficiary, in words. ``is_met`` None: not decided yet."""

    text: str
    value: str
    is_met: bool | None
    depth: int = 0
    is_judged: bool = False
    is_assumed: bool = False

    def as_dict(self):
        """As an entry keeps it; ``is_judged`` and ``is_assumed`` (for want of proof) only where it is so."""
        found = {"text": self.text, "value": self.value, "is_met": self.is_met, "depth": self.depth}
        marks = {"is_judged": self.is_judged, "is_assumed": self.is_assumed}
        return found | {mark: True for mark, is_so in marks.items() if is_so}


def explain(nodes, facts, *, assumed=NOTHING, answers=NOTHING):
    """Lines for one beneficiary, those below a group one deeper."""
    return weigh(nodes, facts, assumed=assumed, answers=answers)[1]


def weigh(nodes, facts, *, assumed=NOTHING, answers=NOTHING):
    """(fits, lines): as ``eligibility.fits`` and ``explain``, in one pass."""
    lines = []
    truths = [_weigh(node, facts, assumed, answers, 0, lines) for node in nodes]
    return joined(CriterionKind.ALL, truths) is True, lines


def _weigh(node, facts, assumed, answers, depth, lines):
    """The truth of a node; its lines are added to ``lines``."""
    place = len(lines)
    if node.children:
        lines.append(None)
        below = [_weigh(child, facts, assumed, answers, depth + 1, lines) for child in node.children]
        is_true, value = negated(joined(node.kind, below), node.is_negated), ""
    else:
        is_true = truth(node, facts, assumed, answers)
        value = _own_value(node, facts, assumed, answers, is_true)
        lines.append(None)
    is_met = None if is_true is Open else is_true is True
    is_assumed = node.kind == CriterionKind.TEST and assumption(_proven(node), facts, assumed) is not None
    lines[place] = Line(node.text, value, is_met, depth, node.kind == CriterionKind.JUDGED, is_assumed)
    return is_true


def missed(nodes, facts, *, assumed=NOTHING, answers=NOTHING):
    """In one sentence what keeps a beneficiary out: the unmet tests with the own value; "" when nothing does."""
    return "；".join(_missed(nodes, facts, assumed, answers))


def _missed(nodes, facts, assumed, answers):
    for node in nodes:
        is_true = truth(node, facts, assumed, answers)
        if is_true is Open or is_true is True:
            continue
        below = [] if node.is_negated else list(_missed(node.children, facts, assumed, answers))
        value = _own_value(node, facts, assumed, answers, is_true)
        yield from below or [f"{node.text}（{value}）" if value else node.text]


def _own_value(node, facts, assumed, answers, is_true):
    if node.kind == CriterionKind.JUDGED:
        answer = answers.get(node.key)
        return UNDECIDED if answer is None else f"认定{said(answer.is_met, node.is_negated)}：{answer.reason}"
    if node.kind != CriterionKind.TEST:
        return ""
    if node.fact in FLAGS:
        return "是" if facts[node.fact] else "否"
    if node.fact in CHOICES:
        return facts[node.fact] or NOT_ON_FILE
    if node.fact in SETS:
        return _own_names(node.fact, facts[node.fact])
    return _own_number(node, facts, assumed, is_true)


def said(is_met, is_negated):
    """An answer to a judged condition in words; of one that must not be so, whether it is."""
    if is_negated:
        return "有此情形" if is_met else "没有此情形"
    return "符合" if is_met else "不符合"


def _own_names(fact, held):
    if fact == Fact.HELPED_BEFORE:
        held = [name.replace(":", "年方案") for name in held if ":" in name]
    return "、".join(sorted(held)) or "无"


def _proven(node):
    """The fact on file that a test of a number looks at."""
    return Fact.INCOME if node.fact in INCOMES else node.fact


def _own_number(node, facts, assumed, is_true):
    own, limit = sides(node, facts, assumed)
    fact = _proven(node)
    if own is None:
        return f"证明已归档，金额{NOT_ON_FILE}，待核" if fact in assumed else NOT_ON_FILE
    unit = WHOLE.get(node.fact, "元")
    heads = facts["heads"] if fact == Fact.INCOME else 1
    words = f"{number(_each(own, heads))}{unit}"
    if instead := assumption(fact, facts, assumed):
        on_file = (
            NOT_ON_FILE if facts[fact] is None else f"登记{number(Decimal(facts[fact]).quantize(CENT))}元不计"
        )
        words = f"{on_file}，无{instead.paper}，按{words}推定"
    elif fact == Fact.INCOME and heads != facts["members"]:
        words += f"（家庭月总收入{number(own)}元，按{heads}人计）"
    if node.fact == Fact.INCOME_MULTIPLE:
        if limit is None:
            return f"{words}，当地低保标准未录入"
        line, bound = number(facts["minimum_line"]), number(_each(limit, heads))
        words += f"（低保标准{line}元，{number(node.value)}倍为{bound}元）"
    return words + ("" if is_true else _distance(own, limit, heads, unit))


def _each(total, heads):
    return total if heads == 1 else (Decimal(total) / heads).quantize(CENT)


def _distance(own, limit, heads, unit):
    gap = abs(own - limit)
    if not gap:
        return "，恰为界限"
    if gap > limit * NEAR:
        return ""
    each = gap if heads == 1 else (Decimal(gap) / heads).quantize(CENT, rounding=ROUND_UP)
    return f"，{'超出' if own > limit else '差'}{number(each)}{unit}"
