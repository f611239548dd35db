"""The rules of the procedure once more, told from what was done: the oracle of the roster's state machine.

``Book`` is told each act that succeeded (who, on which roster, where it stood, when) and looks at bare rows
afterwards: where each roster stands, which entries it lists. It calls nothing that guards the product, and
keeps in ``broken`` every path that led around a step, a quorum, an open objection, a check or four eyes.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from beneficiaries.models import Roster, RosterEntry
from welfare import dates

LIVE = ("listed", "stopped", "final")
STANDS_AT = {
    "assessment": "assessing",
    "submission": "submitting",
    "notice": "on_notice",
    "check": "checking",
    "approval": "reviewing",
}
TAKES_ON = {
    "assessment": ("conclude", "waive"),
    "submission": ("submit",),
    "notice": ("close",),
    "check": ("finish",),
    "approval": ("approve",),
}
DUTY = {
    **dict.fromkeys(("draft", "add", "start", "withdraw", "restore"), "drafting"),
    **dict.fromkeys(("meet", "conclude", "waive", "judge"), "assessing"),
    "submit": "submitting",
    **dict.fromkeys(("draw", "find", "finish", "look"), "checking"),
    **dict.fromkeys(("approve", "strike", "judge_in_review", "return_review"), "approving"),
    "revise": "drafting",
    "return_check": "checking",
}
DECIDED = {"submitting", "checking", "approving"}
FORBIDS = {
    "drafting": DECIDED,
    "assessing": DECIDED,
    "submitting": {"drafting"},
    "checking": {"drafting", "assessing", "submitting", "approving"},
    "approving": {"drafting", "assessing", "submitting", "checking", "approving"},
}
ON_ONE = ("strike", "judge", "judge_in_review", "look", "find", "answer")


@dataclass
class Act:
    """One thing that somebody did: ``place`` is the number of the step where the roster stood, 0 in drafting."""

    what: str
    by: int | None
    roster: int
    place: int
    at: object
    more: dict = field(default_factory=dict)

    @property
    def duty(self):
        return DUTY.get(self.what)


@dataclass
class Said:
    """One objection: about which entry (None: nobody yet), to which roster's notice, and what became of it."""

    roster: int
    entry: int | None
    at: object
    verdict: str = ""  # upheld, dismissed or reassess, once answered
    answered_at: object = None


