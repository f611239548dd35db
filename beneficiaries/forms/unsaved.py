"""A category as its form is filled in but not saved: what the preview of a change compares with what is on record."""

from dataclasses import dataclass, replace
from types import SimpleNamespace

from beneficiaries.enums import Unit
from beneficiaries.rules import eligibility
from beneficiaries.rules.eligibility import Assumption, Tier

CRITERION = ("kind", "is_negated", "fact", "operator", "value", "wording", "position")


@dataclass(frozen=True)
class Filled:
    """The tier that the form describes, with its unit and precedence."""

    tier: Tier
    unit: str
    precedence: int
    others: dict  # precedence of the other categories of the programme, by id

    @classmethod
    def of(cls, category, criteria, requirements):
        """From a valid form's instance and the valid formsets of its parts."""
        rows = [_criterion(form, place) for place, form in enumerate(_kept(criteria), 1)]
        rows.sort(key=lambda row: (row.position, row.id < 0, abs(row.id)))
        assumed = {
            data["assumed_fact"]: _assumption(data)
            for data in (form.cleaned_data for form in reversed(_kept(requirements)))
            if data.get("assumed_fact")
        }
        tier = Tier(category.pk, category.name, eligibility.tree(rows), assumed)
        others = category.programme.categories.exclude(pk=category.pk)
        return cls(tier, category.unit, category.precedence, dict(others.values_list("pk", "precedence")))


def _kept(formset):
    """The forms that would be saved: filled in, not ticked for deletion."""
    return [
        form
        for form in formset.forms
        if (form.instance.pk or form.has_changed()) and not formset._should_delete_form(form)
    ]


def _assumption(data):
    kinds = frozenset(kind.pk for kind in (data["kind"], *data["substitutes"]))
    return Assumption(data["assumed_value"], data["kind"].name, kinds)


def _criterion(form, place):
    """A row as it would be saved; one that is new has a negative id."""
    data = form.cleaned_data
    parent = data.get("parent")
    return SimpleNamespace(
        id=form.instance.pk or -place,
        parent_id=parent.pk if parent else None,
        **{
            name: data.get(name) or ("" if name not in ("is_negated", "position") else 0)
            for name in CRITERION
        },
    )


def changed_sides(old, filled):
    """{unit: impact.Side} after the change: ``old`` with the tier taken out and put where the form has it."""
    found = {}
    for unit in Unit:
        tiers = [tier for tier in old[unit].tiers if tier.key != filled.tier.key]
        if filled.unit == unit:
            tier = filled.tier if unit != Unit.INSTITUTION else replace(filled.tier, assumed={})
            before = [one for one in tiers if filled.others[one.key] < filled.precedence]
            tiers = [*before, tier, *tiers[len(before) :]]
        found[unit] = replace(old[unit], tiers=tiers)
    return found
