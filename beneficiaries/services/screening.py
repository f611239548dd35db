"""Screening: who qualifies in an organisation, in which category, in which order, and why."""

from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby

from django.db.models import Exists, OuterRef

from beneficiaries.enums import Relation, Unit
from beneficiaries.models import AidCategory
from beneficiaries.queries import facts as facts_of
from beneficiaries.queries.screening import (
    entries_of,
    fitting,
    given_in_group,
    live_elsewhere,
    rows_of,
    tiers_of,
)
from beneficiaries.rules import eligibility, explanation
from beneficiaries.rules.eligibility import NOTHING
from welfare.models import Organisation

LOADERS = {
    Unit.HOUSEHOLD: facts_of.of_households,
    Unit.PERSON: facts_of.of_persons,
    Unit.INSTITUTION: facts_of.of_institutions,
}


CHUNK = 1000
# What of a household is read by its facts, its place in the order, and who shows it.
HOME = (
    *(
        "organisation_id",
        "number",
        "group_name",
        "is_rural",
        "monthly_income",
        "medical_cost",
        "disaster_loss",
    ),
    *("housing_danger", "registered_on"),
)


@dataclass
class Proposal:
    """One beneficiary that fits ``category``. ``why_not`` says why it is left out although it fits."""

    category: AidCategory
    household: object = None
    person: object = None
    institution: object = None
    why_not: str = ""
    chunk: object = field(default=None, repr=False)

    @property
    def beneficiary(self):
        return self.household or self.person or self.institution

    @property
    def explanation(self):
        """``[{"text", "value", "is_met", "depth"}]``; is_met None is left to the assessment."""
        return self._account[0]

    @property
    def tried(self):
        """The categories tried before, each ``{"category", "fits", "lines"}``, lines as in ``explanation``."""
        return self._account[1]

    @property
    def family_size(self):
        """Under the programme's rule, one at least."""
        return self.chunk.facts[self.beneficiary.pk]["heads"]

    @cached_property
    def _account(self):
        return accounts(self.chunk.tiers, self.category.pk, self.chunk.facts[self.beneficiary.pk])


@dataclass
class Chunk:
    """Neighbours in the list, whose facts are read together when the first of them is asked why."""

    unit: str
    rows: list
    on: object
    rule: str
    tiers: list

    @cached_property
    def facts(self):
        return LOADERS[self.unit](self.rows, self.on, self.rule)


def accounts(tiers, key, facts, *, answers=NOTHING):
    """(lines of the tier ``key``, the other tiers tried) for one beneficiary, as an entry keeps them.

    Tried are those of higher precedence; when the tier itself is not met, all the others.
    """
    place = next(number for number, tier in enumerate(tiers) if tier.key == key)
    fits, lines = _weigh(tiers[place], facts, answers)
    tried = []
    for tier in tiers[:place] if fits else [*tiers[:place], *tiers[place + 1 :]]:
        is_met, own_lines = _weigh(tier, facts, answers)
        tried.append({"category": tier.name, "fits": is_met, "lines": own_lines})
    return lines, tried


def _weigh(tier, facts, answers):
    fits, lines = explanation.weigh(tier.nodes, facts, assumed=tier.assumed, answers=answers)
    return fits, [line.as_dict() for line in lines]


def propose(*, programme, organisation, on):
    """Who may be listed below ``organisation``, ready for a quota to cut: a list of Proposals.

    Each stands in the first category it fits (a person whose household stands in an earlier category is left
    out, unless the later one is combinable). Order, within each community: lower monthly income per head
    first, then higher medical cost, higher loss, register number; institutions come last.
    Left out are households without a living head, whoever is or was on this programme's
    rosters, and whoever is on a roster of, or was helped by, a programme of the same exclusion group in the year.
    A constant number of statements, and as many for each thousand whose explanation is asked for; the same
    data give the same list.
    """
    return [
        proposal
        for proposal in screen(programme=programme, organisation=organisation, on=on)
        if not proposal.why_not
    ]


def screen(*, programme, organisation, on):
    """As ``propose``, with those left out too, each with its reason in ``why_not``."""
    found, taken, tiers = [], {}, {}
    categories = programme.categories.in_bulk()
    for unit in Unit:
        if any(category.unit == unit for category in categories.values()):
            tiers[unit] = tiers_of(programme, unit)
            found += _of_unit(programme, unit, tiers[unit], categories, organisation, on, taken)
    found.sort(key=_need)
    _share_chunks(found, on, programme.family_rule, tiers)
    return found


def account(*, category, beneficiary, on, answers=NOTHING):
    """``accounts`` for any household, person or institution, fitting or not (a nominated household)."""
    tiers = tiers_of(category.programme, category.unit)
    facts = facts_of.of(beneficiary, on, category.programme.family_rule)
    return accounts(tiers, category.pk, facts, answers=answers)


