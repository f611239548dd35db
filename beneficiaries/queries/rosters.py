"""Reads over rosters: the next step, quotas, who is on a list already, who receives."""

from collections import Counter, defaultdict

from django.db.models import Count, Prefetch, Q

from beneficiaries.enums import (
    LIVE_ENTRY,
    AssessmentStatus,
    EntryStatus,
    FamilyRule,
    Relation,
    RosterStatus,
    StepKind,
)
from beneficiaries.models import AssessmentVote, BankAccount, Person, Programme, Roster, RosterEntry
from beneficiaries.queries.facts import family_size
from welfare.models import DutyRecord, Organisation


def next_step(roster):
    """The step after the current one (the first, in drafting); None at the end of the procedure."""
    steps = roster.programme.steps.order_by("position")
    if roster.step_id:
        steps = steps.filter(position__gt=roster.step.position)
    return steps.first()


def earlier_steps(roster):
    """The steps before the current one, to which the roster may be returned."""
    if not roster.step_id:
        return roster.programme.steps.none()
    return roster.programme.steps.filter(position__lt=roster.step.position).order_by("position")


def walked_steps(roster):
    """The steps it has behind it, all of them once it is final; without an assessment for which nobody met."""
    steps = roster.programme.steps.all() if roster.finalised_at else earlier_steps(roster)
    held = roster.assessments.filter(status=AssessmentStatus.CONCLUDED).values("step")
    return steps.filter(~Q(kind=StepKind.ASSESSMENT) | Q(pk__in=held)).order_by("position")


def assesses_from(roster, step):
    """Does the roster come to an assessment when it walks on from ``step`` (None: from drafting)?"""
    found = roster.programme.steps.filter(kind=StepKind.ASSESSMENT)
    return found.filter(position__gte=step.position if step else 0).exists()


def revision_of(roster):
    """The new version of a final roster that is under way, or None."""
    under_way = roster.revisions.exclude(
        status__in=[RosterStatus.FINAL, RosterStatus.SUPERSEDED, RosterStatus.CANCELLED]
    )
    return under_way.order_by("-version").first()


def standing_version(roster):
    """The version that counts today: the roster itself, or the one that superseded it."""
    while roster.status == RosterStatus.SUPERSEDED:
        roster = roster.revisions.get(status__in=[RosterStatus.FINAL, RosterStatus.SUPERSEDED])
    return roster


def chain(roster):
    """The roster, then all it comes from: the one it supplements, and the version that each of them replaces."""
    found = [roster]
    for one in found:  # grows while it is walked
        found += [one.supplement_to] * (one.supplement_to_id is not None)
        found += [one.replaces] * (one.replaces_id is not None)
    return found


def origins(rosters):
    """{roster id: ids of its ``chain``} of many rosters, in as many queries as the longest chain has links."""
    parents = {roster.pk: {roster.supplement_to_id, roster.replaces_id} - {None} for roster in rosters}
    found = {pk: {pk} | links for pk, links in parents.items()}
    waiting = set().union(*parents.values(), set())
    while waiting:
        links = {
            pk: {main, earlier} - {None}
            for pk, main, earlier in Roster.objects.filter(pk__in=waiting).values_list(
                "pk", "supplement_to", "replaces"
            )
        }
        for ids in found.values():
            ids |= set().union(*(links[pk] for pk in ids & links.keys()), set())
        waiting = set().union(*links.values(), set())
    return found


def duties_on(rosters, user):
    """{roster id: the user's duty records on it and on all it comes from, oldest first} of many rosters."""
    cases = origins(rosters)
    records = DutyRecord.objects.filter(
        case_type=Roster._meta.label_lower, case_id__in=set().union(*cases.values(), set()), user=user
    )
    records = list(records.order_by("at"))
    return {pk: [one for one in records if one.case_id in own] for pk, own in cases.items()}


def listed(roster):
    """Entries that stand, in order."""
    return roster.entries.filter(status__in=LIVE_ENTRY).order_by("position", "id")


def votes_that_count():
    """Votes of meetings that were not declared void, the newest first."""
    votes = AssessmentVote.objects.exclude(assessment__status=AssessmentStatus.VOID)
    return votes.order_by("-assessment__lap", "-assessment__held_at", "-pk")


def votes_for_pages(assessment):
    """The votes of a meeting with what names their entries, in order."""
    votes = assessment.votes.select_related("entry__category", "entry__household", "entry__person")
    votes = votes.select_related("entry__institution").prefetch_related("entry__household__members")
    return votes.order_by("entry__position", "pk")


def for_pages(entries):
    """Entries with all that a table row of them reads, in a constant number of queries."""
    members = Person.objects.present().order_by("id")
    return entries.select_related(
        "category", "household", "person__household", "institution", "assigned_by"
    ).prefetch_related(Prefetch("household__members", members))


