"""The roster's state machine: a ground, the rules by which moves are tried, and a ``Book`` that must stay clean."""

from copy import deepcopy

from django.db import transaction
from hypothesis import assume, note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from beneficiaries.enums import CriterionKind, Fact, Operator
from beneficiaries.models import Criterion
from beneficiaries.services import rosters
from beneficiaries.tests.factories import approved_programme, household
from beneficiaries.tests.roster_book import Act, Book
from beneficiaries.tests.roster_moves import Moves
from beneficiaries.tests.roster_public_moves import PublicMoves
from welfare import images
from welfare.models import RoleAssignment
from welfare.testing.personas import AT, make_organisations, nobody

NUMBER = st.integers(0, 119)  # divisible by every small number, so that each choice is as likely
WHO = ("clerk", "clerk", "head", "both", "inspector", "inspector", "reviewer", "reviewer")
WHO += ("approver", "approver", "every", "stranger")

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

    Families in two categories: the first is judged, the last takes everybody. Photos are bytes, not pictures.
    """
    monkeypatch.setattr(images, "clean_photo", lambda photo: photo)
    monkeypatch.setattr(images, "thumbnail", lambda kept: kept)
    places = make_organisations()
    places.programme = approved_programme(places.township)
    first, *_others, last = places.categories = list(places.programme.categories.order_by("precedence"))
    Criterion.objects.filter(category__programme=places.programme).exclude(
        category=first, kind=CriterionKind.JUDGED
    ).delete()
    last.criteria.create(fact=Fact.MEMBER_COUNT, operator=Operator.AT_LEAST, value="1")
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


class RosterMachine(Moves, PublicMoves, RuleBasedStateMachine):
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
        machine.atomic.__exit__(None, None, None)
        machine.no_path_led_around()
        return type("FromHere", (cls,), {"begun": (machine.book, machine.steps, machine.at)})

    # -- the rules ---------------------------------------------------------------------------------

    @initialize(luck=NUMBER)
    def not_the_simplest(self, luck):
        """The sequence of nothing but zeros, which Hypothesis tries first, tells nothing."""
        assume(luck)

    @rule(move=NUMBER, who=NUMBER, which=NUMBER, how=NUMBER)
    def apt(self, move, who, which, how):
        """Something of what is done where the roster stands, mostly by who is there for it."""
        names = APT.get(self.roster().status, "go_on").split()
        names += [name for name in self.stress if name in names] * 12
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
                getattr(self, f"move_{name}")(number, 2 * (turn % 2), 19)
            if self.book.stands != before:
                return
