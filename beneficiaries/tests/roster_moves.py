"""What people try on a roster, lawful or not: the rules of the roster's state machine, told to a ``Book``."""

import itertools
from copy import deepcopy
from datetime import timedelta

from django.db import transaction
from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from beneficiaries.enums import CriterionKind
from beneficiaries.models import (
    Assessment,
    Criterion,
    NoticeEntry,
    Objection,
    PublicNotice,
    Roster,
    SampleCheck,
)
from beneficiaries.queries import disputes as doubts
from beneficiaries.services import (
    assessments,
    checks,
    disputes,
    judgements,
    notice_channels,
    notices,
    objections,
    relatives,
    rosters,
    versions,
)
from beneficiaries.services import entries as entry_services
from beneficiaries.tests.factories import approved_programme, household
from beneficiaries.tests.roster_book import Act, Book, Said
from welfare import dates
from welfare.errors import Refusal
from welfare.models import RoleAssignment
from welfare.testing.personas import AT, make_organisations, nobody

NUMBER = st.integers(0, 119)  # divisible by every small number, so that each choice is as likely
WHO = ("clerk", "clerk", "head", "both", "inspector", "inspector", "reviewer", "reviewer")
WHO += ("approver", "approver", "every", "stranger")
_photos = itertools.count()

# Who may by her post, before four eyes are asked: numbers in ``WHO``.
CLERKS, HEADS, INSPECTORS = (0, 1, 10), (2, 3, 10), (4, 5, 10)
TOWNSHIP, COUNTY = (6, 3, 7, 8, 10), (8, 9, 10)
AT_LEVEL = {"community": CLERKS, "township": TOWNSHIP, "county": COUNTY}

# What is done where a roster stands so, the likelier the oftener it is named.
APT = {
    "drafting": "start add withdraw restore declare answer",
    "assessing": "meet meet conclude conclude waive judge doubt declare send_back answer",
    "submitting": "submit submit send_back answer",
    "on_notice": "post photograph wait close close object object assign answer answer take_down send_back",
    "checking": "draw find find finish send_back look declare answer",
    "reviewing": "approve approve strike judge look declare send_back answer assign",
    "final": "revise revise declare",
}
ALL = tuple(sorted(set(" ".join(APT.values()).split()) | {"cancel"}))


def ground(monkeypatch):
    """An office with two of everybody, a head who reviews besides, one who came to hold every post, and a stranger.

    Families in two categories: the first is judged, the last asks for nothing. Photos are bytes, not pictures.
    """
    monkeypatch.setattr(notice_channels.images, "clean_photo", lambda photo: photo)
    monkeypatch.setattr(notice_channels.images, "thumbnail", lambda kept: kept)
    places = make_organisations()
    places.programme = approved_programme(places.township)
    first, *_others, last = places.categories = list(places.programme.categories.order_by("precedence"))
    Criterion.objects.filter(category__programme=places.programme).exclude(
        category=first, kind=CriterionKind.JUDGED
    ).delete()
    seats = {"inspector": places.township, "reviewer": places.township, "approver": places.county}
    posts = {"both": ["head", "reviewer"], "every": ["clerk", "head", *seats]}
    places.people = []
    for role in WHO:
        person = nobody()
        for post in posts.get(role, [role.replace("stranger", "clerk")]):
            office = places.sibling if role == "stranger" else seats.get(post, places.community)
            # Straight into the table: nobody is given posts that exclude one another, but posts change.
            RoleAssignment.objects.create(user=person, role=post, organisation=office)
        places.people.append(person)
    places.homes = [household(places.community, head=f"张{name}") for name in "甲乙丙"]
    places.category_of = dict(zip([home.pk for home in places.homes], [first, last, first], strict=True))
    return places


