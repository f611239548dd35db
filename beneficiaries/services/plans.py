"""A plan becomes a programme: loaded from a file, copied for another season, revised as the next version."""

import dataclasses
import itertools
import re
from collections import defaultdict

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction

from beneficiaries import plan_file
from beneficiaries.enums import CodeKind, Fact, ProgrammeStatus
from beneficiaries.models import (
    AidCategory,
    BarredOrganisation,
    Code,
    Criterion,
    EarlierHelp,
    EvidenceRequirement,
    ForeseenFund,
    FundSource,
    GoodsItem,
    Milestone,
    ProcedureStep,
    Programme,
    Quota,
    Standard,
    StatedFigure,
)
from beneficiaries.plan_file import values
from beneficiaries.queries.code_names import unknown_names
from beneficiaries.queries.place_names import PlaceNames
from beneficiaries.queries.plans import plan_of
from beneficiaries.rules import eligibility
from beneficiaries.services import milestones, programmes
from welfare import audit
from welfare.errors import Refusal
from welfare.models import Organisation


@transaction.atomic
def load_plan(*, plan, organiser, by, at, is_rehearsal=False):
    """A new programme in drafting, as the ``plan_file.Plan`` says; the next version when the office has its code.

    Another office's programme of the same code is another programme: it stays in use, and counts its own versions.

    Goods and funds that the catalogue lacks are added to it. Raises Refusal when ``by`` may not write
    programmes there, when the file is a summary, when a hardship category, kind of evidence, community or
    framework named in it is unknown or means several, when the catalogue has other goods under a code of the
    plan's, or when a text or number does not fit; then nothing is written. Two loads at once take one version each.
    """
    if not by.may("programme.write", organiser):
        raise Refusal(f"您在{organiser}没有拟订方案的权限。")
    if plan.document != values.PLAN:
        raise Refusal(f"“{plan.settings['name']}”是总结，不是方案，只能核对，不能载入。")
    _refuse_unknown_names(plan)
    programme = _programme(plan, organiser, by, is_rehearsal)
    programmes.record_writing(programme=programme, by=by, at=at)
    places = PlaceNames(organiser)
    _add_scope(programme, plan, places)
    _add_categories(programme, plan, places)
    _add_rest(programme, plan, places)
    _add_quotas(programme, plan.quotas, places)
    audit.record(
        action="programme.load",
        label="载入慰问方案",
        by=by,
        at=at,
        target=programme,
        after={"code": plan.code, "version": programme.version},
    )
    return programme


def _programme(plan, organiser, by, is_rehearsal):
    return _kept(
        Programme(
            **plan.settings | {"hotline": plan.settings["hotline"] or organiser.hotline},
            version=programmes.take_version(organiser, plan.code),
            organiser=organiser,
            parent=_framework(plan, organiser),
            quota_total=plan.quotas.total,
            is_rehearsal=is_rehearsal,
            written_by=by,
        )
    )


def _kept(row):
    """Save ``row`` after checking that every column fits. Raises Refusal naming the column and the value."""
    try:
        row.clean_fields(exclude=[f.name for f in row._meta.fields if f.is_relation])
        row.validate_constraints()
    except ValidationError as error:
        told = []
        for name, messages in error.message_dict.items():
            label = "" if name == NON_FIELD_ERRORS else f"“{row._meta.get_field(name).verbose_name}”："
            told += [f"{label}{message}" for message in messages]
        raise Refusal(f"{row._meta.verbose_name}“{_short(row)}”有误：{'；'.join(told)}") from None
    row.save()
    return row


def _short(row):
    try:
        return str(row)[:40]
    except (TypeError, AttributeError, ArithmeticError):
        return ""


def _framework(plan, organiser):
    """The newest 总体方案 of that code and year, of the organiser's own office, else of the nearest above with one."""
    if not plan.framework:
        return None
    above = Organisation.objects.above(organiser)
    found = (
        Programme.objects.filter(code=plan.framework, year=plan.year, organiser__in=above)
        .order_by("-organiser__path", "-version")
        .first()
    )
    if found is None:
        raise Refusal(
            f"找不到{plan.year}年编号为“{plan.framework}”的总体方案，请先载入它，或删去 framework。"
        )
    return found


# -- names ---------------------------------------------------------------------------------------------


def names_by_fact(plan):
    """{fact: the names that the plan's criteria compare it with}."""
    found = defaultdict(set)
    for category in plan.categories:
        for test in eligibility.tests(category.criteria):
            found[test.fact] |= eligibility.names(test.value)
    return found


def _refuse_unknown_names(plan):
    for fact, names in names_by_fact(plan).items():
        if unknown := unknown_names(fact, names):
            what = "困难类别" if fact == Fact.CATEGORY else Fact(fact).label
            raise Refusal(
                f"{what}“{'”“'.join(sorted(unknown))}”不在代码表中，请先在代码表中添加，或改正方案文件。"
            )
    papers = {
        name
        for category in plan.categories
        for row in category.requirements
        for name in (row.kind, *row.substitutes)
    }
    known = Code.objects.filter(kind=CodeKind.EVIDENCE_KIND, name__in=papers)
    if unknown := papers - set(known.values_list("name", flat=True)):
        raise Refusal(
            f"证明材料种类“{'”“'.join(sorted(unknown))}”不在代码表中，请先在“代码表”中添加，或改正方案文件。"
        )


