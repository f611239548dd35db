"""The plan check over a programme in the database, and over a plan file."""

from decimal import Decimal

from beneficiaries.enums import Basis, StandardKind
from beneficiaries.rules import eligibility, plan_check
from beneficiaries.rules.plan_check import (
    CategoryOutline,
    MilestoneOutline,
    Outline,
    StatedOutline,
    StepOutline,
)


def check(programme):
    """Findings (Chinese sentences with a ``subject``) about a programme; a constant number of queries."""
    return plan_check.check(outline(programme))


def computed(programme):
    """``{subject: (low, high)}`` of what follows from the programme's quotas and standards."""
    return plan_check.computed(outline(programme))


def outline(programme):
    """The ``Outline`` of a programme."""
    categories = programme.categories.prefetch_related("standards__goods_item", "criteria").order_by(
        "precedence"
    )
    return Outline(
        starts_on=programme.starts_on,
        ends_on=programme.ends_on,
        quota_total=programme.quota_total,
        categories=tuple(
            _category(category, category.standards.all(), eligibility.tree(category.criteria.all()))
            for category in categories
        ),
        quotas=tuple(
            (quota.category.name if quota.category else "", quota.count)
            for quota in programme.quotas.select_related("category")
        ),
        steps=tuple(
            StepOutline(step.kind, str(step), step.quorum_share, step.pass_share)
            for step in programme.steps.all()
        ),
        milestones=tuple(MilestoneOutline(m.name, m.starts_on, m.due_on) for m in programme.milestones.all()),
        funds=tuple(fund.amount for fund in programme.foreseen_funds.all()),
        stated=tuple(
            StatedOutline(figure.subject, figure.text, figure.low, figure.high, figure.exactness)
            for figure in programme.stated_figures.all()
        ),
    )


def outline_of_plan(plan):
    """The ``Outline`` of a plan file, before anything is written."""
    return Outline(
        starts_on=plan.settings["starts_on"],
        ends_on=plan.settings["ends_on"],
        quota_total=plan.quotas.total,
        categories=tuple(
            _category(category, category.standards, category.criteria) for category in plan.categories
        ),
        quotas=tuple(("", count) for count in plan.quotas.named.values()),
        steps=tuple(
            StepOutline(s.kind, s.name or s.kind.label, s.quorum_share, s.pass_share) for s in plan.steps
        ),
        milestones=tuple(MilestoneOutline(m.name, m.starts_on, m.due_on) for m in plan.milestones),
        funds=tuple(fund.amount for fund in plan.funds),
        stated=tuple(StatedOutline(s.subject, s.text, s.low, s.high, s.exactness) for s in plan.stated),
    )


def _category(category, lines, criteria):
    return CategoryOutline(
        name=category.name,
        public_label=category.public_label,
        unit=category.unit,
        quota=category.quota,
        cash=_per_entry(lines, StandardKind.CASH),
        goods=_per_entry(lines, StandardKind.GOODS),
        has_standard=bool(lines),
        criteria=criteria,
    )


def _per_entry(lines, kind):
    """Yuan per entry, None when a line is not per household (nor per entry)."""
    found = Decimal(0)
    for line in lines:
        if line.kind != kind:
            continue
        if line.basis != Basis.HOUSEHOLD:
            return None
        found += line.amount if kind == StandardKind.CASH else line.quantity * _price(line)
    return found


def _price(line):
    return line.goods_item.reference_price if line.unit_price is None else line.unit_price