class RosterMoves(RuleBasedStateMachine):
    """One community's rosters in one programme, from where ``start`` left them; each sequence is rolled back."""

    places = None
    begun = None  # (book, steps, time) of a beginning that is already in the database
    stress = ()  # moves tried more often than their turn

    def __init__(self):
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.people, self.homes = self.places.people, self.places.homes
        if self.begun:
            book, self.steps, self.at = self.begun
            self.book = deepcopy(book)

    def teardown(self):
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def lay(self, steps, *, lenient=False):
        """A roster of two families in drafting, of a programme with these steps."""
        programme = self.places.programme
        programme.steps.all().delete()
        for position, (kind, level, numbers) in enumerate(steps, start=1):
            programme.steps.create(position=position, kind=kind, level=level, **numbers)
        programme.closes_without_stopped = lenient
        programme.save(update_fields=["closes_without_stopped"])
        self.steps = [(kind, level) for kind, level, _numbers in steps]
        self.book, self.at = Book([(kind, numbers) for kind, _level, numbers in steps]), AT
        made = rosters.draft(
            programme=programme, organisation=self.places.community, by=self.people[0], at=self.at
        )
        self.book.write(Act("draft", self.people[0].pk, made.pk, 0, self.at))
        self.move_add(0, 0, 0)
        self.move_add(0, 1, 0)

    @classmethod
    def from_here(cls, steps, script="", lenient=False):
        """The machine whose sequences all begin with this script (moves as "name who which how"), done once."""
        machine = cls()
        machine.lay(steps, lenient=lenient)
        for line in script.split(";") if script else ():
            name, *numbers = line.split()
            times = int(numbers.pop()) if name == "go_on" and numbers else 1
            for _ in range(times):
                getattr(machine, f"move_{name}")(*[*map(int, numbers), 0, 0, 0][:3])
        machine.no_path_led_around()
        machine.atomic.__exit__(None, None, None)
        return type("FromHere", (cls,), {"begun": (machine.book, machine.steps, machine.at)})

    # -- the rules ---------------------------------------------------------------------------------

    @rule(move=NUMBER, who=NUMBER, which=NUMBER, how=NUMBER)
    def apt(self, move, who, which, how):
        """Something of what is done where the roster stands, mostly by who is there for it."""
        names = APT.get(self.roster().status, "go_on").split()
        names += [name for name in self.stress if name in names] * 4
        self.try_move(names[move % len(names)], who, which, how)

    @rule(move=NUMBER, who=NUMBER, which=NUMBER, how=NUMBER)
    def apt_again(self, **numbers):
        """Twice as often as the others."""
        self.apt(**numbers)

    @rule(move=NUMBER, who=NUMBER, which=NUMBER, how=NUMBER)
    def out_of_turn(self, move, who, which, how):
        """Anything, by anybody, wherever the roster stands."""
        self.try_move(ALL[move % len(ALL)], who, which, how)

    @rule()
    def lawfully(self):
        """Whoever may do the next thing does it, so that sequences get far."""
        self.move_go_on(0, 0, 0)

    @invariant()
    def no_path_led_around(self):
        assert not self.book.broken, "\n".join(self.book.broken)

    def try_move(self, name, who, which, how):
        note(f"{name} by {who}, {which}, {how}; {self.roster().status}")
        getattr(self, f"move_{name}")(who, which, how)

    # -- who and what ------------------------------------------------------------------------------

    def who(self, number, apt=CLERKS):
        """Two times in three one of the ``apt``; else anybody. Even numbers of the first are the first of them."""
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
            left_out = which % 4 == 1
            for entry in list(doubts.to_assess(roster, step))[left_out:]:
                kin = {staff for staff, home, _at in self.book.declared if home == entry.household_id}
                gone = kin & came if how % 3 else set()
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
        step = steps[how % (self.book.place(roster.pk) + (which % 7 == 0) or 1) % len(steps)]
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

    # -- on notice ---------------------------------------------------------------------------------

    def move_post(self, who, which, how):
        roster = self.roster()
        apt = self.post_of(roster)
        if made := self.do(
            "post", self.who(who, apt), roster, lambda **by: notices.post(roster=roster, **by)
        ):
            rows = NoticeEntry.objects.filter(notice=made).values_list("entry", "entry__category")
            self.book.notices[made.pk] = {
                "roster": roster.pk,
                "number": len(self.book.acts),
                "at": self.at,
                "rows": dict(rows),
                "photos": 0,
                "down": False,
                "closed": 0,
            }

    def move_photograph(self, who, which, how):
        notice = self.last(PublicNotice)
        if notice and self.do(
            "photograph",
            self.who(who, self.post_of(notice.roster)),
            notice.roster,
            lambda **by: notice_channels.record(
                notice=notice,
                kind="wall",
                place="公开栏",
                shown_on=dates.today(notice.posted_at),
                photo=f"photo {next(_photos)}".encode(),
                **by,
            ),
        ):
            self.book.notices[notice.pk]["photos"] += 1

    def move_wait(self, who, which, how):
        self.at += timedelta(days=how % 5)

    def move_close(self, who, which, how):
        notice = self.last(PublicNotice)
        if notice:
            self.do(
                "close",
                self.who(who, self.post_of(notice.roster)),
                notice.roster,
                lambda **by: notices.close(notice=notice, **by),
                notice=notice.pk,
            )

    def move_take_down(self, who, which, how):
        notice = self.last(PublicNotice)
        if notice and self.do(
            "take_down",
            self.who(who, self.post_of(notice.roster)),
            notice.roster,
            lambda **by: notices.withdraw(notice=notice, reason="有误", **by),
        ):
            self.book.notices[notice.pk]["down"] = True

    def move_object(self, who, which, how):
        """From the web, whose job may be slow, or told to a clerk; about a row, or somebody by name alone."""
        notice = self.last(PublicNotice)
        if not notice:
            return
        row = notice.rows.order_by("position").all()[which % 2 :].first() if how % 3 else None
        made = self.do(
            "object",
            None,
            notice.roster,
            lambda by, at: objections.file(
                notice=notice,
                content="有车",
                about="" if row else "张家",
                row_position=row and row.position,
                is_public=how % 2 == 0,
                at=at,
            ),
        )
        if made:
            self.book.said[made.pk] = Said(notice.roster_id, row and row.entry_id, self.at)

    def open_objection(self, number, **wanted):
        rows = list(Objection.objects.filter(status="open", **wanted).order_by("pk"))
        return rows[number % len(rows)] if rows else None

    def move_assign(self, who, which, how):
        found = self.open_objection(which, entry=None) or self.open_objection(which)
        row = found and found.notice.rows.order_by("position").all()[how % 2 :].first()
        if row and self.do(
            "assign",
            self.who(who, self.post_of(found.notice.roster)),
            found.notice.roster,
            lambda **by: objections.assign(objection=found, row_position=row.position, **by),
        ):
            self.book.said[found.pk].entry = row.entry_id

    def move_answer(self, who, which, how):
        found = self.open_objection(which)
        if not found:
            return
        verdict = ("dismissed", "dismissed", "upheld", "reassess")[how % 4]
        made = self.do(
            "answer",
            self.who(who, self.post_of(found.notice.roster)),
            found.notice.roster,
            lambda **by: objections.answer(
                objection=found,
                answer="已核实",
                is_upheld={"dismissed": False, "upheld": True}.get(verdict),
                action="reassess" if verdict == "reassess" else "checked",
                **by,
            ),
            entry=found.entry_id,
            home=found.entry and found.entry.household_id,
        )
        if made:
            self.book.said[found.pk].verdict, self.book.said[found.pk].answered_at = verdict, self.at

    # -- checking ----------------------------------------------------------------------------------

    def move_draw(self, who, which, how):
        roster = self.roster()
        if made := self.do(
            "draw",
            self.who(who, INSPECTORS),
            roster,
            lambda **by: checks.draw(roster=roster, seed=f"{which}", **by),
        ):
            drawn = made.findings.values_list("entry", flat=True)
            self.book.samples[made.pk] = {
                "roster": roster.pk,
                "number": len(self.book.acts),
                "drawn": dict.fromkeys(drawn),
            }

    def move_find(self, who, which, how):
        check = self.last(SampleCheck)
        finding = check and check.findings.order_by("pk").all()[which % 2 :].first()
        if finding and self.do(
            "find",
            self.who(who, INSPECTORS),
            check.roster,
            lambda **by: checks.record_finding(finding=finding, is_true=how % 3 > 0, text="看过", **by),
            home=finding.entry.household_id,
        ):
            self.book.samples[check.pk]["drawn"][finding.entry_id] = how % 3 > 0

    def move_finish(self, who, which, how):
        check = self.last(SampleCheck)
        if check:
            self.do(
                "finish",
                self.who(who, INSPECTORS),
                check.roster,
                lambda **by: checks.finish(check=check, **by),
                check=check.pk,
            )

    # -- relatives ---------------------------------------------------------------------------------

    def move_declare(self, who, which, how):
        """A family's head is a relative of somebody here."""
        head = self.homes[which % len(self.homes)].head
        staff = self.people[how % 10]
        made = self.do(
            "declare",
            self.people[0],
            self.roster(),
            lambda **by: relatives.declare(
                organisation=self.places.community,
                staff=staff,
                staff_name=staff.full_name,
                name=head.name,
                person=head,
                kinship="sibling",
                **by,
            ),
        )
        if made:
            self.book.declared.append((staff.pk, head.household_id, self.at))

    def move_look(self, who, which, how):
        is_true = how % 3 > 0
        self.on_entry(
            "look",
            who,
            which,
            lambda **on: relatives.check(
                is_true=is_true, finding="当面看过", checked_on=dates.today(self.at), **on
            ),
            apt=INSPECTORS,
            is_true=is_true,
        )

    # -- whoever may -------------------------------------------------------------------------------

    def move_go_on(self, who, which, how):
        """The next thing, by the first for whom it succeeds."""
        status = self.roster().status
        before = self.book.stands.copy()
        names = {
            "drafting": "start",
            "assessing": "waive meet conclude",
            "submitting": "submit",
            "on_notice": "post photograph wait close",
            "checking": "look draw find find finish",
            "reviewing": "look approve",
            "final": "revise",
        }
        for number in (0, 3, 6):
            for turn, name in enumerate(names.get(status, "").split()):
                getattr(self, f"move_{name}")(number, 2 * (turn % 2), 4)
            if self.book.stands != before:
                return