def _meant(places, names):
    """The organisations that the names mean, in that order. Raises Refusal for unknown names and for unclear ones."""
    found = [places.meant_by(name) for name in names]
    if unknown := [name for name, meant in zip(names, found, strict=True) if not meant]:
        raise Refusal(f"方案中的“{'”“'.join(unknown)}”不在主办机构的实施范围内，请核对村(社区)名称。")
    for name, meant in zip(names, found, strict=True):
        if len(meant) > 1:
            candidates = "、".join(places.of(one) for one in meant)
            raise Refusal(f"方案中的“{name}”有{len(meant)}处同名：{candidates}，请写明是哪一处。")
    return [meant[0] for meant in found]


# -- parts of a plan --------------------------------------------------------------------------------


def _add_scope(programme, plan, places):
    programme.covered.set(_meant(places, plan.scope.covered))
    barred = _meant(places, [name for name, _reason in plan.scope.barred])
    for organisation, (_name, reason) in zip(barred, plan.scope.barred, strict=True):
        _kept(BarredOrganisation(programme=programme, organisation=organisation, reason=reason))
    for rule in plan.earlier_help:
        _kept(
            EarlierHelp(
                programme=programme,
                year=programme.year - rule.years_before,
                programme_code=rule.programme_code,
                is_strict=rule.is_strict,
            )
        )


def _take_goods(plan):
    """{code: item}: of the catalogue, where it has the code; what it leaves blank the plan fills in."""
    kept = {}
    for goods in plan.goods:
        meant = GoodsItem(
            code=goods.code,
            name=goods.name,
            unit=goods.unit,
            specification=goods.specification,
            reference_price=goods.price,
        )
        item = GoodsItem.objects.filter(code=goods.code).first()
        if item is None:
            kept[goods.code] = _kept(meant)
            continue
        _refuse_other_goods(meant, item)
        item.specification = item.specification or meant.specification
        item.reference_price = item.reference_price or meant.reference_price
        kept[goods.code] = _kept(item)
    return kept


def _refuse_other_goods(meant, item):
    """One code, one thing: a plan that means another would silently give what the catalogue has under it."""
    specifications = {meant.specification, item.specification} - {""}
    if (meant.name, meant.unit) != (item.name, item.unit) or len(specifications) > 1:
        raise Refusal(
            f"物资代码“{item.code}”在物资目录中是“{_in_full(item)}”，方案中写的是“{_in_full(meant)}”。"
            "不是同一种物资的，请在方案文件中换一个代码；是同一种的，请按目录改写。"
        )


def _in_full(item):
    return " ".join(part for part in (item.name, item.unit, item.specification) if part)


def _add_categories(programme, plan, places):
    goods, made = _take_goods(plan), {}
    papers = {code.name: code for code in Code.objects.filter(kind=CodeKind.EVIDENCE_KIND)}
    for planned in plan.categories:
        made[planned.code] = _add_category(programme, planned, goods, papers)
        _add_named_quotas(programme, planned.quotas, places, made[planned.code])
    for planned in plan.categories:
        if planned.adds_to:
            made[planned.code].adds_to = made[planned.adds_to]
            made[planned.code].save(update_fields=["adds_to"])


def _add_category(programme, planned, goods, papers):
    category = _kept(
        AidCategory(
            programme=programme,
            code=planned.code,
            name=planned.name,
            public_label=planned.public_label,
            unit=planned.unit,
            precedence=planned.precedence,
            quota=planned.quota,
            is_combinable=planned.is_combinable,
            most_per_household=planned.most_per_household,
            is_for_minors=planned.is_for_minors,
        )
    )
    _add_conditions(category, planned.criteria, None, itertools.count(1))
    for line in planned.standards:
        _kept(
            Standard(
                category=category,
                goods_item=goods.get(line.goods),
                **{name: value for name, value in vars(line).items() if name != "goods"},
            )
        )
    for row in planned.requirements:
        requirement = _kept(
            EvidenceRequirement(
                category=category,
                kind=papers[row.kind],
                is_required=row.is_required,
                assumed_fact=row.assumed_fact,
                assumed_value=row.assumed_value,
                note=row.note,
            )
        )
        requirement.substitutes.set(papers[name] for name in row.substitutes)
    if planned.quota_each is not None:
        _kept(Quota(programme=programme, category=category, count=planned.quota_each))
    return category


