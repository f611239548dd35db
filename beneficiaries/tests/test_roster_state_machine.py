"""Any procedure, any actors, any order: no path leads around a step, a quorum, an objection, a check or four eyes.

The machine tries moves at random, with people who mostly may not; what the services refuse stays refused, and
after every move the rows themselves are asked whether the rules were kept.
"""

import itertools
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from beneficiaries.enums import LIVE_ENTRY, STATUS_AT, EntryStatus, Outcome, RosterStatus, StepKind
from beneficiaries.models import (
    Assessment,
    AssessmentVote,
    Objection,
    PublicNotice,
    RelativeCheck,
    Roster,
    RosterEntry,
    SampleCheck,
    SampleFinding,
)
from beneficiaries.queries import disputes as doubts
from beneficiaries.queries import relatives as kin
from beneficiaries.queries import rosters as queries
from beneficiaries.services import assessments, checks, disputes, notices, objections, relatives, rosters
from beneficiaries.services import entries as entry_services
from beneficiaries.tests.factories import approved_programme, household, on_the_wall
from welfare import accounts
from welfare.errors import Refusal
from welfare.models import AuditEvent, DutyRecord
from welfare.testing.personas import AT, make_organisations, user_with

any_one = st.integers(0, 10**6)
STEPS = st.lists(
    st.sampled_from(
        [
            (StepKind.ASSESSMENT, "community", {"quorum_share": "0.6667", "pass_share": "0.6667"}),
            (StepKind.ASSESSMENT, "community", {"is_for_disputed": True}),
            (StepKind.SUBMISSION, "community", {}),
            (StepKind.NOTICE, "community", {"days": 3}),
            (StepKind.NOTICE, "township", {"days": 1}),
            (StepKind.CHECK, "township", {"sample_number": 1}),
            (StepKind.APPROVAL, "township", {}),
            (StepKind.APPROVAL, "county", {}),
        ]
    ),
    min_size=1,
    max_size=4,
)
WITHOUT_STEP = (RosterStatus.DRAFTING, RosterStatus.FINAL, RosterStatus.SUPERSEDED, RosterStatus.CANCELLED)


def ground():
    """An office with two of everybody, and two who have no say; one head is a reviewer of the township besides."""
    places = make_organisations()
    places.programme = approved_programme(places.township)
    both = user_with("head", places.community)
    accounts.grant(user=both, role="reviewer", organisation=places.township, by=None, at=AT)
    places.people = [
        *(user_with("clerk", places.community) for _ in range(2)),
        user_with("head", places.community),
        both,
        *(user_with("inspector", places.township) for _ in range(2)),
        *(user_with("reviewer", places.township) for _ in range(2)),
        *(user_with("approver", places.county) for _ in range(2)),
        user_with("assessor", places.community),
        user_with("clerk", places.sibling),
    ]
    places.homes = [household(places.community, head=f"张{name}") for name in "甲乙丙丁"]
    return places


