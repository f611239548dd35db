"""Reads of the page of one roster, the same number of queries whatever its length."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, Prefetch, Q
from django.utils import timezone

from beneficiaries.enums import LIVE_ENTRY, EntryStatus, ObjectionStatus, Outcome, RosterStatus
from beneficiaries.models import Objection, RosterEntry, SampleFinding
from beneficiaries.queries import belonging, evidence, relatives, rosters, standards
from welfare import dates, money
from welfare.enums import Level
from welfare.models import DutyRecord, Organisation, RoleAssignment
from welfare.roles import ROLES


def objections_of(rosters):
    """Objections to notices of these rosters, and to entries that they took over from another; newest first."""
    wanted = Q(notice__roster__in=rosters) | Q(entry__roster__in=rosters)
    return list(
        Objection.objects.filter(wanted).select_related("notice__step", "entry").order_by("-received_at")
    )


def entry_rows(roster, *, on=None, is_live_only=False, objections=None):
    """[{entry, entitlement, vote, finding, objections, lacking, warnings}] for every entry of the roster.

    ``on`` is the day on which the papers must be valid; without it nobody looks what papers an entry lacks.
    ``objections`` as ``objections_of`` has them, if read already.
    """
    return rows_of([roster], on=on, is_live_only=is_live_only, objections=objections)[roster.pk]


def rows_of(wanted, *, on=None, is_live_only=False, objections=None):
    """{roster id: what ``entry_rows`` says} of many rosters, in as many queries as for one."""
    entries = rosters.for_pages(RosterEntry.objects.filter(roster__in=wanted)).prefetch_related(
        Prefetch("votes", rosters.votes_that_count()),
        Prefetch("findings", SampleFinding.objects.order_by("-sample_check__lap", "-id")),
    )
    entries = entries.select_related("household__organisation", "person__household__organisation")
    if is_live_only:
        entries = entries.filter(status__in=LIVE_ENTRY)
    found = {roster.pk: (roster, []) for roster in wanted}
    for entry in entries.order_by("position", "id"):
        entry.roster, own = found[entry.roster_id]
        own.append(entry)
    every = [entry for _roster, own in found.values() for entry in own]
    given = standards.entitlements(every)
    kin = relatives.of_rosters(dict(found.values()))
    checks = relatives.findings({pk: one for kin_of_one in kin.values() for pk, one in kin_of_one.items()})
    lacking, gone = _lacking(every, on) if on else {}, belonging.gone(every, on)
    against = defaultdict(list)
    for objection in reversed(objections_of(wanted) if objections is None else objections):
        against[objection.entry_id].append(objection)
    return {
        pk: _rows(own, given, kin[pk], checks, against, lacking, gone) for pk, (_roster, own) in found.items()
    }


def _rows(entries, given, kin, checks, against, lacking, gone):
    names = Counter(str(entry) for entry in entries if entry.status in LIVE_ENTRY)
    rows = [
        _row(
            entry,
            given[entry.pk],
            names,
            against[entry.pk],
            lacking.get(entry.pk, []),
            is_gone=entry.pk in gone,
        )
        for entry in entries
    ]
    for row in rows:
        pk = row["entry"].pk
        row["kin"] = kin.get(pk)
        row["relatives"] = [(one, checks.get((pk, one.pk))) for one in kin[pk].relatives] if pk in kin else []
        row["warnings"] += [_of_kin(relative, check) for relative, check in row["relatives"]]
    return rows


def known_of(rows):
    """What the rows tell the guards of the roster's moves, so that they need not read it again."""
    stands = Counter(row["entry"].status for row in rows)
    return {
        "live": sum(stands[status] for status in LIVE_ENTRY),
        "stopped": stands[EntryStatus.STOPPED],
        "kin": {row["entry"].pk: row["kin"] for row in rows if row["kin"]},
        "kin_checks": {
            (row["entry"].pk, relative.pk): check
            for row in rows
            for relative, check in row["relatives"]
            if check
        },
    }


def _of_kin(relative, check):
    if check is None:
        return f"近亲属：{relative}，待上一级当面核查"
    return f"近亲属：{relative}，{check.checked_by}已当面核查，情况{'属实' if check.is_true else '不实'}"


def _lacking(entries, on):
    """{entry id: the papers it lacks, in words} of those that stand."""
    live = [entry for entry in entries if entry.status in LIVE_ENTRY]
    found = evidence.answers(live, on)
    return {pk: [one.lack for one in answers if one.is_lacking] for pk, answers in found.items()}


