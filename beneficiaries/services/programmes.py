"""Programmes: load a plan, spread its quota, refuse changes of a programme in use."""

import itertools

from django.db import transaction
from django.db.models import Count, Max, Q

from beneficiaries.enums import ProgrammeStatus
from beneficiaries.models import (
    AidCategory,
    Criterion,
    ForeseenFund,
    FundSource,
    GoodsItem,
    HardshipCategory,
    Milestone,
    ProcedureStep,
    Programme,
    Quota,
    Standard,
    StatedFigure,
)
from welfare import audit, workflow
from welfare.enums import Level
from welfare.errors import Refusal
from welfare.models import Organisation


@transaction.atomic
def load_plan(*, plan, organiser, by, at, is_rehearsal=False):
    """A new programme in drafting, as the ``plan_file.Plan`` says; the next version when its code exists.

    Goods and funds that the catalogue lacks are added to it. Raises Refusal when ``by`` may not write
    programmes there, or a hardship category or a community named in the plan is unknown; then nothing is written.
    """
    if not by.may("programme.write", organiser):
        raise Refusal(f"您在{organiser}没有拟订方案的权限。")
    _refuse_unknown_names(plan)
    last = Programme.objects.filter(code=plan.code).aggregate(last=Max("version"))["last"] or 0
    programme = Programme.objects.create(
        **plan.settings | {"hotline": plan.settings["hotline"] or organiser.hotline},
        version=last + 1,
        organiser=organiser,
        quota_total=plan.quotas.total,
        is_rehearsal=is_rehearsal,
        written_by=by,
    )
    record_writing(programme=programme, by=by, at=at)
    goods = _take_goods(plan)
    for category in plan.categories:
        _add_category(programme, category, goods)
    _add_rest(programme, plan, organiser)
    _add_quotas(programme, plan.quotas)
    audit.record(
        action="programme.load",
        label="载入慰问方案",
        by=by,
        at=at,
        target=programme,
        after={"code": plan.code, "version": programme.version},
    )
    return programme


def record_writing(*, programme, by, at):
    """Remember that ``by`` had a hand in the text of the programme: she cannot approve it."""
    workflow.record_duty(programme, by=by, duty="drafting", at=at)


def refuse_if_frozen(programme):
    """Raise Refusal unless the programme is in drafting. Call it before any change of it or of its parts."""
    if programme.status != ProgrammeStatus.DRAFT:
        now = ProgrammeStatus(programme.status).label
        raise Refusal(f"方案“{programme}”{now}，内容已锁定，不能修改。需要调整的，请退回修改或另立新版本。")


def covered_communities(programme):
    """Where rosters of the programme are drawn up: the communities among those named, else below the organiser.

    Lines without communities (unions, schools, charities) draw them up in their lowest organisations.
    """
    named = programme.covered.all()
    below = Q(pk__in=[])
    for organisation in named or [programme.organiser]:
        below |= Q(path__startswith=organisation.path)
    communities = Organisation.objects.filter(below, is_active=True).order_by("code")
    found = communities.filter(level=Level.COMMUNITY)
    if found.exists():
        return found
    lowest = communities.filter(line=programme.organiser.line).exclude(children__is_active=True)
    return lowest if lowest.exists() else communities.filter(pk=programme.organiser_id)


@transaction.atomic
def spread_quota(*, programme, by, at, spread="households"):
    """Divide ``quota_total`` over the communities: by their households on file, or evenly.

    Replaces the quotas of the whole programme (not those of a category). The parts sum to the total
    exactly: the largest remainders get what is left over, equal ones by organisation code. Without a single
    household on file the division is even. Raises Refusal when frozen or without total or community.
    """
    refuse_if_frozen(programme)
    if not programme.quota_total:
        raise Refusal("请先填写总名额，再分配。", field="quota_total")
    if not by.may("programme.write", programme.organiser):
        raise Refusal("您没有修改此方案的权限。")
    _spread(programme, spread)
    record_writing(programme=programme, by=by, at=at)
    audit.record(action="programme.spread_quota", label="分配名额", by=by, at=at, target=programme)


def _spread(programme, spread):
    current = Q(households__is_archived=False)
    communities = list(covered_communities(programme).annotate(size=Count("households", filter=current)))
    if not communities:
        raise Refusal("实施范围内没有村(社区)，无法分配名额。")
    sizes = [community.size for community in communities]
    parts = shares(
        programme.quota_total, sizes if spread == "households" and any(sizes) else [1] * len(sizes)
    )
    programme.quotas.filter(category=None).delete()
    Quota.objects.bulk_create(
        Quota(programme=programme, organisation=community, count=count)
        for community, count in zip(communities, parts, strict=True)
        if count
    )