class RosterMachine(RuleBasedStateMachine):
    """One community's rosters in one programme; each sequence is rolled back."""

    places = None

    def __init__(self):
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.at = AT
        self.trail = {}  # roster id: positions of steps it stood at since it was last in drafting or returned

    def teardown(self):
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @initialize(steps=STEPS)
    def lay(self, steps):
        programme = self.places.programme
        programme.steps.all().delete()
        for position, (kind, level, numbers) in enumerate(steps, start=1):
            programme.steps.create(position=position, kind=kind, level=level, **numbers)
        self.count = len(steps)
        clerk = self.places.people[0]
        roster = rosters.draft(programme=programme, organisation=self.places.community, by=clerk, at=self.at)
        self.add(self.places.homes[0], roster, clerk)
        self.add(self.places.homes[1], roster, clerk)
        self.see()

    # -- who and what --------------------------------------------------------------------------------

    def who(self, number):
        user = self.places.people[number % len(self.places.people)]
        user._assignments = None
        return user

    def roster(self, number=0):
        """Mostly the one under way."""
        rows = list(Roster.objects.order_by("-version"))
        return rows[0] if number % 4 or len(rows) == 1 else rows[number % len(rows)]

    def entry(self, number):
        rows = list(self.roster().entries.order_by("pk"))
        return rows[number % len(rows)]

    def do(self, act):
        self.at += timedelta(minutes=1)
        try:
            with transaction.atomic():
                act()
        except Refusal as refusal:
            assert refusal.message
        self.see()

    def see(self):
        """Remember the way of each roster, step by step."""
        for roster in Roster.objects.select_related("step"):
            way = self.trail.setdefault(roster.pk, [])
            here = (roster.lap, roster.step.position if roster.step_id else 0, roster.status)
            if not way or way[-1] != here:
                way.append(here)

    def add(self, home, roster, by):
        return entry_services.add(
            roster=roster,
            category=self.places.programme.categories.order_by("precedence").first(),
            origin="nomination",
            household=home,
            reason="困难",
            by=by,
            at=self.at,
        )

    # -- what people try -----------------------------------------------------------------------------

    @rule(who=any_one, home=any_one)
    def nominate(self, who, home):
        homes = self.places.homes
        self.do(lambda: self.add(homes[home % len(homes)], self.roster(), self.who(who)))

    @rule(who=any_one, which=any_one)
    def withdraw(self, who, which):
        self.do(
            lambda: entry_services.withdraw(
                entry=self.entry(which), by=self.who(who), at=self.at, reason="错列"
            )
        )

    @rule(who=any_one, which=any_one)
    def doubt(self, who, which):
        self.do(
            lambda: disputes.mark_doubtful(
                entry=self.entry(which), by=self.who(who), at=self.at, reason="有车"
            )
        )

    @rule(who=any_one)
    def start(self, who):
        self.do(lambda: rosters.start(roster=self.roster(), by=self.who(who), at=self.at))

    @rule(who=any_one, present=st.integers(2, 4), agree=st.lists(st.integers(0, 4), min_size=6, max_size=6))
    def meet(self, who, present, agree):
        roster, by = self.roster(), self.who(who)
        people = [{"name": f"代表{n}", "is_present": n < present, "absence_reason": "外出"} for n in range(4)]

        def act():
            meeting = assessments.open_meeting(
                roster=roster,
                held_at=self.at,
                place="会议室",
                chair="代表0",
                recorder="代表1",
                attendees=people,
                by=by,
                at=self.at,
            )
            entries = doubts.to_assess(roster, meeting.step)
            votes = {
                entry.pk: {"agree": min(yes, present), "against": present - min(yes, present)}
                for entry, yes in zip(entries, agree, strict=False)
            }
            assessments.record_votes(assessment=meeting, votes=votes, by=by, at=self.at)

        self.do(act)

    @rule(who=any_one)
    def conclude(self, who):
        meeting = Assessment.objects.order_by("-pk").first()
        if meeting:
            self.do(lambda: assessments.conclude(assessment=meeting, by=self.who(who), at=self.at))

    @rule(who=any_one)
    def waive(self, who):
        self.do(lambda: assessments.waive(roster=self.roster(), by=self.who(who), at=self.at))

    @rule(who=any_one)
    def submit(self, who):
        self.do(lambda: rosters.submit(roster=self.roster(), by=self.who(who), at=self.at))

    @rule(who=any_one)
    def post(self, who):
        self.do(lambda: notices.post(roster=self.roster(), by=self.who(who), at=self.at))

    @rule(row=st.integers(1, 3))
    def object(self, row):
        notice = PublicNotice.objects.order_by("-pk").first()
        if notice:
            self.do(lambda: objections.file(notice=notice, content="有车", row_position=row, at=self.at))

    @rule(who=any_one, upheld=st.booleans())
    def answer(self, who, upheld):
        objection = Objection.objects.filter(status="open").order_by("-pk").first()
        if objection:
            self.do(
                lambda: objections.answer(
                    objection=objection, answer="已核实", is_upheld=upheld, by=self.who(who), at=self.at
                )
            )

    @rule(days=st.integers(1, 4))
    def wait(self, days):
        self.at += timedelta(days=days)

    @rule(who=any_one)
    def photograph(self, who):
        notice = PublicNotice.objects.order_by("-pk").first()
        if notice:
            self.do(lambda: on_the_wall(notice, by=self.who(who), at=self.at))

    @rule(who=any_one)
    def close(self, who):
        notice = PublicNotice.objects.order_by("-pk").first()
        if notice:
            self.do(lambda: notices.close(notice=notice, by=self.who(who), at=self.at))

    @rule(who=any_one)
    def draw(self, who):
        self.do(lambda: checks.draw(roster=self.roster(), by=self.who(who), at=self.at, seed="7"))

    @rule(who=any_one, is_true=st.booleans())
    def find(self, who, is_true):
        check = SampleCheck.objects.order_by("-pk").first()
        for finding in check.findings.all() if check else ():
            self.do(
                lambda finding=finding: checks.record_finding(
                    finding=finding, is_true=is_true, text="看过", by=self.who(who), at=self.at
                )
            )

    @rule(who=any_one)
    def finish(self, who):
        check = SampleCheck.objects.order_by("-pk").first()
        if check:
            self.do(lambda: checks.finish(check=check, by=self.who(who), at=self.at))

    @rule(who=any_one)
    def approve(self, who):
        self.do(lambda: rosters.approve(roster=self.roster(), by=self.who(who), at=self.at))

    @rule(who=any_one, which=any_one)
    def strike(self, who, which):
        self.do(
            lambda: entry_services.strike(
                entry=self.entry(which), by=self.who(who), at=self.at, reason="不符"
            )
        )

    @rule(who=any_one, to=any_one)
    def send_back(self, who, to):
        roster = self.roster()
        steps = [None, *roster.programme.steps.order_by("position")]
        self.do(
            lambda: rosters.return_to(
                roster=roster, step=steps[to % len(steps)], by=self.who(who), at=self.at, reason="补充"
            )
        )

    @rule(who=any_one, which=any_one)
    def revise(self, who, which):
        self.do(
            lambda: rosters.revise_final(
                roster=self.roster(which), by=self.who(who), at=self.at, reason="情况变化"
            )
        )

    @rule(who=any_one)
    def cancel(self, who):
        self.do(lambda: rosters.cancel(roster=self.roster(), by=self.who(who), at=self.at, reason="重做"))

    @rule(home=any_one, staff=any_one)
    def declare(self, home, staff):
        homes = self.places.homes
        head, person = homes[home % len(homes)].head, self.who(staff)
        self.do(
            lambda: relatives.declare(
                organisation=self.places.community,
                staff=person,
                staff_name=str(person),
                name=head.name,
                person=head,
                kinship="sibling",
                by=self.places.people[0],
                at=self.at,
            )
        )

    @rule(who=any_one, which=any_one, is_true=st.booleans())
    def look(self, who, which, is_true):
        self.do(
            lambda: relatives.check(
                entry=self.entry(which),
                is_true=is_true,
                finding="当面看过",
                checked_on=self.at.date(),
                by=self.who(who),
                at=self.at,
            )
        )

    @rule()
    def go_on(self):
        """Whoever may do the next thing does it, so that sequences get far."""
        roster = self.roster()
        for number, _person in enumerate(self.places.people):
            before = (roster.status, roster.step_id)
            {
                RosterStatus.DRAFTING: self.start,
                RosterStatus.ASSESSING: lambda who: (
                    self.waive(who),
                    self.meet(who, 4, [4] * 6),
                    self.conclude(who),
                ),
                RosterStatus.SUBMITTING: self.submit,
                RosterStatus.ON_NOTICE: lambda who: (
                    self.post(who),
                    self.photograph(who),
                    self.wait(4),
                    self.close(who),
                ),
                RosterStatus.CHECKING: lambda who: (self.draw(who), self.find(who, True), self.finish(who)),
                RosterStatus.REVIEWING: self.approve,
                RosterStatus.FINAL: lambda who: self.revise(who, 1),
            }.get(roster.status, lambda who: None)(number)
            roster.refresh_from_db()
            if (roster.status, roster.step_id) != before:
                return

    # -- what always holds ---------------------------------------------------------------------------

    @invariant()
    def every_roster_stands_where_its_step_says(self):
        for roster in Roster.objects.select_related("step"):
            if roster.status in WITHOUT_STEP:
                assert roster.step is None
            else:
                assert roster.status == STATUS_AT[StepKind(roster.step.kind)]

    @invariant()
    def no_step_is_passed_over(self):
        """Forward one step at a time; back only with a new lap; final only past the last."""
        for way in self.trail.values():
            for (lap, position, status), (new_lap, new_position, new_status) in itertools.pairwise(way):
                if new_lap == lap + 1:
                    assert new_position < position, way
                elif new_status == RosterStatus.FINAL:
                    assert position == self.count, way
                elif new_status in (RosterStatus.CANCELLED, RosterStatus.SUPERSEDED):
                    assert status in (RosterStatus.DRAFTING, RosterStatus.FINAL), way
                else:
                    assert (new_lap, new_position) == (lap, position + 1), way

    @invariant()
    def what_was_passed_was_done(self):
        """For each step behind a roster on its present lap: the meeting, notice, check or decision it asks for."""
        for roster in Roster.objects.select_related("step"):
            for step in self.behind(roster):
                self.was_done(roster, step)

    def behind(self, roster):
        """The steps that the roster has passed since its last return (or from its first)."""
        way = [here for here in self.trail.get(roster.pk, ()) if here[0] == roster.lap]
        positions = [position for _lap, position, _status in way if position]
        if roster.step_id:
            positions = [position for position in positions if position < roster.step.position]
        elif roster.status == RosterStatus.DRAFTING:
            positions = []
        return roster.programme.steps.filter(position__in=positions).order_by("position")

    def was_done(self, roster, step):
        here = {"step": step, "lap": roster.lap}
        if step.kind == StepKind.ASSESSMENT:
            waived = roster.decisions.filter(step=step, outcome=Outcome.WAIVED).exists()
            meeting = roster.assessments.filter(status="concluded", **here).first()
            assert meeting or (waived and step.is_for_disputed)
            if meeting and step.quorum_share:
                assert meeting.present_count * 3 >= meeting.expected_count * 2
        elif step.kind == StepKind.NOTICE:
            notice = roster.notices.filter(closed_at__isnull=False, **here).get()
            assert notice.closed_at.date() > notice.ends_on
            assert not notice.objections.filter(status="open").exists()
        elif step.kind == StepKind.CHECK:
            check = roster.checks.filter(status="done", **here).get()
            assert not check.findings.filter(is_true=None, entry__status__in=LIVE_ENTRY).exists()
        elif step.kind == StepKind.APPROVAL:
            assert roster.decisions.filter(step=step, outcome=Outcome.AGREED, entry=None).exists()
        else:
            assert roster.submitted_by_id

    @invariant()
    def four_eyes_were_kept(self):
        """Who agreed did nothing else on that roster at any other step; who submitted did not draft."""
        for roster in Roster.objects.all():
            records = list(DutyRecord.objects.filter(case_type="beneficiaries.roster", case_id=roster.pk))
            agreed = set(roster.decisions.filter(outcome=Outcome.AGREED).values_list("decided_by", flat=True))
            for user in agreed:
                assert {r.duty for r in records if r.user_id == user} <= {"approving"}, roster
                assert len({r.stage for r in records if r.user_id == user}) == 1
            submitted = {r.user_id for r in records if r.duty == "submitting"}
            assert not submitted & {r.user_id for r in records if r.duty in ("drafting", "approving")}

    @invariant()
    def nobody_is_listed_twice_and_one_version_stands(self):
        rows = RosterEntry.objects.filter(status__in=LIVE_ENTRY)
        held = list(rows.filter(holds_place=True).values_list("household", flat=True))
        assert len(held) == len(set(held))
        final = list(queries.final_entries(self.places.programme))
        assert len({entry.household_id for entry in final}) == len(final)
        assert len({entry.roster_id for entry in final}) <= 1
        assert Roster.objects.filter(status=RosterStatus.FINAL).count() <= 1

    @invariant()
    def a_final_roster_holds_nobody_stopped_untrue_or_unchecked(self):
        for roster in Roster.objects.filter(status=RosterStatus.FINAL):
            assert not roster.entries.filter(status__in=[EntryStatus.LISTED, EntryStatus.STOPPED]).exists()
            last = roster.finalised_at
            for pk, found in kin.of_roster(roster).items():
                for relative in [one for one in found.relatives if one.declared_at < last]:
                    looks = RelativeCheck.objects.filter(entry=pk, relative=relative, checked_at__lte=last)
                    assert looks.order_by("-pk").first().is_true
                    agreed = roster.decisions.filter(
                        outcome=Outcome.AGREED, decided_at__gt=relative.declared_at
                    )
                    assert relative.staff_id not in set(agreed.values_list("decided_by", flat=True))
            latest = {}
            for finding in SampleFinding.objects.filter(entry__roster=roster).order_by(
                "sample_check__lap", "pk"
            ):
                latest[finding.entry_id] = finding.is_true
            final = set(roster.entries.filter(status=EntryStatus.FINAL).values_list("pk", flat=True))
            assert not [pk for pk, is_true in latest.items() if is_true is False and pk in final]

    @invariant()
    def votes_add_up_to_who_was_there(self):
        for vote in AssessmentVote.objects.select_related("assessment"):
            assert vote.agree + vote.against + vote.abstain == vote.assessment.present_count

    @invariant()
    def rejected_and_struck_do_not_come_back(self):
        dead = (EntryStatus.REJECTED, EntryStatus.STRUCK, EntryStatus.WITHDRAWN, EntryStatus.SUPERSEDED)
        for entry in RosterEntry.objects.filter(status=EntryStatus.FINAL):
            events = AuditEvent.objects.filter(
                target_type="beneficiaries.rosterentry", target_id=str(entry.pk)
            )
            assert not any((event.after or {}).get("status") in dead for event in events)


