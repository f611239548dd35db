"""What the page of a programme shows: conditions in words, standards, stated figures beside computed ones."""

from dataclasses import dataclass

from beneficiaries.enums import StatedSubject
from beneficiaries.queries.plan_check import outline
from beneficiaries.rules import eligibility, plan_check, standards
from welfare.quantities import plain


@dataclass(frozen=True)
class Condition:
    """A condition in words, with those below it."""

    text: str
    is_judged: bool
    children: tuple


@dataclass(frozen=True)
class CategoryCard:
    category: object
    conditions: tuple
    lines: tuple
    value: object


@dataclass(frozen=True)
class Figure:
    """A stated figure beside the computed one; ``finding`` when they do not agree."""

    label: str
    text: str
    computed: str
    finding: str


def categories(programme):
    """A card for each category, in order of precedence: two statements and one for the goods."""
    rows = programme.categories.prefetch_related("criteria", "standards__goods_item").order_by("precedence")
    found = []
    for category in rows:
        lines = category.standards.all()
        per_entry = standards.of_lines(lines, family_size=1)
        found.append(
            CategoryCard(
                category,
                _in_words(eligibility.tree(category.criteria.all())),
                tuple(_line(line) for line in lines),
                per_entry.value,
            )
        )
    return found


def _in_words(nodes):
    return tuple(Condition(node.text, node.kind == "judged", _in_words(node.children)) for node in nodes)


def _line(line):
    """(basis, what, unit price or amount, sum) of one standard line."""
    if line.kind == "cash":
        return line.get_basis_display(), "慰问金", "", line.amount
    if line.kind == "goods":
        price = line.goods_item.reference_price if line.unit_price is None else line.unit_price
        what = f"{line.goods_item.name} {plain(line.quantity)} {line.goods_item.unit}"
        if line.goods_item.specification:
            what += f"（{line.goods_item.specification}）"
        return line.get_basis_display(), what, price, line.quantity * price
    return line.get_basis_display(), line.description, "", None


def findings_and_figures(programme):
    """(every Finding, [Figure]): what does not add up, and each stated figure with what follows from the plan."""
    drawn = outline(programme)
    findings, computed = plan_check.check(drawn), plan_check.computed(drawn)
    by_subject = {finding.subject: finding for finding in findings}
    return findings, [
        Figure(
            StatedSubject(stated.subject).label,
            stated.text,
            _computed(stated.subject, computed),
            by_subject.get(stated.subject, ""),
        )
        for stated in drawn.stated
    ]


def _computed(subject, computed):
    if subject not in computed:
        return ""
    low, high = computed[subject]
    unit = "户" if subject == StatedSubject.HOUSEHOLDS else "元"
    return (
        f"{plan_check.show(low)}{unit}"
        if low == high
        else f"{plan_check.show(low)}～{plan_check.show(high)}{unit}"
    )
