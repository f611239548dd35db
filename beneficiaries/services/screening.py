"""Screening: who qualifies in an organisation, in which category, in which order, and why."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby

from django.db.models import Exists, OuterRef

from beneficiaries.enums import Relation, Unit
from beneficiaries.models import AidCategory
from beneficiaries.queries import exclusions, rosters
from beneficiaries.queries import facts as facts_of
from beneficiaries.queries.screening import fitting, rows_of, tiers_of
from beneficiaries.rules import eligibility, explanation
from beneficiaries.rules.eligibility import NOTHING
from welfare.models import Organisation

LOADERS = {
    Unit.HOUSEHOLD: facts_of.of_households,
    Unit.PERSON: facts_of.of_persons,
    Unit.INSTITUTION: facts_of.of_institutions,
}


CHUNK = 1000
NO_HEAD, ON_ROSTER = "户主已故或已迁出", "已在名册"
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
    """One beneficiary that fits ``category``. ``why_not`` says why it is left out although it fits, ``why_kind`` in short."""

    category: AidCategory
    household: object = None
    person: object = None
    institution: object = None
    why_not: str = ""
    why_kind: str = ""
    chunk: object = field(default=None, repr=False)

    @property
    def beneficiary(self):
        return self.household or self.person or self.institution

    @property
    def who(self):
        """The beneficiary, as services take it."""
        return {self.category.unit: self.beneficiary}

    @property
    def explanation(self):
        """``[{"text", "value", "is_met", "depth"}]``; is_met None is left to the assessment, ``is_assumed`` where nothing proves it."""
        return self._account[0]

    @property
    def is_assumed(self):
        """True when a condition was weighed by what the category assumes for want of proof."""
        return any(line.get("is_assumed") for line in self.explanation)

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
    """Who may be listed of those who belong to ``organisation`` (``queries.belonging``), ready for a quota to cut: a list of Proposals.

    Each stands in the first category it fits. Order, within each community: households and people before
    institutions, the category of higher precedence first, and within it lower monthly income per head, then higher
    medical cost, higher loss, register number.
    Left out are households without a living head, whoever is or was on this programme's rosters, and whoever
    ``queries.exclusions`` leaves out; of one family the category of higher precedence wins.
    A constant number of statements, and as many for each thousand whose explanation is asked for; the same
    data give the same list.
    """
    return [
        proposal
        for proposal in screen(programme=programme, organisation=organisation, on=on)
        if not proposal.why_not
    ]


def screen(*, programme, organisation, on, viewer=None):
    """As ``propose``, with those left out too, each with its reason in ``why_not``.

    ``viewer`` is who will read the reasons: a programme she may not see is not named.
    """
    found, tiers = [], {}
    categories = programme.categories.in_bulk()
    for unit in Unit:
        if any(category.unit == unit for category in categories.values()):
            tiers[unit] = tiers_of(programme, unit)
            found += _of_unit(programme, unit, tiers[unit], categories, organisation, on)
    _leave_out(found, programme, organisation, on, viewer)
    found.sort(key=_need)
    _share_chunks(found, on, programme.family_rule, tiers)
    return found


def kept_out_by_assumption(*, programme, organisation, on):
    """Proposals, the neediest first, of those whom nothing keeps out but what a category assumes for want of proof.

    What is on file would fit; without a paper in force it does not count. Left out are those who are or were on this
    programme's rosters. A constant number of statements; none beyond the categories where nothing is assumed.
    """
    categories, found = programme.categories.in_bulk(), []
    for unit in {category.unit for category in categories.values()}:
        tiers = tiers_of(programme, unit)
        if any(tier.assumed for tier in tiers):
            on_file = [replace(tier, assumed={}) for tier in tiers]
            fitted = fitting(programme, unit, organisation, on, tiers=tiers)
            listed = exclusions.were_listed(programme, organisation, on)
            found += [
                one
                for one in _of_unit(programme, Unit(unit), on_file, categories, organisation, on)
                if one.beneficiary.pk not in fitted and (unit, one.beneficiary.pk) not in listed
            ]
    return sorted(found, key=_need)


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


def _of_unit(programme, unit, tiers, categories, organisation, on):
    fits = fitting(programme, unit, organisation, on, tiers=tiers)
    rows = _related(_with_head(rows_of(unit, fits), unit), unit)
    return [
        Proposal(
            categories[fits[row.pk]],
            **{unit.value: row},
            why_not="" if getattr(row, "has_head", True) else f"{NO_HEAD}，请先更新登记。",
            why_kind="" if getattr(row, "has_head", True) else NO_HEAD,
        )
        for row in (_share_organisations(rows) if unit == Unit.HOUSEHOLD else rows)
    ]


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


def _with_head(rows, unit):
    if unit != Unit.HOUSEHOLD:
        return rows
    people = rows.model._meta.get_field("members").related_model.objects
    heads = people.present().filter(relation=Relation.HEAD)
    return rows.annotate(has_head=Exists(heads.filter(household=OuterRef("pk"))))


def _leave_out(found, programme, organisation, on, viewer):
    """Say of each that may not be listed why; a family's category of higher precedence is asked first."""
    ground = exclusions.ground(programme, organisation=organisation, on=on, viewer=viewer)
    listed = exclusions.were_listed(programme, organisation, on)
    homes = {home_id(one) for one in found} - {None} if ground.categories else set()
    sizes = rosters.family_sizes(homes, programme.family_rule)
    families = defaultdict(dict)
    for proposal in found:
        key = (proposal.category.unit, proposal.beneficiary.pk)
        if key in listed and not proposal.why_not:
            proposal.why_not, proposal.why_kind = "本方案名册上已有此对象。", ON_ROSTER
        if not proposal.why_not:
            families[exclusions.home_of(**proposal.who)][key] = proposal
    for home, proposals in families.items():
        if len(proposals) == 1 and ground.has_nothing_on(home):
            continue
        candidates = [
            ground.candidate(one.category, family_size=sizes.get(home_id(one), 1), **one.who)
            for one in proposals.values()
        ]
        for candidate, said in ground.by_precedence(candidates, home):
            proposal = proposals[candidate.unit, candidate.holder]
            proposal.why_kind = said.kind
            proposal.why_not = said.refusal or (
                f"{said.caution}确需列入的，请提名并写明理由。" if said.caution else ""
            )


def home_id(proposal):
    """The id of the household of a proposal; None for an institution."""
    if proposal.household:
        return proposal.household.pk
    return proposal.person.household_id if proposal.person else None


def _need(proposal):
    """Sort key; what is not on file comes after what is."""
    if proposal.institution:
        institution = proposal.institution
        return (institution.organisation.code, 1, proposal.category.precedence, 0, 0, 0, institution.name, 0)
    household = proposal.household or proposal.person.household
    income = household.monthly_income
    return (
        household.organisation.code,
        0,
        proposal.category.precedence,
        float("inf") if income is None else income,
        -(household.medical_cost or 0),
        -(household.disaster_loss or 0),
        household.number,
        proposal.person.pk if proposal.person else 0,
    )