ALWAYS = (
    "every_roster_stands_where_its_step_says",
    "no_step_is_passed_over",
    "what_was_passed_was_done",
    "four_eyes_were_kept",
    "nobody_is_listed_twice_and_one_version_stands",
    "a_final_roster_holds_nobody_stopped_untrue_or_unchecked",
    "votes_add_up_to_who_was_there",
    "rejected_and_struck_do_not_come_back",
)


@pytest.mark.django_db
def test_no_path_leads_around_the_procedure(monkeypatch):
    monkeypatch.setattr(RosterMachine, "places", ground())
    run_state_machine_as_test(
        RosterMachine,
        settings=settings(
            max_examples=8, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.mark.django_db
def test_the_machine_gets_as_far_as_a_second_version(monkeypatch):
    """The invariants are not idle: going on alone leads to a final roster and to its revision."""
    monkeypatch.setattr(RosterMachine, "places", ground())
    machine = RosterMachine()
    try:
        machine.lay(
            [
                (StepKind.ASSESSMENT, "community", {"quorum_share": "0.6667"}),
                (StepKind.SUBMISSION, "community", {}),
                (StepKind.NOTICE, "community", {"days": 3}),
                (StepKind.CHECK, "township", {"sample_number": 1}),
                (StepKind.APPROVAL, "township", {}),
                (StepKind.APPROVAL, "county", {}),
            ]
        )
        for _ in range(16):
            machine.go_on()
            for always in ALWAYS:
                getattr(machine, always)()
        assert list(Roster.objects.order_by("version").values_list("status", flat=True)[:2]) == [
            RosterStatus.SUPERSEDED,
            RosterStatus.FINAL,
        ]
    finally:
        machine.teardown()