class Book:
    """What was done on the rosters of one community in one programme, and what of it broke a rule."""

    def __init__(self, steps):
        self.steps = steps  # [(kind, numbers)], in order
        self.acts, self.broken = [], []
        self.stands, self.comes_from = {}, {}  # roster: (place, status), the rosters it continues
        self.arrived = {}  # roster: number of acts when it came to where it stands
        self.meetings, self.notices, self.samples = {}, {}, {}
        self.said, self.declared = {}, []  # objections; (member of staff, household, when)

    # -- writing -----------------------------------------------------------------------------------

    def write(self, act):
        """Enter one act that succeeded, and see what it did to the rosters."""
        self._hands(act)
        self.acts.append(act)
        rows = Roster.objects.values_list("pk", "status", "step__position", "replaces", "supplement_to")
        now = {}
        for pk, status, place, *parents in rows:
            self.comes_from[pk] = [parent for parent in parents if parent]
            now[pk] = (place or 0, status)
        for pk, here in sorted(now.items()):
            before = self.stands.get(pk)
            if here != before or (pk == act.roster and act.what.startswith("return")):
                self._moved(pk, before, here, act)
        self.stands = now

    def place(self, roster):
        return self.stands.get(roster, (0, ""))[0]

    def step(self, place):
        return self.steps[place - 1]

    def case(self, roster):
        """The roster and all that it continues."""
        found = [roster]
        for one in found:
            found += self.comes_from.get(one, [])
        return set(found)

    def fail(self, text, act):
        self.broken.append(f"{text}: {act}")

    def entries(self, roster, *statuses):
        """{id: (household, category, status)} of the roster's entries, as the rows have them."""
        rows = RosterEntry.objects.filter(roster=roster, status__in=statuses or LIVE)
        return {
            pk: (home, category, status)
            for pk, home, category, status in rows.values_list("pk", "household", "category", "status")
        }

    # -- four eyes ---------------------------------------------------------------------------------

    def _hands(self, act):
        """Nobody decides on what she had a hand in at another step, on this version or an earlier one."""
        forbidden = FORBIDS.get(act.duty, ()) if act.what != "return_check" else ()
        for earlier in self.acts:
            if earlier.by == act.by and earlier.duty in forbidden:
                same_step = act.place and act.place == earlier.place
                if earlier.roster in self.case(act.roster) and not same_step:
                    self.fail(f"four eyes ({earlier.what} before)", act)
        own = {home for staff, home, _at in self.declared if staff == act.by}
        if act.what in ON_ONE and act.more["home"] in own:
            self.fail("acted on her own relative", act)
        if act.what == "approve" and own:
            homes = {
                home for home, _category, _status in self.entries(act.roster, "listed", "final").values()
            }
            if own & homes:
                self.fail("agreed to her own relative", act)

    # -- step by step ------------------------------------------------------------------------------

    def _moved(self, roster, before, here, act):
        (place, status), (was, had) = here, before or (0, "")
        forward = place == was + 1 or (status == "final" and was == len(self.steps))
        if place and status != STANDS_AT[self.step(place)[0]]:
            self.fail(f"stands as {status} at {self.step(place)[0]}", act)
        if before is None:
            if here != (0, "drafting"):
                self.fail("a roster begins elsewhere", act)
        elif roster == act.roster and act.what.startswith("return"):
            if place >= was:
                self.fail("returned forward", act)
        elif forward and (roster, had) == (act.roster, had):
            self._taken_on(roster, was, status, act)
        elif status == "superseded" and had == "final":
            if roster not in self.comes_from[act.roster] or act.what not in sum(TAKES_ON.values(), ()):
                self.fail("superseded by nothing", act)
        elif not (status == "cancelled" and had == "drafting" and act.what == "cancel"):
            self.fail(f"went from {was} {had} to {place} {status}", act)
        self.arrived[roster] = len(self.acts)
        if status == "final":
            self._final(roster, act)

    def _taken_on(self, roster, place, status, act):
        if not place:
            if act.what != "start":
                self.fail("started by nobody", act)
            return
        kind, numbers = self.step(place)
        if act.what not in TAKES_ON[kind]:
            self.fail(f"{kind} passed", act)
            return
        going_on = set(self.entries(roster, "listed", "final"))
        if self.entries(roster, "stopped"):
            self.fail("a stopped entry goes on", act)
        getattr(self, f"_{kind}")(roster, numbers, going_on, act)

    def _submission(self, roster, numbers, going_on, act):
        pass

    def _approval(self, roster, numbers, going_on, act):
        pass

    def _assessment(self, roster, numbers, going_on, act):
        doubted = self.doubted(going_on)
        if act.what == "waive":
            if not numbers.get("is_for_disputed") or doubted:
                self.fail("assessment waived over a doubt", act)
            return
        meeting = self.meetings[act.more["meeting"]]
        if meeting["roster"] != roster or meeting["number"] < self.arrived[roster]:
            self.fail("a meeting of another time", act)
        present, expected = len(meeting["present"]), meeting["expected"]
        if not present or (numbers.get("quorum_share") and present * 3 < expected * 2):
            self.fail(f"no quorum ({present} of {expected})", act)
        for pk in doubted if numbers.get("is_for_disputed") else going_on:
            votes = meeting["votes"].get(pk)
            if votes is None:
                self.fail(f"entry {pk} not voted on", act)
            else:
                self._votes(pk, votes, meeting, numbers, act)

    def _votes(self, entry, votes, meeting, numbers, act):
        cast = votes["agree"] + votes["against"]
        if cast + len(votes["gone"]) != len(meeting["present"]):
            self.fail("votes do not add up", act)
        passes = votes["agree"] * 3 >= cast * 2 if numbers.get("pass_share") else votes["agree"] * 2 > cast
        if not passes:
            self.fail(f"entry {entry} voted down goes on", act)
        for staff, home, _at in self.declared:
            if home == votes["home"] and staff in meeting["present"] and staff not in votes["gone"]:
                self.fail("a relative voted", act)

    def doubted(self, entries):
        """Whom somebody marked, objected to (and was answered) or found untrue."""
        marked = {act.more["entry"] for act in self.acts if act.what == "doubt"}
        heard = {one.entry for one in self.said.values() if one.verdict}
        return {pk for pk in entries if pk in marked | heard or self.finding(pk) is False}

    def _notice(self, roster, numbers, going_on, act):
        notice = self.notices[act.more["notice"]]
        if notice["roster"] != roster or notice["number"] < self.arrived[roster] or notice["down"]:
            self.fail("a notice of another time", act)
        last = dates.today(notice["at"]) + timedelta(days=numbers["days"])
        if dates.today(act.at) <= last:
            self.fail(f"closed on {dates.today(act.at)}, shown until {last}", act)
        if not notice["photos"]:
            self.fail("nobody saw it on the wall", act)
        if going_on - set(notice["rows"]):
            self.fail("goes on without being shown", act)
        notice["closed"] = len(self.acts)
        self._answered(roster, going_on, act)

    def _answered(self, roster, going_on, act):
        """Every objection ever filed against those who go on, or against nobody by number, has its answer."""
        for one in self.said.values():
            if not one.verdict and (one.entry in going_on or (not one.entry and one.roster == roster)):
                self.fail(f"open objection {one}", act)

    def _check(self, roster, numbers, going_on, act):
        sample = self.samples[act.more["check"]]
        if sample["roster"] != roster or sample["number"] < self.arrived[roster]:
            self.fail("a check of another time", act)
        if len(sample["drawn"]) < min(numbers["sample_number"], len(going_on)):
            self.fail("the sample is too small", act)
        if any(sample["drawn"][pk] is None for pk in sample["drawn"] if pk in going_on):
            self.fail("a finding is missing", act)

    def finding(self, entry):
        """What the last look at the entry in a check found: True, False, or None for no look."""
        found = None
        for sample in self.samples.values():
            found = sample["drawn"].get(entry) if sample["drawn"].get(entry) is not None else found
        return found

    # -- the end -----------------------------------------------------------------------------------

    def _final(self, roster, act):
        rows = self.entries(roster)
        if not rows or {status for _home, _category, status in rows.values()} != {"final"}:
            self.fail(f"final with {rows}", act)
        homes = [home for home, _category, _status in rows.values()]
        if len(homes) != len(set(homes)):
            self.fail("somebody is final twice", act)
        self._answered(roster, set(rows), act)
        dead = self._dead()
        for pk, (home, category, _status) in rows.items():
            if pk in dead:
                self.fail(f"entry {pk} taken off is final", act)
            if self.finding(pk) is False:
                self.fail(f"entry {pk} found untrue is final", act)
            self._looked_at(pk, home, act)
            self._shown(roster, pk, category, act)
        for one in self.said.values():
            if one.entry in rows and (one.verdict == "upheld" or self._awaits_a_vote(one)):
                self.fail(f"final against {one}", act)

    def _dead(self):
        """Entries struck, or withdrawn and not taken in again."""
        found = set()
        for act in self.acts:
            if act.what in ("withdraw", "strike"):
                found.add(act.more["entry"])
            elif act.what == "restore":
                found.discard(act.more["entry"])
        return found

    def _awaits_a_vote(self, one):
        """A new assessment was promised, and no meeting since has voted on the entry."""
        return one.verdict == "reassess" and not any(
            meeting["at"] > one.answered_at and meeting["concluded"] and one.entry in meeting["votes"]
            for meeting in self.meetings.values()
        )

    def _looked_at(self, entry, home, act):
        """Whose relative works here was seen in person since that was declared, and it was true."""
        looks = [one for one in self.acts if one.what == "look" and one.more["entry"] == entry]
        for _staff, of, at in self.declared:
            since = [look for look in looks if look.at > at]
            if of == home and not (since and since[-1].more["is_true"]):
                self.fail(f"relative {entry} not looked at, or untrue", act)

    def _shown(self, roster, entry, category, act):
        """As last shown to the public in a round that ran its time, so decided."""
        if not any(kind == "notice" for kind, _numbers in self.steps):
            return
        rounds = [one for one in self.notices.values() if one["roster"] == roster and one["closed"]]
        last = max(rounds, key=lambda one: one["closed"], default={"rows": {}})
        if last["rows"].get(entry) != category:
            self.fail(f"entry {entry} not shown as decided", act)
