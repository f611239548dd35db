"""Reads of the page and the papers of entries, the same number of queries whatever they hold."""

from dataclasses import dataclass, field

from django.db.models import Prefetch

from beneficiaries.enums import LIVE_ENTRY, ObjectionStatus
from beneficiaries.models import (
    Decision,
    NoticeEntry,
    Objection,
    Person,
    RosterEntry,
    SampleFinding,
)
from beneficiaries.queries import belonging, evidence, exclusions, rosters, standards
from beneficiaries.queries.roster_page import changed_since
from welfare.identity import age_on


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
    files, given = evidence.files_of(entries, on), standards.entitlements(entries)
    answers = evidence.answers(entries, on, files)
    gone = belonging.gone(entries, on)
    return [_dossier(entry, files, answers, given, on, is_gone=entry.pk in gone) for entry in entries]


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
    votes = rosters.votes_that_count().select_related("assessment__step")
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


def _dossier(entry, files, answers, given, on, *, is_gone):
    home = home_of(entry)
    people, mine = _people(entry, home, on), evidence.of_entry(entry, files)
    made = Dossier(entry, home, people, given[entry.pk], mine, answers[entry.pk])
    made.warnings = _warnings(entry, home, is_gone)
    return made


def _warnings(entry, home, is_gone):
    found = []
    if entry.status in LIVE_ENTRY and not entry.institution_id:
        found += changed_since(entry, home, is_gone=is_gone)
    finding = next(iter(entry.findings.all()), None)
    if finding and finding.is_true is False:
        found.append(f"抽查不实：{finding.finding}")
    if any(one.status == ObjectionStatus.OPEN for one in entry.objections.all()):
        found.append("异议待答复")
    vote = next(iter(entry.votes.all()), None)
    if vote and vote.is_passed is False and entry.status in LIVE_ENTRY:
        found.append(f"民主评议未通过；本对象由{entry.assigned_by}指定，由其决定")
    return found
