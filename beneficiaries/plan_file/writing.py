"""Writes a plan as a file that reads back as the same plan.

Dates move with the season again where the plan's own words say so (lunar ones, month and day); a standard shared
by all categories is written out in each.
"""

import tomli_w

from beneficiaries.enums import Basis, CriterionKind, Operator
from beneficiaries.plan_file.dates import BadDate, notations, plan_words, season_date
from beneficiaries.plan_file.reading import FORMAT

# Columns of the programme that stand in the file under their own names, by table.
OF_TOP = (
    "code",
    "kind",
    "purpose",
    "hotline",
    "objection_place",
    "exclusion_group",
    "family_rule",
    "cap_each",
    "cap_year",
)
OF_VISITS = ("advance_notice_days", "visitors_needed")
OF_NOTICES = (
    "display_days",
    "hides_second_character",
    "shows_minors_as_household",
    "is_listed",
    "objection_days",
    "closes_without_stopped",
)


def write(plan):
    """The text of a plan file. ``parse(write(plan))`` gives the plan again."""
    return tomli_w.dumps(_without_nothing(_whole(plan)), multiline_strings=True)


def _whole(plan):
    settings = plan.settings
    year, festival = settings["year"], settings["season"].removeprefix(f"{settings['year']}年")
    season = {
        "year": year,
        "festival": festival,
        **_period(settings, year, festival),
        "dates_assumed": settings["has_assumed_dates"] or None,
    }
    return {
        "format": FORMAT,
        "document": plan.document if plan.document != "plan" else None,
        "framework": plan.framework or None,
        "remarks": settings["remarks"].splitlines() or None,
        **{name: settings[name] or None for name in OF_TOP},
        "name": settings["name"].replace(str(year), "{year}"),
        "season": season,
        "visits": {name: settings[name] for name in OF_VISITS},
        "notices": {name: settings[name] for name in OF_NOTICES},
        "scope": _scope(plan.scope),
        "earlier_help": [_earlier(rule) for rule in plan.earlier_help],
        "quota": {
            "total": plan.quotas.total,
            "each_community": plan.quotas.each,
            "organisations": plan.quotas.named or None,
        },
        "goods": [vars(one) for one in plan.goods],
        "funds": [_fund(one) for one in plan.funds],
        "categories": [_category(one) for one in plan.categories],
        "steps": [_step(one) for one in plan.steps],
        "milestones": [_milestone(one, year, festival) for one in plan.milestones],
        "stated": [vars(one) for one in plan.stated],
    }


def _period(settings, year, festival):
    """First and last day; the plan's words for them where these are more than the date in the file says."""
    found = {}
    for key in ("starts", "ends"):
        on, words = settings[f"{key}_on"], settings[f"{key}_text"]
        found[key] = _day(on, words, year, festival)
        found[f"{key}_text"] = words if words != plan_words(str(found[key] or "")) else None
    return found


def _scope(scope):
    barred = [{"organisation": name, "reason": reason} for name, reason in scope.barred]
    return {"covered": list(scope.covered) or None, "barred": barred or None}


def _earlier(rule):
    return {
        "years_before": rule.years_before,
        "programme": rule.programme_code or None,
        "strict": rule.is_strict,
    }


def _fund(fund):
    return {
        "code": fund.code,
        "name": fund.name,
        "kind": fund.spending_kind,
        "spending": fund.spending or None,
        "amount": fund.amount,
        "text": fund.amount_text or None,
    }


def _category(category):
    return {
        "code": category.code,
        "name": category.name,
        "public_label": category.public_label or None,
        "unit": category.unit,
        "precedence": category.precedence,
        "quota": category.quota,
        "each_community": category.quota_each,
        "is_combinable": category.is_combinable or None,
        "most_per_household": category.most_per_household,
        "is_for_minors": category.is_for_minors or None,
        "adds_to": category.adds_to or None,
        "no_standard": None if category.standards else True,
        "organisations": category.quotas or None,
        "criteria": [_condition(node) for node in category.criteria],
        "standards": [_standard(line) for line in category.standards],
        "evidence": [_requirement(row) for row in category.requirements],
    }


def _condition(node):
    found = {"not": node.is_negated or None}
    if node.kind in (CriterionKind.ALL, CriterionKind.ANY):
        return found | {str(node.kind.value): [_condition(child) for child in node.children]}
    if node.kind == CriterionKind.JUDGED:
        return found | {"judged": node.wording}
    return found | {
        "fact": str(node.fact),
        "operator": str(node.operator),
        "value": None if node.operator in (Operator.IS_TRUE, Operator.IS_FALSE) else node.value,
    }


def _standard(line):
    return {
        "kind": line.kind,
        "per": line.basis if line.basis != Basis.HOUSEHOLD else None,
        "amount": line.amount,
        "item": line.goods or None,
        "quantity": line.quantity,
        "unit_price": line.unit_price,
        "months": line.months,
        "description": line.description or None,
        "is_floor": line.is_floor or None,
    }


def _requirement(row):
    return {
        "kind": row.kind,
        "substitutes": list(row.substitutes) or None,
        "is_required": row.is_required,
        "assumed": {"fact": row.assumed_fact, "value": row.assumed_value} if row.assumed_fact else None,
        "note": row.note or None,
    }


def _step(step):
    names = {
        "is_working_days": "is_working_days",
        "round_number": "round",
        "quorum_share": "quorum",
        "pass_share": "pass",
        "sample_share": "sample",
        "sample_number": "sample_number",
        "is_for_disputed": "only_disputed",
        "days": "days",
        "name": "name",
    }
    found = {"kind": step.kind, "level": step.level, "channels": list(step.channels)}
    return found | {key: getattr(step, name) or None for name, key in names.items()}


def _milestone(row, year, festival):
    return {
        "name": row.name,
        "kind": row.kind,
        "starts": _day(row.starts_on, row.due_text, year, festival),
        "due": _day(row.due_on, row.due_text, year, festival),
        "time": row.due_time,
        "text": row.due_text,
        "unit": row.responsible_unit or None,
        "person": row.responsible_person or None,
        "recipient": row.recipient or None,
        "responsible": row.responsible or None,
    }


def _day(on, words, year, festival):
    """The date as a lunar day when the plan's words name it, else as month and day of the season."""
    if on is None:
        return None
    found = (text for text in notations(on, words) if _reads_as(text, on, year, festival))
    return next(found, on)


def _reads_as(text, on, year, festival):
    try:
        return season_date(text, year=year, festival=festival) == on
    except BadDate:
        return False


def _without_nothing(value):
    """Without what is None or empty, all the way down; enums as their values."""
    if isinstance(value, dict):
        kept = {key: _without_nothing(one) for key, one in value.items()}
        return {key: one for key, one in kept.items() if one is not None and one not in ({}, [], "")}
    if isinstance(value, list | tuple):
        return [_without_nothing(one) for one in value]
    return str(value) if isinstance(value, str) else value