def explain(*, category, on, household=None, person=None, institution=None):
    """The lines of ``Proposal.explanation`` for any beneficiary, fitting or not."""
    return account(category=category, beneficiary=household or person or institution, on=on)[0]


def fits(*, category, on, household=None, person=None, institution=None):
    """True when the beneficiary meets everything in ``category`` that can be computed."""
    facts = facts_of.of(household or person or institution, on, category.programme.family_rule)
    own = next(tier for tier in tiers_of(category.programme, category.unit) if tier.key == category.pk)
    return eligibility.fits(own.nodes, facts, assumed=own.assumed)


def read_together(proposals):
    """Let the facts of all ``proposals`` of a unit be read at once, however many: a constant number of statements."""
    for unit, run in groupby(
        sorted(proposals, key=lambda one: one.category.unit), key=lambda one: one.category.unit
    ):
        run = list(run)
        first = run[0].chunk
        chunk = Chunk(unit, [one.beneficiary for one in run], first.on, first.rule, first.tiers)
        for proposal in run:
            proposal.chunk = chunk


def _share_chunks(proposals, on, rule, tiers):
    for unit, run in groupby(proposals, key=lambda proposal: proposal.category.unit):
        run = list(run)
        for start in range(0, len(run), CHUNK):
            part = run[start : start + CHUNK]
            chunk = Chunk(unit, [proposal.beneficiary for proposal in part], on, rule, tiers[unit])
            for proposal in part:
                proposal.chunk = chunk


# -- one unit ----------------------------------------------------------------------------------------


def _of_unit(programme, unit, tiers, categories, organisation, on, taken):
    fits = fitting(programme, unit, organisation, on, tiers=tiers)
    found = []
    rows = _related(_with_reasons(rows_of(unit, fits), programme, unit), unit)
    for row in _share_organisations(rows) if unit == Unit.HOUSEHOLD else rows:
        category = categories[fits[row.pk]]
        proposal = Proposal(category, **{unit.value: row}, why_not=_why_not(row))
        if unit == Unit.HOUSEHOLD and not proposal.why_not:
            taken[row.pk] = category
        if unit == Unit.PERSON and not proposal.why_not:
            proposal.why_not = _beside_household(row, category, taken)
        found.append(proposal)
    return found


def _related(rows, unit):
    if unit == Unit.HOUSEHOLD:
        return rows.only(*HOME).select_related("housing_danger")
    if unit == Unit.PERSON:
        return rows.select_related("household__organisation", "household__housing_danger")
    return rows.select_related("organisation")


def _share_organisations(rows):
    """Give the households their organisations, each read once."""
    rows = list(rows)
    found = Organisation.objects.in_bulk({row.organisation_id for row in rows})
    for row in rows:
        row.organisation = found[row.organisation_id]
    return rows


def _with_reasons(rows, programme, unit):
    """Annotate why a fitting row would be left out, each reason one EXISTS."""
    here = {unit.value: OuterRef("pk")}
    house = {"household": OuterRef("household_id")} if unit == Unit.PERSON else None
    rows = rows.annotate(is_on_roster=Exists(entries_of(programme).filter(**here)))
    if programme.exclusion_group:
        helped, listed = given_in_group(programme), live_elsewhere(programme)
        rows = rows.annotate(
            is_helped=_exists_any(helped, here, house), is_listed=_exists_any(listed, here, house)
        )
    if unit == Unit.HOUSEHOLD:
        heads = (
            rows.model._meta.get_field("members")
            .related_model.objects.present()
            .filter(relation=Relation.HEAD)
        )
        rows = rows.annotate(has_head=Exists(heads.filter(household=OuterRef("pk"))))
    return rows


def _exists_any(rows, here, house):
    found = Exists(rows.filter(**here))
    return found | Exists(rows.filter(**house)) if house else found


def _why_not(row):
    if not getattr(row, "has_head", True):
        return "户主已故或已迁出，请先更新登记"
    if row.is_on_roster:
        return "本方案名册已列有此对象"
    if getattr(row, "is_helped", False):
        return "本年度已由同组方案慰问，不重复享受"
    if getattr(row, "is_listed", False):
        return "已列入同组其他方案的名册，不重复享受"
    return ""


def _beside_household(person, category, taken):
    first = taken.get(person.household_id)
    if first and first.precedence < category.precedence and not category.is_combinable:
        return f"所在户已按“{first.name}”列入，不重复享受"
    return ""


def _need(proposal):
    """Sort key; what is not on file comes after what is."""
    if proposal.institution:
        return (proposal.institution.organisation.code, 1, 0, 0, 0, proposal.institution.name, 0)
    household = proposal.household or proposal.person.household
    income = household.monthly_income
    return (
        household.organisation.code,
        0,
        float("inf") if income is None else income,
        -(household.medical_cost or 0),
        -(household.disaster_loss or 0),
        household.number,
        proposal.person.pk if proposal.person else 0,
    )