def _add_conditions(category, conditions, parent, positions):
    """Rows numbered as they stand in the file, so that a list in order of position reads like it."""
    for node in conditions:
        row = _kept(
            Criterion(
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
        )
        _add_conditions(category, node.children, row, positions)


def _add_rest(programme, plan, places):
    for position, step in enumerate(plan.steps, 1):
        _kept(ProcedureStep(programme=programme, position=position, **vars(step)))
    for position, planned in enumerate(plan.milestones, 1):
        columns = {name: value for name, value in vars(planned).items() if name != "responsible"}
        _kept(
            Milestone(
                programme=programme,
                position=position,
                responsible_organisation=_responsible(planned, places),
                is_each_community=planned.responsible == values.EACH_COMMUNITY,
                **columns,
            )
        )
    categories = {category.code: category for category in programme.categories.all()}
    for stated in plan.stated:
        columns = vars(stated) | {"category": categories.get(stated.category)}
        _kept(StatedFigure(programme=programme, **columns))
    for fund in plan.funds:
        _kept(
            ForeseenFund(
                programme=programme,
                fund=_fund(fund, programme.organiser),
                amount=fund.amount,
                amount_text=fund.amount_text,
                spending=fund.spending,
                spending_kind=fund.spending_kind,
            )
        )


def _responsible(milestone, places):
    """The organisation that the plan names; else the only one that is called as the unit is. Elsewhere, by code."""
    name = milestone.responsible
    if not name:
        meant = places.meant_by(milestone.responsible_unit)
        return meant[0] if len(meant) == 1 else None
    if name in (values.NOBODY, values.EACH_COMMUNITY):
        return None
    elsewhere = Organisation.objects.filter(code=name, is_active=True).first()
    return elsewhere if elsewhere and not places.meant_by(name) else _meant(places, [name])[0]


def _fund(planned, organiser):
    """The organiser's own fund of that code; another office's fund of the same code is left to it."""
    own_code = f"{planned.code.removesuffix(f'-{organiser.code}')}-{organiser.code}"
    found = FundSource.objects.filter(code__in=[planned.code, own_code], organisation=organiser).first()
    if found:
        return found
    taken = FundSource.objects.filter(code=planned.code).exists()
    return _kept(
        FundSource(
            code=own_code if taken else planned.code,
            name=planned.name,
            organisation=organiser,
            is_staff_benefit=planned.spending_kind == "staff",
        )
    )


def _add_quotas(programme, quotas, places):
    if quotas.each is not None:
        _kept(Quota(programme=programme, count=quotas.each))
    elif not quotas.named:
        if quotas.total and programmes.covered_communities(programme).exists():
            programmes.divide(programme, quotas.spread)
        return
    _add_named_quotas(programme, quotas.named, places)


def _add_named_quotas(programme, named, places, category=None):
    for place, count in zip(_meant(places, named), named.values(), strict=True):
        _kept(Quota(programme=programme, category=category, organisation=place, count=count))


# -- another season, another version -----------------------------------------------------------------


@transaction.atomic
def copy(*, programme, year, by, at):
    """Last year's programme for the season of ``year``, in drafting, under the same code. Returns it.

    Dates move with the season: lunar ones as the plan's words say, others to the same month and day. What became
    of its milestones and whom it helped is not copied, nor who was barred: that was for one year. Raises
    Refusal when that year has one, ``by`` may not write there, or a date has no place in that year.
    """
    if Programme.objects.versions_of(programme).filter(year=year).exists():
        raise Refusal(f"{year}年已有编号为“{programme.code}”的方案，请在原方案上修改。", field="year")
    plan = plan_of(programme)
    return _again(
        programme, dataclasses.replace(plan, scope=dataclasses.replace(plan.scope, barred=())), year, by, at
    )


@transaction.atomic
def revise(*, programme, by, at):
    """The next version of a programme in use, in drafting, the same in everything, what is done of it too. Returns it.

    The version in use stays as it is, and so do its rosters; once the new one is approved, new rosters are
    drafted by it. Raises Refusal unless the programme is approved, or when a newer version is being written.
    """
    if programme.status != ProgrammeStatus.APPROVED:
        raise Refusal(
            f"方案《{programme}》{programme.get_status_display()}，只有已批准的方案才需要另立新版本。"
        )
    versions = Programme.objects.versions_of(programme)
    newer = versions.filter(year=programme.year, version__gt=programme.version).first()
    if newer:
        raise Refusal(f"已有第{newer.version}版（{newer.get_status_display()}），请在新版本上修改。")
    newer = _again(programme, plan_of(programme), programme.year, by, at)
    milestones.carry_over(earlier=programme, later=newer)
    return newer


def _again(programme, plan, year, by, at):
    if not by.may("programme.write", programme.organiser):
        raise Refusal(f"您在{programme.organiser}没有拟订方案的权限。")
    try:
        plan = plan_file.parse(plan_file.write(plan), year=year)
    except plan_file.PlanError as error:
        told = re.sub(r"方案文件：第\d+行 [^：]*：", "", error.message)
        raise Refusal(f"有的日期在{year}年没有：{told}请先在原方案的“方案原文”中改成别的日期。") from None
    return load_plan(plan=plan, organiser=programme.organiser, by=by, at=at)
