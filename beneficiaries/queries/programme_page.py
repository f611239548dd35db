"""What the page of a programme shows: conditions in words, standards, stated figures beside computed ones."""

from dataclasses import dataclass

from beneficiaries.enums import Fact, StatedSubject
from beneficiaries.models import Programme
from beneficiaries.queries.plans import plan_of
from beneficiaries.queries.standards import linked
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
    requirements: tuple


@dataclass(frozen=True)
class Figure:
    """A stated figure beside the computed one; ``finding`` when they do not agree."""

    label: str
    text: str
    computed: str
    finding: str


def categories(programme):
    """A card for each category, in order of precedence; a constant number of statements."""
    rows = linked(
        programme.categories.prefetch_related(
            "criteria", "requirements__kind", "requirements__substitutes"
        ).order_by("precedence")
    )
    found = []
    for category in rows:
        lines = standards.lines_of(category)
        per_entry = standards.of_lines(lines, family_size=1)
        found.append(
            CategoryCard(
                category,
                _in_words(eligibility.tree(category.criteria.all())),
                tuple(_line(line) for line in lines),
                per_entry.value,
                tuple(_requirement(row) for row in category.requirements.all()),
            )
        )
    return found


def _in_words(nodes):
    return tuple(Condition(node.text, node.kind == "judged", _in_words(node.children)) for node in nodes)


def _requirement(row):
    """收入证明（必须，缺有效证明时，不论登记多少，按家庭月人均收入650元推定）"""
    parts = ["必须" if row.is_required else "有则提供"]
    if substitutes := [code.name for code in row.substitutes.all()]:
        parts.append(f"可用{'、'.join(substitutes)}代替")
    if row.assumed_fact:
        fact = Fact(row.assumed_fact).label.split("（")[0]
        parts.append(f"缺有效证明时，不论登记多少，按{fact}{plain(row.assumed_value)}元推定")
    if row.note:
        parts.append(row.note)
    return f"{row.kind}（{'；'.join(parts)}）"


def other_versions(programme, user):
    """Programmes of the same office and code that ``user`` may see: other versions, other years; newest first."""
    rows = Programme.objects.visible_to(user).versions_of(programme).exclude(pk=programme.pk)
    return list(rows.order_by("-year", "-version")[:10])


def _line(line):
    """(basis, what, unit price or amount, sum) of one standard line."""
    if line.kind == "cash":
        return line.get_basis_display(), f"慰问金{standards.at_least(line)}", "", line.amount
    if line.kind == "goods":
        price = line.goods_item.reference_price if line.unit_price is None else line.unit_price
        what = (
            f"{line.goods_item.name} {standards.at_least(line)}{plain(line.quantity)} {line.goods_item.unit}"
        )
        if line.goods_item.specification:
            what += f"（{line.goods_item.specification}）"
        return line.get_basis_display(), what, price, line.quantity * price
    return line.get_basis_display(), line.description, "", None


def findings_and_figures(programme):
    """(every Finding, [Figure]): what does not add up, and each stated figure with what follows from the plan."""
    plan = plan_of(programme)
    findings, computed = plan_check.check(plan), plan_check.computed(plan)
    by_subject, names = (
        {finding.subject: finding for finding in findings},
        {category.code: category.name for category in plan.categories},
    )
    return findings, [
        Figure(
            "·".join(
                filter(
                    None,
                    (names.get(stated.category), stated.label, StatedSubject(stated.subject).label),
                )
            ),
            stated.text,
            _computed(stated, computed),
            by_subject.get(plan_check.subject_of(stated), ""),
        )
        for stated in plan.stated
    ]


def _computed(stated, computed):
    key = stated.subject, stated.category
    if key not in computed:
        return ""
    low, high = computed[key]
    unit = plan_check.UNITS.get(stated.subject, "元")
    return f"{plan_check.between(low, high)}{unit}"
