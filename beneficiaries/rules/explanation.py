"""Eligibility in words: each condition, the household's own value, met or not, and by how much it was missed. Pure."""

from dataclasses import dataclass
from decimal import ROUND_UP, Decimal

from beneficiaries.enums import CriterionKind, Fact, Operator
from beneficiaries.rules.eligibility import NOTHING, Open, listed, sides, truth
from beneficiaries.rules.fact_kinds import CHOICES, FLAGS, MONEY, NAMED, SETS, WHOLE, help_named
from welfare.money import CENT

NEAR = Decimal("0.1")  # a miss by a tenth of the limit or less is told with its distance
INCOMES = (Fact.INCOME, Fact.INCOME_MULTIPLE)

UNDECIDED = "待评议"
NOT_ON_FILE = "未登记"


@dataclass(frozen=True)
class Line:
    """One condition for one beneficiary, in words. ``is_met`` None: not decided yet."""

    text: str
    value: str
    is_met: bool | None
    depth: int = 0
    is_judged: bool = False

    def as_dict(self):
        """As an entry keeps it; ``is_judged`` only where it is so."""
        found = {"text": self.text, "value": self.value, "is_met": self.is_met, "depth": self.depth}
        return found | {"is_judged": True} if self.is_judged else found


# -- conditions --------------------------------------------------------------------------------------


def wording(node):
    """The condition as the notice board would say it: 家庭月人均收入在低保标准1.5倍以下（含）"""
    words = _wording(node)
    return f"不是：{words}" if node.is_negated else words


def _wording(node):
    if node.kind in (CriterionKind.ALL, CriterionKind.ANY):
        return "以下条件同时满足" if node.kind == CriterionKind.ALL else "以下条件满足其一"
    if node.kind == CriterionKind.JUDGED:
        return node.wording
    if node.fact in FLAGS:
        return f"{Fact(node.fact).label}：{Operator(node.operator).label}"
    if node.fact in NAMED:
        return _named_wording(node)
    subject = Fact(node.fact).label.split("（")[0]
    bound = Operator(node.operator).label
    amount = {**WHOLE, **dict.fromkeys(MONEY, "元")}.get(node.fact, "")
    if node.fact == Fact.INCOME_MULTIPLE:
        subject, amount = "家庭月人均收入为低保标准的", "倍"
    if node.fact == Fact.MONTHS_ON_FILE:
        subject = "建档"
    if node.operator in (Operator.MORE_THAN, Operator.LESS_THAN, Operator.EQUALS):
        return f"{subject}{bound.split('（')[0]}{_number(node.value)}{amount}"
    return f"{subject}{_number(node.value)}{amount}{bound}"


def _named_wording(node):
    given = listed(node.value)
    all_given = "、".join(given)
    some = "之一" if len(given) > 1 else ""
    return {
        Fact.CATEGORY: f"困难类别为{all_given}{some}",
        Fact.SCHOOL_STAGE: f"有{all_given}在读学生",
        Fact.LISTED_DISEASE: f"有成员患{all_given}{some}",
        Fact.DISABILITY_GRADE: f"有{all_given}残疾人",
        Fact.HOUSING_DANGER: f"房屋安全等级为{all_given}{some}",
        Fact.WORK_STATE: f"有成员就业状况为{all_given}{some}",
        Fact.VETERAN_KIND: f"有成员为{all_given}{some}",
        Fact.HELPED_BEFORE: "或".join(_help_wording(name) for name in given),
    }[Fact(node.fact)]


def _help_wording(name):
    year, code = help_named(name) or (None, name)
    when, by = f"{year}年" if year else "", f"由方案{code}" if code else ""
    return f"{when}已{by}救助" if by else f"{when}已获救助"


# -- one beneficiary ---------------------------------------------------------------------------------


def explain(nodes, facts, *, assumed=NOTHING, answers=NOTHING, depth=0):
    """Lines for one beneficiary, those below a group one deeper."""
    found = []
    for node in nodes:
        is_true = truth(node, facts, assumed, answers)
        is_met = None if is_true is Open else is_true is True
        value = _own_value(node, facts, assumed, answers, is_true)
        found.append(Line(wording(node), value, is_met, depth, node.kind == CriterionKind.JUDGED))
        found += explain(node.children, facts, assumed=assumed, answers=answers, depth=depth + 1)
    return found


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
        yield from below or [f"{wording(node)}（{value}）" if value else wording(node)]


def _own_value(node, facts, assumed, answers, is_true):
    if node.kind == CriterionKind.JUDGED:
        answer = answers.get(node.key)
        return (
            UNDECIDED if answer is None else f"认定{'符合' if answer.is_met else '不符合'}：{answer.reason}"
        )
    if node.kind != CriterionKind.TEST:
        return ""
    if node.fact in FLAGS:
        return "是" if facts[node.fact] else "否"
    if node.fact in CHOICES:
        return facts[node.fact] or NOT_ON_FILE
    if node.fact in SETS:
        return _own_names(node.fact, facts[node.fact])
    return _own_number(node, facts, assumed, is_true)


def _own_names(fact, held):
    if fact == Fact.HELPED_BEFORE:
        held = [name.replace(":", "年方案") for name in held if ":" in name]
    return "、".join(sorted(held)) or "无"


def _own_number(node, facts, assumed, is_true):
    number, limit = sides(node, facts, assumed)
    if number is None:
        return NOT_ON_FILE
    fact = Fact.INCOME if node.fact in INCOMES else node.fact
    unit = WHOLE.get(node.fact, "元")
    heads = facts["heads"] if fact == Fact.INCOME else 1
    words = f"{_number(_each(number, heads))}{unit}"
    if facts["income_total" if fact == Fact.INCOME else fact] is None:
        words = f"{NOT_ON_FILE}，无{assumed[fact].paper}，按{words}推定"
    elif fact == Fact.INCOME and heads != facts["members"]:
        words += f"（家庭月总收入{_number(number)}元，按{heads}人计）"
    if node.fact == Fact.INCOME_MULTIPLE:
        if limit is None:
            return f"{words}，当地低保标准未录入"
        line, bound = _number(facts["minimum_line"]), _number(_each(limit, heads))
        words += f"（低保标准{line}元，{_number(node.value)}倍为{bound}元）"
    return words + ("" if is_true else _distance(number, limit, heads, unit))


def _each(total, heads):
    return total if heads == 1 else (Decimal(total) / heads).quantize(CENT)


def _distance(number, limit, heads, unit):
    gap = abs(number - limit)
    if not gap:
        return "，恰为界限"
    if gap > limit * NEAR:
        return ""
    each = gap if heads == 1 else (Decimal(gap) / heads).quantize(CENT, rounding=ROUND_UP)
    return f"，{'超出' if number > limit else '差'}{_number(each)}{unit}"


def _number(value):
    """1,170 or 2,339.5 or 1.5: no needless zeros."""
    text = f"{Decimal(value):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