def shares(total, weights):
    """``total`` in whole parts by ``weights`` (largest remainder; equal ones in order)."""
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: (-(total * weights[place] % whole), place))
    for place in by_remainder[: total - sum(parts)]:
        parts[place] += 1
    return parts


# -- parts of a plan --------------------------------------------------------------------------------


def names_of_hardship(plan):
    """Names of the hardship categories that the plan's criteria speak of."""
    return {
        name
        for category in plan.categories
        for node in _nodes(category.criteria)
        if node.fact == "category"
        for name in node.value.split("、")
    }


def _refuse_unknown_names(plan):
    wanted = names_of_hardship(plan)
    unknown = wanted - set(HardshipCategory.objects.filter(name__in=wanted).values_list("name", flat=True))
    if unknown:
        raise Refusal(
            f"困难类别“{'”“'.join(sorted(unknown))}”不在代码表中，请先在“困难类别”中添加，或改正方案文件。"
        )


def _nodes(conditions):
    for node in conditions:
        yield node
        yield from _nodes(node.children)


def _take_goods(plan):
    return {
        goods.code: GoodsItem.objects.get_or_create(
            code=goods.code,
            defaults={
                "name": goods.name,
                "unit": goods.unit,
                "specification": goods.specification,
                "reference_price": goods.price,
            },
        )[0]
        for goods in plan.goods
    }


def _add_category(programme, planned, goods):
    category = AidCategory.objects.create(
        programme=programme,
        code=planned.code,
        name=planned.name,
        public_label=planned.public_label,
        unit=planned.unit,
        precedence=planned.precedence,
        quota=planned.quota,
        is_combinable=planned.is_combinable,
        is_for_minors=planned.is_for_minors,
    )
    _add_conditions(category, planned.criteria, None, itertools.count(1))
    Standard.objects.bulk_create(
        Standard(
            category=category,
            kind=line.kind,
            basis=line.basis,
            amount=line.amount,
            goods_item=goods.get(line.goods),
            quantity=line.quantity,
            unit_price=line.unit_price,
            months=line.months,
            description=line.description,
        )
        for line in planned.standards
    )


def _add_conditions(category, conditions, parent, positions):
    """Rows numbered as they stand in the file, so that a list in order of position reads like it."""
    for node in conditions:
        row = Criterion.objects.create(
            category=category,
            parent=parent,
            kind=node.kind,
            is_negated=node.is_negated,
            fact=node.fact,
            operator=node.operator,
            value=node.value,
            wording=node.wording,
            position=next(positions),
        )
        _add_conditions(category, node.children, row, positions)


def _add_rest(programme, plan, organiser):
    ProcedureStep.objects.bulk_create(
        ProcedureStep(programme=programme, position=position, **vars(step))
        for position, step in enumerate(plan.steps, 1)
    )
    Milestone.objects.bulk_create(
        Milestone(programme=programme, position=position, **vars(milestone))
        for position, milestone in enumerate(plan.milestones, 1)
    )
    StatedFigure.objects.bulk_create(
        StatedFigure(programme=programme, **vars(stated)) for stated in plan.stated
    )
    for fund in plan.funds:
        ForeseenFund.objects.create(
            programme=programme, fund=_fund(fund, organiser), amount=fund.amount, spending=fund.spending
        )


def _fund(planned, organiser):
    """The organiser's own fund of that code; another office's fund of the same code is left to it."""
    own_code = f"{planned.code}-{organiser.code}"
    found = FundSource.objects.filter(code__in=[planned.code, own_code], organisation=organiser).first()
    if found:
        return found
    taken = FundSource.objects.filter(code=planned.code).exists()
    return FundSource.objects.create(
        code=own_code if taken else planned.code, name=planned.name, organisation=organiser
    )


def _add_quotas(programme, quotas):
    if not quotas.named:
        if quotas.total:
            _spread(programme, quotas.spread)
        return
    communities = {community.name: community for community in covered_communities(programme)}
    unknown = [name for name in quotas.named if name not in communities]
    if unknown:
        raise Refusal(f"方案中的“{'”“'.join(unknown)}”不在主办机构的实施范围内，请核对村(社区)名称。")
    Quota.objects.bulk_create(
        Quota(programme=programme, organisation=communities[name], count=count)
        for name, count in quotas.named.items()
    )
