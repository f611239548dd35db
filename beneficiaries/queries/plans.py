"""A programme in the database as the plan it is: for the plan check, for the file, for a copy."""

from django.db.models import Prefetch

from beneficiaries.enums import CriterionKind, Fact, StandardKind, StepKind
from beneficiaries.models import Criterion, Programme, Standard
from beneficiaries.plan_file import values
from beneficiaries.queries.place_names import PlaceNames
from beneficiaries.queries.programmes import covered_communities
from beneficiaries.rules import eligibility, plan_check

SETTINGS = (
    "code",
    "kind",
    "name",
    "season",
    "year",
    "starts_on",
    "ends_on",
    "starts_text",
    "ends_text",
    "has_assumed_dates",
    "purpose",
    "remarks",
    "hotline",
    "objection_place",
    "exclusion_group",
    "family_rule",
    "cap_each",
    "cap_year",
    "advance_notice_days",
    "visitors_needed",
    "display_days",
    "hides_second_character",
    "shows_minors_as_household",
    "is_listed",
    "objection_days",
    "closes_without_stopped",
)


def check(programme):
    """Findings (Chinese sentences with a ``subject``) about a programme; a constant number of queries."""
    return plan_check.check(plan_of(programme))


def plan_of(programme):
    """The ``plan_file.values.Plan`` that ``programme`` is; a constant number of queries."""
    categories = list(
        programme.categories.select_related("adds_to")
        .prefetch_related(
            Prefetch("standards", Standard.objects.select_related("goods_item").order_by("id")),
            Prefetch("criteria", Criterion.objects.order_by("position", "id")),
            "requirements__kind",
            "requirements__substitutes",
            "quotas__organisation",
        )
        .order_by("precedence")
    )
    places = PlaceNames(programme.organiser)
    quotas = _quotas(programme, places)
    parent = programme.parent_id and Programme.objects.filter(pk=programme.parent_id).first()
    return values.Plan(
        document=values.PLAN,
        settings={name: getattr(programme, name) for name in SETTINGS},
        framework=parent.code if parent else "",
        scope=values.Scope(
            tuple(places.of(one) for one in programme.covered.order_by("path")),
            _barred(programme, places),
            communities=_communities(programme, categories, quotas),
        ),
        earlier_help=tuple(
            values.Earlier(programme.year - rule.year, rule.programme_code, rule.is_strict)
            for rule in programme.earlier_help.all()
        ),
        goods=_goods(categories),
        funds=tuple(_fund(row) for row in programme.foreseen_funds.select_related("fund").order_by("id")),
        categories=tuple(_category(category, places) for category in categories),
        quotas=quotas,
        steps=tuple(_step(step) for step in programme.steps.order_by("position")),
        milestones=tuple(
            _milestone(row, places)
            for row in programme.milestones.select_related("responsible_organisation").order_by(
                "position", "id"
            )
        ),
        stated=tuple(
            _stated(row) for row in programme.stated_figures.select_related("category").order_by("id")
        ),
    )


def _barred(programme, places):
    rows = programme.barred.select_related("organisation").order_by("organisation__path")
    return tuple((places.of(row.organisation), row.reason) for row in rows)


def _quotas(programme, places):
    rows = programme.quotas.filter(category=None).select_related("organisation")
    named, each = _by_place(rows.order_by("organisation__path"), places)
    return values.Quotas(programme.quota_total, "households", named, each)


def _by_place(quotas, places):
    """({name: count}, the count of each community that is not named)"""
    named = {places.of(one.organisation): one.count for one in quotas if one.organisation}
    return named, next((one.count for one in quotas if not one.organisation), None)


def _communities(programme, categories, quotas):
    """How many communities are covered, where a quota for each of them asks."""
    each = [quota for category in categories for quota in category.quotas.all() if not quota.organisation_id]
    return covered_communities(programme).count() if each or quotas.each is not None else None


def _goods(categories):
    items = {
        line.goods_item.code: line.goods_item
        for category in categories
        for line in category.standards.all()
        if line.goods_item
    }
    return tuple(
        values.Goods(item.code, item.name, item.unit, item.specification, item.reference_price)
        for item in items.values()
    )


def _fund(row):
    return values.Fund(
        row.fund.code, row.fund.name, row.spending, row.amount, row.amount_text, row.spending_kind
    )


def _category(category, places):
    named, each = _by_place(category.quotas.all(), places)
    return values.Category(
        code=category.code,
        name=category.name,
        public_label=category.public_label,
        unit=category.unit,
        precedence=category.precedence,
        quota=category.quota,
        is_combinable=category.is_combinable,
        most_per_household=category.most_per_household,
        is_for_minors=category.is_for_minors,
        adds_to=category.adds_to.code if category.adds_to else "",
        criteria=tuple(_condition(node) for node in eligibility.tree(category.criteria.all())),
        standards=tuple(_standard(line) for line in category.standards.all()),
        requirements=tuple(_requirement(row) for row in category.requirements.all()),
        quotas=named,
        quota_each=each,
    )


def _condition(node):
    return values.Condition(
        CriterionKind(node.kind),
        node.is_negated,
        fact=Fact(node.fact) if node.fact else "",
        operator=node.operator,
        value=node.value,
        wording=node.wording,
        children=tuple(_condition(child) for child in node.children),
    )


def _standard(line):
    is_goods = line.kind == StandardKind.GOODS
    return values.StandardLine(
        kind=line.kind,
        basis=line.basis,
        amount=line.amount,
        goods=line.goods_item.code if is_goods else "",
        quantity=line.quantity,
        unit_price=(line.goods_item.reference_price if line.unit_price is None else line.unit_price)
        if is_goods
        else None,
        months=line.months,
        description=line.description,
        is_floor=line.is_floor,
    )


def _requirement(row):
    return values.Requirement(
        kind=row.kind.name,
        substitutes=tuple(sorted(code.name for code in row.substitutes.all())),
        is_required=row.is_required,
        assumed_fact=row.assumed_fact,
        assumed_value=row.assumed_value,
        note=row.note,
    )


def _step(step):
    return values.Step(
        **{
            name: getattr(step, name)
            for name in (
                "kind",
                "level",
                "name",
                "days",
                "is_working_days",
                "round_number",
                "quorum_share",
                "pass_share",
                "sample_share",
                "sample_number",
                "is_for_disputed",
            )
        },
        channels=tuple(step.channels) if step.kind == StepKind.NOTICE else (),
    )


def _milestone(row, places):
    return values.Milestone(
        responsible=_responsible(row, places),
        **{
            name: getattr(row, name)
            for name in (
                "name",
                "kind",
                "starts_on",
                "due_on",
                "due_time",
                "due_text",
                "responsible_unit",
                "responsible_person",
                "recipient",
            )
        },
    )


def _responsible(row, places):
    """The name of the organisation that is reminded; a closed one is left out, for nobody is there."""
    if row.is_each_community:
        return values.EACH_COMMUNITY
    office = row.responsible_organisation
    if office and office.is_active:
        return places.of(office)
    return values.NOBODY if len(places.meant_by(row.responsible_unit)) == 1 else ""


def _stated(row):
    return values.Stated(
        subject=row.subject,
        text=row.text,
        low=row.low,
        high=row.high,
        exactness=row.exactness,
        is_lump_sum=row.is_lump_sum,
        category=row.category.code if row.category else "",
        label=row.label,
        unit=row.unit,
    )
