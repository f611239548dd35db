"""Screening: who qualifies in an organisation, in which category, in which order, and why."""

from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby

from django.db.models import Exists, OuterRef

from beneficiaries.enums import Relation, Unit
from beneficiaries.models import AidCategory
from beneficiaries.queries import exclusions, rosters
from beneficiaries.queries import facts as facts_of
from beneficiaries.queries.screening import fitting
from beneficiaries.rules import eligibility

LOADERS = {
    Unit.HOUSEHOLD: facts_of.of_households,
    Unit.PERSON: facts_of.of_persons,
    Unit.INSTITUTION: facts_of.of_institutions,
}


CHUNK = 1000
NO_HEAD, ON_ROSTER = "户主已故或已迁出", "已在名册"


@dataclass
class Proposal:
    """One beneficiary that fits ``category``. ``why_not`` says why it is left out although it fits, ``why_kind`` in short."""

    category: AidCategory
    household: object = None
    person: object = None
    institution: object = None
    why_not: str = ""
    why_kind: str = ""
    nodes: tuple = field(default=(), repr=False)
    chunk: object = field(default=None, repr=False)

    @property
    def beneficiary(self):
        return self.household or self.person or self.institution

    @property
    def who(self):
        """The beneficiary, as services take it."""
        return {self.category.unit: self.beneficiary}

    @cached_property
    def explanation(self):
        """``[{"text", "value", "is_met", "depth"}]``; is_met None is left to the assessment."""
        return [
            line.as_dict() for line in eligibility.explain(self.nodes, self.chunk.facts[self.beneficiary.pk])
        ]


@dataclass
class Chunk:
    """Neighbours in the list, whose facts are read together when the first of them is asked why."""

    unit: str
    rows: list
    on: object

    @cached_property
    def facts(self):
        return LOADERS[self.unit](self.rows, self.on)


def propose(*, programme, organisation, on):
    """Who may be listed below ``organisation``, ready for a quota to cut: a list of Proposals.

    Each stands in the first category it fits. Order, within each community: lower monthly income per head
    first, then higher medical cost, higher loss, register number; institutions come last.
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
    found = []
    for unit in Unit:
        categories = {category.pk: category for category in programme.categories.filter(unit=unit)}
        if categories:
            found += _of_unit(programme, Unit(unit), categories, organisation, on)
    _leave_out(found, programme, organisation, viewer)
    found.sort(key=_need)
    _share_chunks(found, on)
    return found


def explain(*, category, on, household=None, person=None, institution=None):
    """The lines of ``Proposal.explanation`` for any beneficiary, fitting or not (a nominated household)."""
    facts = facts_of.of(household or person or institution, on)
    return [line.as_dict() for line in eligibility.explain(eligibility.tree(category.criteria.all()), facts)]


def fits(*, category, on, household=None, person=None, institution=None):
    """True when the beneficiary meets everything in ``category`` that can be computed."""
    facts = facts_of.of(household or person or institution, on)
    return eligibility.fits(eligibility.tree(category.criteria.all()), facts)


def _share_chunks(proposals, on):
    for unit, run in groupby(proposals, key=lambda proposal: proposal.category.unit):
        run = list(run)
        for start in range(0, len(run), CHUNK):
            part = run[start : start + CHUNK]
            chunk = Chunk(unit, [proposal.beneficiary for proposal in part], on)
            for proposal in part:
                proposal.chunk = chunk


# -- one unit ----------------------------------------------------------------------------------------


def _of_unit(programme, unit, categories, organisation, on):
    rows = _related(_with_head(fitting(programme, unit, organisation, on), unit), unit)
    trees = {
        pk: eligibility.tree(category.criteria.all())
        for pk, category in AidCategory.objects.prefetch_related("criteria").in_bulk(list(categories)).items()
    }
    return [
        Proposal(
            categories[row.fit_id],
            **{unit.value: row},
            why_not="" if getattr(row, "has_head", True) else f"{NO_HEAD}，请先更新登记。",
            why_kind="" if getattr(row, "has_head", True) else NO_HEAD,
            nodes=trees[row.fit_id],
        )
        for row in rows
    ]


def _related(rows, unit):
    if unit == Unit.HOUSEHOLD:
        return rows.select_related("organisation")
    return rows.select_related("household__organisation" if unit == Unit.PERSON else "organisation")


def _with_head(rows, unit):
    if unit != Unit.HOUSEHOLD:
        return rows
    people = rows.model._meta.get_field("members").related_model.objects
    heads = people.present().filter(relation=Relation.HEAD)
    return rows.annotate(has_head=Exists(heads.filter(household=OuterRef("pk"))))


def _leave_out(found, programme, organisation, viewer):
    """Say of each that may not be listed why; a family's category of higher precedence is asked first."""
    ground = exclusions.ground(programme, organisation=organisation, viewer=viewer)
    listed = exclusions.were_listed(programme, organisation)
    sizes = rosters.family_sizes({home_id(one) for one in found} - {None}) if ground.categories else {}
    for proposal in sorted(found, key=lambda one: (one.category.precedence, one.beneficiary.pk)):
        if proposal.why_not:
            continue
        if (proposal.category.unit, proposal.beneficiary.pk) in listed:
            proposal.why_not, proposal.why_kind = "本方案名册上已有此对象。", ON_ROSTER
            continue
        size = sizes.get(home_id(proposal), 1)
        candidate = ground.candidate(proposal.category, family_size=size, **proposal.who)
        home = exclusions.home_of(**proposal.who)
        said = ground.verdict(candidate, home)
        proposal.why_kind = said.kind
        if said.caution:
            proposal.why_not = f"{said.caution}确需列入的，请提名并写明理由。"
        elif said.refusal:
            proposal.why_not = said.refusal
        else:
            ground.accept(candidate, home)


def home_id(proposal):
    """The id of the household of a proposal; None for an institution."""
    if proposal.household:
        return proposal.household.pk
    return proposal.person.household_id if proposal.person else None


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
