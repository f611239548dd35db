"""One season of one programme, act by act, through the same services as the pages.

Used by the ``season`` command (whole, on a moved clock) and by the demo data (as far as each demo
programme has come). Votes, objection, findings and signatures are made up; everything else is real.
"""

from beneficiaries.enums import LIVE_ENTRY, PaymentMode, StepKind
from beneficiaries.models import Household, RosterEntry
from beneficiaries.queries import rosters as roster_queries
from beneficiaries.services import assessments, checks, entries, notice_channels, notices, objections, rosters
from disbursements.season.pictures import wall_photo

ASSESSORS = ("议事会成员", "监事会成员", "党员代表", "群众代表", "群众代表", "党员代表", "群众代表")


class Review:
    """Rosters from drafting to the final decision. ``happenings`` collects what went otherwise, in words."""

    def __init__(self, *, programme, cast, clock, communities=None):
        self.programme = programme
        self.cast = cast
        self.clock = clock
        self.communities = communities or cast.communities
        self.rosters = []
        self.notices = []
        self.happenings = []

    # -- drafting ---------------------------------------------------------------------------------
    def draft(self):
        """Each community's clerk drafts its roster from the screening; the first also nominates a household."""
        for community in self.communities:
            clerk = self.cast.at(community, "clerk")
            roster = rosters.draft(
                programme=self.programme, organisation=community, by=clerk, at=self.clock.tick()
            )
            entries.fill_from_screening(roster=roster, by=clerk, at=self.clock.tick())
            self.rosters.append(roster)
        self._nominate(self.rosters[0])
        self._choose_cards()

    def _nominate(self, roster):
        """One household that no condition found gives way to one that the community knows of."""
        clerk = self.cast.at(roster.organisation, "clerk")
        last = live_entries(roster).order_by("position").last()
        if last is None:
            return
        listed = RosterEntry.objects.filter(programme=self.programme).values("household")
        nominee = (
            Household.objects.current()
            .filter(organisation=roster.organisation)
            .exclude(pk__in=listed)
            .order_by("number")
            .first()
        )
        if nominee is None:
            return
        entries.withdraw(
            entry=last, by=clerk, at=self.clock.tick(), reason="名额有限，本户情况相对较轻，本次暂缓"
        )
        entries.add(
            roster=roster,
            household=nominee,
            category=last.category,
            origin="nomination",
            reason="家中近期突遭变故，本人行动不便无法申请，经村民小组提名",
            by=clerk,
            at=self.clock.tick(),
        )
        self.happenings.append(f"{roster.organisation}提名 1 户")

    def _choose_cards(self):
        """Every fifth entry asks for the money on the family's card, where there is one."""
        for roster in self.rosters:
            clerk = self.cast.at(roster.organisation, "clerk")
            for entry in (
                live_entries(roster).filter(household__members__bank_accounts__is_current=True).distinct()
            ):
                if entry.position % 5 == 0:
                    entries.choose_payment(entry=entry, mode=PaymentMode.BANK, by=clerk, at=self.clock.tick())

    # -- walking the procedure --------------------------------------------------------------------
    def walk(self, until=None):
        """From drafting through every step of the programme's procedure, whatever its order.

        ``until`` a StepKind stops before the first step of that kind. The clock moves as the steps ask.
        """
        for roster in self.rosters:
            rosters.start(roster=roster, by=self.cast.at(roster.organisation, "clerk"), at=self.clock.tick())
        for step in self.programme.steps.order_by("position"):
            if step.kind == until:
                return
            for roster in self.rosters:
                roster.refresh_from_db()
            ACTS[step.kind](self, [roster for roster in self.rosters if roster.step_id == step.pk])
        for roster in self.rosters:
            roster.refresh_from_db()

    def assess(self, walking):
        """A meeting per community: all pass but one entry of the first community."""
        for number, roster in enumerate(walking):
            clerk = self.cast.at(roster.organisation, "clerk")
            meeting = assessments.open_meeting(
                roster=roster,
                held_at=self.clock.tick(),
                place=f"{roster.organisation}会议室",
                chair=str(self.cast.at(roster.organisation, "head")),
                recorder=str(clerk),
                attendees=[
                    {
                        "name": f"{roster.organisation.name[:1]}评议{n + 1}",
                        "capacity": capacity,
                        "is_present": n != 6,
                        "absence_reason": "外出务工" if n == 6 else "",
                    }
                    for n, capacity in enumerate(ASSESSORS)
                ],
                by=clerk,
                at=self.clock.tick(),
            )
            entries = list(live_entries(roster).order_by("position"))
            refused = entries[-1] if number == 0 and len(entries) > 1 else None
            votes = {
                entry.pk: {"agree": 2, "against": 3, "abstain": 1, "opinion": "家中已有稳定收入"}
                if entry == refused
                else {"agree": 6, "against": 0, "abstain": 0, "opinion": "情况属实，同意列入"}
                for entry in entries
            }
            assessments.record_votes(assessment=meeting, votes=votes, by=clerk, at=self.clock.tick())
            assessments.conclude(assessment=meeting, by=clerk, at=self.clock.tick())
            if refused:
                self.happenings.append(f"{roster.organisation}评议未通过 1 户")

    def submit(self, walking):
        for roster in walking:
            rosters.submit(roster=roster, by=self.cast.at(roster.organisation, "head"), at=self.clock.tick())

    def show(self, walking):
        """Post the notices; one objection is made and answered; close them when the period is over."""
        posted = self.post(walking)
        self.clock.next_morning()
        self._objection(posted[0])
        self.clock.not_before(max(notice.ends_on for notice in posted))
        self.clock.next_morning()
        for notice in posted:
            notices.close(notice=notice, by=self._poster(notice), at=self.clock.tick())
            notice.refresh_from_db()
        self.notices += posted

    def post(self, walking):
        """Post one notice for each roster and photograph it on the wall. Returns them."""
        posted = []
        for roster in walking:
            notice = notices.post(
                roster=roster, by=self._poster(roster), at=self.clock.tick(), place="居务公开栏"
            )
            for kind in notice.step.channels:
                notice_channels.record(
                    notice=notice,
                    kind=kind,
                    place="居务公开栏" if kind == "wall" else "居民代表大会",
                    shown_on=self.clock.day(),
                    photo=wall_photo(notice.pk, kind),
                    by=self._poster(notice),
                    at=self.clock.tick(),
                )
            posted.append(notice)
        return posted

    def _poster(self, subject):
        """Who posts at this step: the community's clerk, or the township's reviewer."""
        roster = getattr(subject, "roster", subject)
        step = getattr(subject, "step", None) or roster.step
        if step.level == "community":
            return self.cast.at(roster.organisation, "clerk")
        return self.cast.township["reviewer"]

    def _objection(self, notice):
        objection = objections.file(
            notice=notice,
            row_position=1,
            content="听说这户在外有生意，请核实。",
            objector_name="",
            at=self.clock.tick(),
        )
        objections.answer(
            objection=objection,
            answer="经入户复核并走访邻里，该户无经营收入，情况属实，维持列入。",
            is_upheld=False,
            by=self._poster(notice),
            at=self.clock.tick(),
        )
        self.happenings.append(f"{notice.roster.organisation}收到异议 1 件，已答复")

    def check(self, walking):
        """The township draws and visits a random sample; every third household becomes a key one."""
        inspector = self.cast.township["inspector"]
        self.clock.not_before(self.clock.day(), 10)
        for roster in walking:
            sample = checks.draw(
                roster=roster, by=inspector, at=self.clock.tick(), seed=f"{roster.organisation.code}"
            )
            for number, finding in enumerate(sample.findings.order_by("pk")):
                checks.record_finding(
                    finding=finding,
                    is_true=True,
                    text="入户查看，情况与名册一致",
                    is_key=number % 3 == 0,
                    by=inspector,
                    at=self.clock.tick(),
                )
            checks.finish(check=sample, by=inspector, at=self.clock.tick())

    def approve(self, walking):
        """The reviewer returns the first roster once, strikes one entry of the second, approves all."""
        reviewer = self.cast.township["reviewer"]
        first = walking[0]
        check_step = self.programme.steps.filter(kind=StepKind.CHECK, position__lt=first.step.position).last()
        if check_step is not None:
            rosters.return_to(
                roster=first,
                step=check_step,
                by=reviewer,
                at=self.clock.tick(),
                reason="抽查记录缺少走访时间，请补充核查后再报",
            )
            self.happenings.append(f"{first.organisation}名册退回 1 次")
            self.check([first])
        if len(walking) > 1:
            struck = live_entries(walking[1]).order_by("position").last()
            entries.strike(
                entry=struck,
                by=reviewer,
                at=self.clock.tick(),
                reason="同一家庭已在敬老院集中供养，不重复慰问",
            )
            self.happenings.append(f"{walking[1].organisation}审核不予列入 1 户")
        for roster in walking:
            roster.refresh_from_db()
            rosters.approve(roster=roster, by=reviewer, at=self.clock.tick(), reason="同意")

    def final_entries(self):
        return roster_queries.final_entries(self.programme)


ACTS = {
    StepKind.ASSESSMENT: Review.assess,
    StepKind.SUBMISSION: Review.submit,
    StepKind.NOTICE: Review.show,
    StepKind.CHECK: Review.check,
    StepKind.APPROVAL: Review.approve,
}


def live_entries(roster):
    """The entries that stand on the roster."""
    return roster.entries.filter(status__in=LIVE_ENTRY)