def final_entries(programme, organisations=None):
    """The 慰问对象 that were decided on: final entries of final rosters, optionally of some organisations."""
    found = RosterEntry.objects.filter(
        programme=programme, status=EntryStatus.FINAL, roster__status=RosterStatus.FINAL
    )
    if organisations is not None:
        found = found.filter(roster__organisation__in=organisations)
    return for_pages(found).select_related("roster__organisation").order_by("roster_id", "position", "id")


def programmes_for(organisation):
    """Approved programmes that cover ``organisation``: those of its organisers above that name no other scope."""
    above = Organisation.objects.above(organisation)
    covered = Q(covered=None) | Q(covered__in=above)
    return (
        Programme.objects.in_use().filter(covered, organiser__in=above).distinct().order_by("-year", "code")
    )


def family_sizes(household_ids, rule=FamilyRule.COUNTED):
    """{household id: family size under ``rule``, one at least}, in one query."""
    members = defaultdict(list)
    present = Person.objects.present().filter(household__any_of=list(household_ids))
    for member in present.order_by().values_list(
        "household", "relation", "is_counted", "marriage__code", named=True
    ):
        members[member.household].append(member)
    return {pk: max(family_size(members[pk], rule), 1) for pk in household_ids}


# -- quotas ----------------------------------------------------------------------------------------
# Rosters under way hold their places in the programme; another organisation's draft does not.
_UNDER_WAY = ~Q(roster__status__in=[RosterStatus.DRAFTING, RosterStatus.CANCELLED])


def places(roster, rows=None):
    """[(what, category id, count, used)] of each quota that binds this roster: ``used`` counts its live entries too.

    A quota of an organisation binds the rosters of all below it together. One for each community binds the
    roster's own organisation, unless that is named. ``rows`` are the entry_rows of the roster, if read already.
    Four statements at most; where nothing is bound nothing is counted.
    """
    programme, quotas = roster.programme, _quotas(roster)
    categories = list(programme.categories.exclude(quota=None))
    if not quotas and not categories and programme.quota_total is None:
        return []
    own, elsewhere = _own_places(roster, rows), _places_elsewhere(roster)

    def used(category, path=""):
        others = (one for one in elsewhere if one[1].startswith(path) and category in (None, one[0]))
        return (own[category] if category else own.total()) + sum(number for _c, _p, number in others)

    found = []
    for where, quota in quotas:
        what = f"{where}{f'“{quota.category}”' if quota.category_id else ''}"
        found.append((what, quota.category_id, quota.count, used(quota.category_id, where.path)))
    found += [(f"“{category}”", category.pk, category.quota, used(category.pk)) for category in categories]
    if programme.quota_total is not None:
        found.append(("方案总", None, programme.quota_total, used(None)))
    return found


def _quotas(roster):
    """[(organisation, Quota)]: those of the roster's organisation and above; for each community, where it is not named."""
    bound = Q(organisation=None) | Q(organisation__in=Organisation.objects.above(roster.organisation))
    rows = list(roster.programme.quotas.filter(bound).select_related("category", "organisation"))
    named = {row.category_id for row in rows if row.organisation_id == roster.organisation_id}
    return [
        (row.organisation or roster.organisation, row)
        for row in rows
        if row.organisation_id or row.category_id not in named
    ]


def _own_places(roster, rows):
    """Counter of the categories of the live entries."""
    if rows is None:
        return Counter(listed(roster).order_by().values_list("category_id", flat=True))
    return Counter(row["entry"].category_id for row in rows if row["entry"].status in LIVE_ENTRY)


def _places_elsewhere(roster):
    """[(category id, path, number)] of what holds a place on the programme's other rosters under way."""
    rows = RosterEntry.objects.filter(
        _UNDER_WAY, programme=roster.programme_id, status__in=LIVE_ENTRY, holds_place=True
    ).exclude(roster__in=[roster.pk, roster.replaces_id])
    by_place = rows.order_by().values_list("category_id", "roster__organisation__path")
    return list(by_place.annotate(number=Count("pk")))


def quota_refusal(roster, known=None):
    """The sentence naming both numbers when a quota is exceeded, or None. ``known`` are its ``places``, if read."""
    for what, _category, count, used in places(roster) if known is None else known:
        if used > count:
            return f"{what}名额 {count} 个，现列 {used} 个，超出 {used - count} 个。请先撤下再继续。"
    return None


# -- who receives ----------------------------------------------------------------------------------


def recipient(entry):
    """The person into whose hands or card the help goes: the person, or the head of the household; else None."""
    if entry.person_id:
        return entry.person
    if entry.household_id:
        return entry.household.members.present().filter(relation=Relation.HEAD).first()
    return None


def has_card(entry):
    """Does the recipient have a bank card in use?"""
    who = recipient(entry)
    return bool(who) and BankAccount.objects.filter(person=who, is_current=True).exists()


def rosters_for_list(user):
    """Rosters in the user's scope with their counts, for the list page."""
    return (
        Roster.objects.visible_to(user)
        .select_related("programme", "organisation", "step")
        .annotate(entry_count=Count("entries", filter=Q(entries__status__in=LIVE_ENTRY)))
        .order_by("-id")
    )