def _row(entry, entitlement, names, objections, lacking, *, is_gone):
    home = entry.household or (entry.person.household if entry.person_id else None)
    finding = next(iter(entry.findings.all()), None)
    warnings = []
    if entry.fits_none and entry.status in LIVE_ENTRY:
        warnings.append("经认定不符合任何类别，请决定是否不予列入")
    if finding and finding.is_true is False:
        warnings.append(f"抽查不实：{finding.finding}")
    if entry.doubt:
        warnings.append(f"疑义：{entry.doubt}")
    if entry.status in LIVE_ENTRY and names[str(entry)] > 1:
        warnings.append("名册中有同名对象")
    if any(objection.status == ObjectionStatus.OPEN for objection in objections):
        warnings.append("异议待答复")
    if lacking:
        warnings.append(f"缺材料：{'、'.join(lacking)}")
    if entry.status in LIVE_ENTRY and home is not None:
        warnings += changed_since(entry, home, is_gone=is_gone)
    return {
        "entry": entry,
        "group": home.group_name if home else "",
        "entitlement": entitlement,
        "vote": next(iter(entry.votes.all()), None),
        "finding": finding,
        "objections": objections,
        "lacking": lacking,
        "warnings": warnings,
        "is_assumed": any(line.get("is_assumed") for line in entry.explanation),
        "is_unmet": any(line.get("is_met") is False for line in entry.explanation if not line.get("depth")),
    }


def changed_since(entry, home, *, is_gone):
    """What befell the person or household after it was listed, in words; such an entry stays until it is struck.

    ``is_gone``: it belongs to the roster's organisation no more (``queries.belonging``).
    """
    found = []
    if entry.person_id and entry.person.died_on:
        found.append(f"本人已于{entry.person.died_on:%Y年%m月%d日}去世，不能发放")
    elif entry.person_id and entry.person.left_on:
        found.append(f"本人已于{entry.person.left_on:%Y年%m月%d日}迁出，不能发放")
    if entry.household_id and home.head is None:
        found.append("本户已没有在世且在册的户主，不能发放")
    if home.is_archived and home.merged_into_id:
        found.append("本户已并入其他户")
    if is_gone and not home.merged_into_id:
        is_own = belonging.has_own_people(entry.roster.organisation)
        found.append("已不在本单位的在职、在校登记中" if is_own else "本户已不在本村(社区)登记")
    return found


def totals(rows):
    """Entries, persons, cash and goods value of those that stand."""
    live = [row for row in rows if row["entry"].status in LIVE_ENTRY]
    return {
        "entries": len(live),
        "persons": sum(row["entry"].family_size for row in live),
        "cash": money.total(row["entitlement"].cash for row in live),
        "goods": money.total(row["entitlement"].goods_value for row in live),
        "warnings": sum(bool(row["warnings"]) for row in live),
        "lacking": sum(bool(row["lacking"]) for row in live),
    }


@dataclass
class Papers:
    """The meetings, notices, checks and decisions of a roster; ``current`` belongs to the step where it stands."""

    meetings: list
    notices: list
    checks: list
    decisions: list
    current: object = field(default=None)

    @property
    def returned(self):
        """The Decision that sent the roster back last, or None."""
        sent_back = (one for one in self.decisions if one.outcome == Outcome.RETURNED and not one.entry_id)
        return next(sent_back, None)


def papers(roster, rows):
    """All papers, newest first, decisions with the entries of ``rows``; a roster that was never started has none."""
    if roster.status == RosterStatus.DRAFTING and roster.lap == 1:
        return Papers([], [], [], [])
    meetings = list(roster.assessments.select_related("step").order_by("-lap", "-held_at"))
    notices = list(
        roster.notices.select_related("step")
        .annotate(
            objection_count=Count("objections"),
            open_count=Count("objections", filter=Q(objections__status=ObjectionStatus.OPEN)),
        )
        .order_by("-lap", "-posted_at")
    )
    checks = list(roster.checks.select_related("step", "drawn_by").order_by("-lap", "-drawn_at"))
    decisions = list(roster.decisions.select_related("step", "decided_by").order_by("-decided_at", "-id"))
    entries = {row["entry"].pk: row["entry"] for row in rows}
    for decision in decisions:
        if decision.entry_id in entries:  # else it was carried into a supplementary roster
            decision.entry = entries[decision.entry_id]
    here = [
        paper
        for paper in (*meetings, *notices, *checks)
        if paper.step_id == roster.step_id and paper.lap == roster.lap and paper.status != "withdrawn"
    ]
    return Papers(meetings, notices, checks, decisions, here[0] if here and roster.step_id else None)


def who_may(roster, move, most=6):
    """Names (with post) of the people who may make this move now: role, level, and not barred by four eyes."""
    level = move.level(roster) if move.level else None
    above = Organisation.objects.above(roster.organisation)
    roles = [code for code, role in ROLES.items() if move.permission in role.permissions]
    held = (
        RoleAssignment.objects.in_force(dates.today(timezone.now()))
        .filter(role__in=roles, organisation__in=above, user__is_active=True)
        .select_related("user", "organisation")
        .order_by("-organisation__path", "user__full_name")
    )
    barred = set()
    if move.bars:
        records = DutyRecord.objects.filter(
            case_type=roster._meta.label_lower, case_id=roster.pk, duty__in=move.bars
        )
        stage = str(roster.step.position) if roster.step_id else ""
        barred = set((records.exclude(stage=stage) if stage else records).values_list("user", flat=True))
    found = []
    for assignment in held:
        is_high_enough = level is None or _rank(assignment.organisation.level) <= _rank(level)
        if is_high_enough and assignment.user_id not in barred:
            found.append(f"{assignment.organisation}{assignment.get_role_display()} {assignment.user}")
    return found[:most]


def _rank(level):
    return Level(level).rank
