"""What people try on a roster while it is drafted, assessed and decided on; each success is told to a ``Book``."""

from datetime import timedelta

from django.db import transaction

from beneficiaries.models import Assessment, Criterion, Roster
from beneficiaries.queries import disputes as doubts
from beneficiaries.services import assessments, disputes, judgements, rosters, versions
from beneficiaries.services import entries as entry_services
from beneficiaries.tests.roster_book import Act
from welfare.errors import Refusal

# Who may by her post, before four eyes are asked: numbers in ``WHO``.
CLERKS, HEADS, INSPECTORS = (0, 1, 10), (2, 3, 10), (4, 5, 10)
TOWNSHIP, COUNTY = (6, 3, 7, 8, 10), (8, 9, 10)
AT_LEVEL = {"community": CLERKS, "township": TOWNSHIP, "county": COUNTY}


class Moves:
    """Who is there, what there is to act on, and the acts. Expects ``places``, ``people``, ``homes``, ``book``, ``at``."""

    # -- who and what ------------------------------------------------------------------------------

    def who(self, number, apt=CLERKS):
        """Two times in three one of the ``apt``; else anybody."""
        if number % 3 < 2:
            return self.people[apt[number // 3 % len(apt)]]
        return self.people[number // 3 % len(self.people)]

    def post_of(self, roster):
        """Who is there for the step: by level for notices and decisions, else clerks."""
        place = self.book.place(roster.pk)
        kind, level = self.steps_of()[place - 1] if place else ("", "community")
        return {"submission": HEADS, "check": INSPECTORS, "assessment": CLERKS}.get(kind, AT_LEVEL[level])

    def steps_of(self):
        return self.steps

    def roster(self, number=1):
        """Mostly the last one under way."""
        rows = list(Roster.objects.order_by("-pk"))
        going = [row for row in rows if row.status not in ("superseded", "cancelled", "final")]
        first = going[0] if going else next(row for row in rows if row.status != "cancelled")
        return first if number % 5 else rows[number // 5 % len(rows)]

    def entry(self, number):
        rows = list(self.roster(number).entries.order_by("pk"))
        return rows[number // 2 % len(rows)]

    def last(self, model, **wanted):
        return model.objects.filter(**wanted).order_by("-pk").first()

    def do(self, what, by, roster, act, **more):
        """Try; enter it in the book when it succeeded. Returns what was made, None when it was refused."""
        self.at += timedelta(minutes=1)
        place = self.book.place(roster.pk)
        try:
            with transaction.atomic():
                made = act(by=by, at=self.at) or roster
        except Refusal as refusal:
            assert refusal.message
            return None
        self.book.write(Act(what, by and by.pk, roster.pk, place, self.at, more))
        return made

    # -- drafting ----------------------------------------------------------------------------------

    def move_add(self, who, which, how):
        roster, home = self.roster(), self.homes[which % len(self.homes)]
        self.do(
            "add",
            self.who(who),
            roster,
            lambda **by: entry_services.add(
                roster=roster,
                category=self.places.category_of[home.pk],
                origin="nomination",
                household=home,
                reason="困难",
                **by,
            ),
        )

    def on_entry(self, what, who, which, act, apt=CLERKS, **more):
        """One of the acts on a single entry."""
        entry = self.entry(which)
        more |= {"entry": entry.pk, "home": entry.household_id}
        return self.do(what, self.who(who, apt), entry.roster, lambda **by: act(entry=entry, **by), **more)

    def move_withdraw(self, who, which, how):
        self.on_entry("withdraw", who, which, lambda **on: entry_services.withdraw(reason="错列", **on))

    def move_restore(self, who, which, how):
        self.on_entry("restore", who, which, lambda **on: versions.restore(reason="仍困难", **on))

    def move_doubt(self, who, which, how):
        self.on_entry("doubt", who, which, lambda **on: disputes.mark_doubtful(reason="有车", **on))

    def move_start(self, who, which, how):
        roster = self.roster()
        self.do("start", self.who(who), roster, lambda **by: rosters.start(roster=roster, **by))

    def move_cancel(self, who, which, how):
        roster = self.roster()
        self.do(
            "cancel", self.who(who), roster, lambda **by: rosters.cancel(roster=roster, reason="重做", **by)
        )

    # -- assessing ---------------------------------------------------------------------------------

    def move_meet(self, who, which, how):
        """Both clerks and two others are asked, some come, some withdraw, and they vote as they like."""
        roster, by = self.roster(), self.who(who)
        asked = [*self.people[:2], None, None]
        present = 4 - (how % 5 in (1, 2)) - 2 * (how % 5 == 2)  # all, or three, or only one
        came = {user.pk for user in asked[:present] if user}
        people = [
            {
                "name": user.full_name if user else f"代表{number}",
                "user": user,
                "is_present": number < present,
                "absence_reason": "外出",
            }
            for number, user in enumerate(asked)
        ]

        def act(**by):
            meeting = assessments.open_meeting(
                roster=roster,
                held_at=self.at,
                place="会议室",
                chair="代表2",
                recorder="代表3",
                attendees=people,
                **by,
            )
            assessments.record_votes(assessment=meeting, votes=given(meeting.step), **by)
            return meeting

        said = {}

        def given(step):
            votes = {}
            left_out = which % 8 == 1
            for entry in list(doubts.to_assess(roster, step))[left_out:]:
                kin = {staff for staff, home, _at in self.book.declared if home == entry.household_id}
                gone = kin & came if how % 2 else set()
                voters = present - len(gone)
                agree = voters if which % 4 < 3 else voters // 2
                names = "、".join(user.full_name for user in self.people[:2] if user.pk in gone)
                votes[entry.pk] = {"agree": agree, "against": voters - agree, "withdrawn": names}
                said[entry.pk] = {
                    "agree": agree,
                    "against": voters - agree,
                    "gone": gone,
                    "home": entry.household_id,
                }
            return votes

        if meeting := self.do("meet", by, roster, act):
            self.book.meetings[meeting.pk] = {
                "roster": roster.pk,
                "number": len(self.book.acts),
                "at": self.at,
                "present": [user.pk if user else None for user in asked[:present]],
                "expected": len(asked),
                "votes": said,
                "concluded": False,
            }

    def move_conclude(self, who, which, how):
        meeting = self.last(Assessment)
        if meeting and self.do(
            "conclude",
            self.who(who),
            meeting.roster,
            lambda **by: assessments.conclude(assessment=meeting, **by),
            meeting=meeting.pk,
        ):
            self.book.meetings[meeting.pk]["concluded"] = True

    def move_waive(self, who, which, how):
        roster = self.roster()
        self.do("waive", self.who(who), roster, lambda **by: assessments.waive(roster=roster, **by))

    def move_judge(self, who, which, how):
        """Here or in review: whether what the first category asks holds; if not, the family falls into the last."""
        reviewing = self.roster().status == "reviewing"
        criterion = Criterion.objects.filter(category=self.places.categories[0]).first()
        self.on_entry(
            "judge_in_review" if reviewing else "judge",
            who,
            which,
            lambda **on: judgements.answer(criterion=criterion, is_met=how % 3 == 0, reason="邻里了解", **on),
            apt=self.post_of(self.roster()),
        )

    # -- submitting and deciding -------------------------------------------------------------------

    def move_submit(self, who, which, how):
        roster = self.roster()
        self.do("submit", self.who(who, HEADS), roster, lambda **by: rosters.submit(roster=roster, **by))

    def move_approve(self, who, which, how):
        roster = self.roster()
        apt = self.post_of(roster)
        self.do("approve", self.who(who, apt), roster, lambda **by: rosters.approve(roster=roster, **by))

    def move_strike(self, who, which, how):
        self.on_entry(
            "strike",
            who,
            which,
            lambda **on: entry_services.strike(reason="不符", **on),
            apt=self.post_of(self.roster()),
        )

    def move_send_back(self, who, which, how):
        roster = self.roster(which)
        steps = [None, *roster.programme.steps.order_by("position")]
        step = steps[how % (self.book.place(roster.pk) + 2 * (which % 3 == 1) or 1) % len(steps)]
        kind = {"reviewing": "_review", "checking": "_check"}.get(roster.status, "")
        self.do(
            f"return{kind}",
            self.who(who, self.post_of(roster)),
            roster,
            lambda **by: rosters.return_to(roster=roster, step=step, reason="补充", **by),
        )

    def move_revise(self, who, which, how):
        roster = self.last(Roster, status="final")
        if roster:
            by = self.who(who)
            made = self.do(
                "revise",
                by,
                roster,
                lambda **by: rosters.revise_final(roster=roster, reason="情况变化", **by),
            )
            if made:
                self.book.write(Act("draft", by.pk, made.pk, 0, self.at))
