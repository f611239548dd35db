"""Reads of the page and the papers of entries, the same number of queries whatever they hold."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Prefetch, Q

from beneficiaries.enums import LIVE_ENTRY, ObjectionStatus, Unit
from beneficiaries.models import (
    AssessmentVote,
    Decision,
    Evidence,
    EvidenceRequirement,
    NoticeEntry,
    Objection,
    Person,
    RosterEntry,
    SampleFinding,
)
from beneficiaries.queries import exclusions, standards
from beneficiaries.queries import facts as facts_of
from beneficiaries.queries.roster_page import changed_since
from beneficiaries.rules import requirements as rules
from welfare.identity import age_on

LOADERS = {
    Unit.HOUSEHOLD: facts_of.of_households,
    Unit.PERSON: facts_of.of_persons,
    Unit.INSTITUTION: facts_of.of_institutions,
}


@dataclass
class Dossier:
    """Everything about one entry that its page and its papers show."""

    entry: RosterEntry
    home: object
    people: list
    entitlement: object
    files: list = field(default_factory=list)
    answers: list = field(default_factory=list)
    warnings: list = field(default_factory=list)

    @property
    def lacking(self):
        return [one for one in self.answers if one.is_lacking]


def dossiers(entries, on):
    """A Dossier for each entry of a queryset, in a constant number of statements."""
    entries = list(_with_papers(entries))
    files, asked = _files(entries, on), _requirements(entries)
    given, facts = standards.entitlements(entries), _facts(entries, asked, on)
    return [_dossier(entry, files, asked, facts, given, on) for entry in entries]


def for_forms(roster):
    """The entries of a roster that stand, with what ``dossiers`` asks for."""
    return roster.entries.filter(status__in=LIVE_ENTRY).order_by("position", "id")


def left_out_now(entry, viewer):
    """The sentence why an entry that stands could not be listed today, or ""."""
    if entry.status not in LIVE_ENTRY:
        return ""
    found = exclusions.of_entries(entry.programme, RosterEntry.objects.filter(pk=entry.pk), viewer=viewer)
    return (found[0][1].refusal or found[0][1].caution) if found else ""


def _with_papers(entries):
    decisions = Decision.objects.select_related("step", "decided_by").order_by("decided_at", "pk")
    votes = AssessmentVote.objects.select_related("assessment__step").order_by("-assessment__lap", "-pk")
    findings = SampleFinding.objects.select_related("sample_check__step", "found_by").order_by("-pk")
    notices = NoticeEntry.objects.select_related("notice__step").order_by("-notice__posted_at", "-pk")
    people = Person.objects.select_related("work_state").order_by("pk")
    return entries.select_related(
        "category",
        "programme__organiser",
        "roster__organisation",
        "roster__programme",
        "roster__step",
        "assigned_by",
        "added_by",
        "household__organisation",
        "person__household__organisation",
        "institution__organisation",
    ).prefetch_related(
        Prefetch("decisions", decisions),
        Prefetch("votes", votes),
        Prefetch("findings", findings),
        Prefetch("notice_rows", notices),
        Prefetch("objections", Objection.objects.order_by("-received_at")),
        Prefetch("household__members", people),
        Prefetch("person__household__members", people),
    )


def home_of(entry):
    """The household of an entry, or its institution."""
    return entry.household or (entry.person.household if entry.person_id else entry.institution)


def _people(entry, home, on):
    """The members present of the household; of a person's entry herself first."""
    if entry.institution_id:
        return []
    people = [one for one in home.members.all() if one.is_present or one.pk == entry.person_id]
    people.sort(key=lambda one: (one.pk != entry.person_id, one.relation != "head", one.pk))
    for one in people:
        one.age = age_on(one.birth_on, one.died_on or on) if one.birth_on else None
    return people


def _dossier(entry, files, asked, facts, given, on):
    home = home_of(entry)
    mine = files[_home_key(entry)]
    if entry.person_id:  # of the household's own, and of her; not of her relatives
        mine = [one for one in mine if one.person_id in (None, entry.person_id)]
    subject = entry.household or entry.person or entry.institution
    known = facts.get((_unit(entry), subject.pk), {})
    answers = [
        rules.answer(one, {kind.pk: str(kind) for kind in one.substitutes.all()}, mine, known)
        for one in asked[entry.category_id]
    ]
    made = Dossier(entry, home, _people(entry, home, on), given[entry.pk], mine, answers)
    made.warnings = _warnings(entry, home)
    return made


def _warnings(entry, home):
    found = []
    if entry.status in LIVE_ENTRY and not entry.institution_id:
        found += changed_since(entry, home)
    finding = next(iter(entry.findings.all()), None)
    if finding and finding.is_true is False:
        found.append(f"抽查不实：{finding.finding}")
    if any(one.status == ObjectionStatus.OPEN for one in entry.objections.all()):
        found.append("异议待答复")
    vote = next(iter(entry.votes.all()), None)
    if vote and vote.is_passed is False and entry.status in LIVE_ENTRY:
        found.append(f"民主评议未通过；本对象由{entry.assigned_by}指定，由其决定")
    return found


def _unit(entry):
    return Unit.HOUSEHOLD if entry.household_id else Unit.PERSON if entry.person_id else Unit.INSTITUTION


def _home_key(entry):
    if entry.institution_id:
        return ("institution", entry.institution_id)
    return ("household", entry.household_id or entry.person.household_id)


def _files(entries, on):
    """{home: its evidence not voided}, each with ``is_expired``."""
    keys = {_home_key(entry) for entry in entries}
    homes = [pk for kind, pk in keys if kind == "household"]
    units = [pk for kind, pk in keys if kind == "institution"]
    wanted = Q(household__in=homes) | Q(person__household__in=homes) | Q(institution__in=units)
    rows = Evidence.objects.filter(wanted, voided_at=None).select_related("kind", "person")
    found = defaultdict(list)
    for one in rows.order_by("kind__name", "pk"):
        one.is_expired = one.valid_until is not None and one.valid_until < on
        home = one.household_id or (one.person.household_id if one.person_id else None)
        found[("household", home) if home else ("institution", one.institution_id)].append(one)
    return found


def _requirements(entries):
    """{category id: its requirements, with substitutes}"""
    rows = EvidenceRequirement.objects.filter(category__in={entry.category_id for entry in entries})
    found = defaultdict(list)
    for one in rows.select_related("kind").prefetch_related("substitutes").order_by("category", "pk"):
        found[one.category_id].append(one)
    return found


def _facts(entries, asked, on):
    """{(unit, id): facts} of those whose category assumes a value, read together."""
    found = {}
    for unit in Unit:
        ours = {
            getattr(entry, unit.value)
            for entry in entries
            if _unit(entry) == unit and any(one.assumed_fact for one in asked[entry.category_id])
        }
        if ours:
            found |= {(unit, pk): facts for pk, facts in LOADERS[unit](list(ours), on).items()}
    return found
