"""Factories: rosters, walked through their procedure by the services."""

from datetime import timedelta

from beneficiaries.enums import EntryOrigin, RosterStatus, StepKind
from beneficiaries.queries.disputes import to_assess
from beneficiaries.queries.notices import unproved
from beneficiaries.services import assessments, checks, entries, notice_channels, notices, rosters
from beneficiaries.tests.factories.papers import picture
from beneficiaries.tests.factories.registry import household
from welfare import dates
from welfare.enums import Level
from welfare.testing.personas import AT, user_with

__all__ = [
    "Cast",
    "attendees",
    "close_notice",
    "drafted_roster",
    "final_roster",
    "hold_meeting",
    "on_the_wall",
    "roster_at",
    "take_step",
    "walk",
]

NAMES = ["李主任", "王书记", "赵组长", "钱代表", "孙代表", "周代表", "吴代表", "郑代表", "冯代表"]
CLERKS_OWN = (StepKind.ASSESSMENT, StepKind.NOTICE)


def role_at(step, office, organisation):
    """The role that does the step in that office."""
    kind = StepKind(step.kind)
    if kind in CLERKS_OWN and (office == organisation or kind == StepKind.ASSESSMENT):
        return "clerk"
    if kind == StepKind.SUBMISSION:
        return "head"
    if kind == StepKind.CHECK:
        return "inspector"
    return "reviewer" if Level(office.level).rank >= Level.TOWNSHIP.rank else "approver"


class Cast:
    """People for the steps of a roster in ``organisation``: its clerk, and for each step somebody of its level."""

    def __init__(self, organisation):
        self.organisation = organisation
        self.clerk = user_with("clerk", organisation)
        self._at = {}

    def at(self, step):
        """Who acts at this step; the drafting clerk where she may, else a person of the step's own."""
        office = self.organisation.office_for(step.level)
        role = role_at(step, office, self.organisation)
        if role == "clerk" and office == self.organisation:
            return self.clerk
        if step.position not in self._at:
            self._at[step.position] = user_with(role, office)
        return self._at[step.position]


def attendees(present=9, absent=0):
    """People of an assessment meeting."""
    return [
        {
            "name": NAMES[number % 9] + ("" if number < 9 else str(number)),
            "capacity": "村民代表",
            "is_present": number < present,
            "absence_reason": "" if number < present else "外出务工",
        }
        for number in range(present + absent)
    ]


def drafted_roster(programme, organisation, *, households=3, cast=None, at=AT, category=None):
    """A roster in drafting with that many nominated households."""
    cast = cast or Cast(organisation)
    roster = rosters.draft(programme=programme, organisation=organisation, by=cast.clerk, at=at)
    category = category or programme.categories.order_by("precedence").first()
    for number in range(households):
        entries.add(
            roster=roster,
            category=category,
            origin=EntryOrigin.NOMINATION,
            household=household(organisation, head=f"张大{'明亮光辉照耀'[number % 6]}"),
            reason="家庭困难，本人不便申请",
            by=cast.clerk,
            at=at,
        )
    return roster


def hold_meeting(roster, *, by, at, failing=()):
    """Open the meeting, vote on everybody (``failing`` entries are voted down) and conclude."""
    meeting = assessments.open_meeting(
        roster=roster,
        held_at=at,
        place="村委会会议室",
        chair=NAMES[0],
        recorder=NAMES[1],
        attendees=attendees(),
        by=by,
        at=at,
    )
    failing = {entry.pk for entry in failing}
    votes = {
        pk: {"agree": 3, "against": 6} if pk in failing else {"agree": 9}
        for pk in to_assess(roster, roster.step).values_list("pk", flat=True)
    }
    assessments.record_votes(assessment=meeting, votes=votes, by=by, at=at)
    assessments.conclude(assessment=meeting, by=by, at=at)
    roster.refresh_from_db()
    return meeting


def on_the_wall(notice, *, by, at=None, kind="wall"):
    """The notice photographed on the wall (or through another channel) on the day it was posted."""
    return notice_channels.record(
        notice=notice,
        kind=kind,
        place="村务公开栏",
        shown_on=dates.today(notice.posted_at),
        photo=picture("公开栏.jpg", size=(320, 240)),
        by=by,
        at=at or notice.posted_at,
    )


def close_notice(notice, *, by, at=None):
    """Prove each channel that is not proved yet and close the round the day after its period (or at ``at``). Returns when."""
    at = at or notice.posted_at + timedelta(days=(notice.ends_on - notice.starts_on).days + 2)
    for kind in unproved(notice):
        on_the_wall(notice, by=by, kind=kind)
    notices.close(notice=notice, by=by, at=at)
    return at


def take_step(roster, *, by, at):
    """Do everything the current step asks for, by ``by``, so that the roster moves on. Returns when it was done."""
    step = roster.step
    if step.kind == StepKind.ASSESSMENT and step.is_for_disputed and not to_assess(roster, step).exists():
        assessments.waive(roster=roster, by=by, at=at)
    elif step.kind == StepKind.ASSESSMENT:
        hold_meeting(roster, by=by, at=at)
    elif step.kind == StepKind.SUBMISSION:
        rosters.submit(roster=roster, by=by, at=at)
    elif step.kind == StepKind.NOTICE:
        notice = notices.post(roster=roster, place="村务公开栏", by=by, at=at)
        at = close_notice(notice, by=by)
    elif step.kind == StepKind.CHECK:
        check = checks.draw(roster=roster, by=by, at=at, seed="2026")
        for finding in check.findings.all():
            checks.record_finding(finding=finding, is_true=True, text="入户核实，情况属实", by=by, at=at)
        checks.finish(check=check, by=by, at=at)
    else:
        rosters.approve(roster=roster, by=by, at=at)
    roster.refresh_from_db()
    return at


def walk(roster, *, until=RosterStatus.FINAL, cast, at=AT):
    """Start the roster if need be and take its steps until it first stands at ``until``. Returns the time reached."""
    if roster.status == RosterStatus.DRAFTING and until != RosterStatus.DRAFTING:
        rosters.start(roster=roster, by=cast.clerk, at=at)
    while roster.status != until:
        at = take_step(roster, by=cast.at(roster.step), at=at)
    return at


def roster_at(status, programme, organisation, *, households=3, cast=None, at=AT):
    """A roster that stands at the first step of that status."""
    cast = cast or Cast(organisation)
    roster = drafted_roster(programme, organisation, households=households, cast=cast, at=at)
    walk(roster, until=status, cast=cast, at=at)
    return roster


def final_roster(programme, organisation, households=3, *, cast=None, at=AT):
    """A final roster with that many final entries, walked through the services."""
    return roster_at(RosterStatus.FINAL, programme, organisation, households=households, cast=cast, at=at)
