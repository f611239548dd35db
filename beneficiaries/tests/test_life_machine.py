"""Any sequence of life events, by the refusals or past them, keeps what they all promise."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from beneficiaries.enums import Relation
from beneficiaries.models import BankAccount, Hardship, HelpGiven, Household, Person, RosterEntry
from beneficiaries.services import duplicates, life
from beneficiaries.services import help as help_given
from beneficiaries.tests import factories
from welfare.errors import Refusal
from welfare.testing.personas import AT, make_organisations

SAID = {"by": None, "at": AT, "reason": "核实"}
TODAY = AT.date()
any_one = st.integers(0, 10**6)
relation = st.sampled_from([one for one in Relation.values if one != Relation.HEAD])


def three_families():
    """Three families in two communities, who hold something, have cards, and were helped. Returns the organisations."""
    places = make_organisations()
    programme = factories.approved_programme(places.township)
    roster = factories.drafted_roster(programme, places.community, households=0)
    category = programme.categories.first()
    for place, name in (
        (places.community, "张大明"),
        (places.community, "王建国"),
        (places.sibling, "李秀英"),
    ):
        card = {"bank_name": "农商银行", "bank_number": factories.bank_number()}
        made = factories.household(
            place,
            head={"name": name, **card},
            members=[factories.member(f"{name[0]}小明"), factories.member(f"{name[0]}小红")],
            categories=["low_income", "veteran"],
        )
        for holder in ({"household": made}, {"person": made.head}):
            entry = RosterEntry(roster=roster, programme=programme, category=category, **holder)
            help_given.record(entry=entry, source_key=f"{made.pk}-{[*holder]}", amount=100, received_at=AT)
    return places


class LifeMachine(RuleBasedStateMachine):
    """What happens to them is drawn at random; each sequence is rolled back."""

    places = None

    def __init__(self):
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.before = self.totals()

    def teardown(self):
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def totals(self):
        return {
            "persons": Person.objects.count(),
            "hardships": Hardship.objects.count(),
            "cards": BankAccount.objects.count(),
            "help": (HelpGiven.objects.count(), sum(HelpGiven.objects.values_list("amount", flat=True))),
        }

    def person(self, number):
        people = Person.objects.select_related("household__organisation").order_by("pk")
        return people[number % people.count()]

    def household(self, number):
        rows = Household.objects.select_related("organisation").order_by("pk")
        return rows[number % rows.count()]

    def do(self, event, **facts):
        try:
            event(**facts, **SAID)
        except Refusal as refusal:
            assert refusal.message

    @rule(who=any_one, where=any_one, as_what=relation, head=any_one)
    def join(self, who, where, as_what, head):
        self.do(
            life.join,
            person=self.person(who),
            household=self.household(where),
            relation=as_what,
            new_head=self.person(head),
        )

    @rule(who=any_one, head=any_one)
    def leave(self, who, head):
        self.do(life.leave, person=self.person(who), left_on=TODAY, new_head=self.member_beside(who, head))

    @rule(who=any_one, head=any_one)
    def die(self, who, head):
        self.do(life.die, person=self.person(who), died_on=TODAY, new_head=self.member_beside(who, head))

    @rule(who=any_one, as_what=relation)
    def bring_back(self, who, as_what):
        self.do(life.bring_back, person=self.person(who), relation=as_what)

    @rule(where=any_one, chosen=st.lists(any_one, min_size=1, max_size=2), head=any_one)
    def split(self, where, chosen, head):
        household = self.household(where)
        members = list(household.members.present().order_by("pk")) or [self.person(head)]
        going = {members[number % len(members)].pk for number in chosen}
        relations = dict.fromkeys(going, Relation.CHILD) | {min(going): Relation.HEAD}
        self.do(life.split, household=household, relations=relations, new_head=members[head % len(members)])

    @rule(one=any_one, other=any_one)
    def merge(self, one, other):
        self.do(life.merge, absorbed=self.household(one), into=self.household(other))

    @rule(where=any_one, to=st.sampled_from(["community", "sibling", "other_community", "township"]))
    def move(self, where, to):
        self.do(life.move, household=self.household(where), to=getattr(self.places, to), left_on=TODAY)

    @rule(where=any_one, is_kept=st.booleans())
    def archive(self, where, is_kept):
        self.do(life.archive, household=self.household(where))
        if not is_kept:
            self.restore(where)

    @rule(where=any_one)
    def restore(self, where):
        self.do(life.restore, household=self.household(where))

    @rule(one=any_one, other=any_one, head=any_one)
    def one_person(self, one, other, head):
        self.do(
            duplicates.merge_persons,
            survivor=self.person(one),
            absorbed=self.person(other),
            new_head=self.member_beside(other, head),
        )

    def member_beside(self, who, head):
        beside = self.person(who).household.members.present().exclude(pk=self.person(who).pk).order_by("pk")
        return beside[head % len(beside)] if beside else None

    @invariant()
    def exactly_one_living_head(self):
        for household in Household.objects.current().prefetch_related("members"):
            present = [one for one in household.members.all() if one.is_present]
            heads = [one for one in present if one.relation == Relation.HEAD]
            assert len(heads) == 1, (household, present)

    @invariant()
    def nothing_is_lost_and_help_follows_the_living(self):
        assert self.totals() == self.before
        assert not HelpGiven.objects.exclude(household__merged_into=None).exists()
        assert not HelpGiven.objects.exclude(person__merged_into=None).exists()
        assert not Household.objects.filter(is_archived=False, merged_into__isnull=False).exists()


@pytest.mark.django_db
def test_any_sequence_of_life_events_keeps_what_they_promise(monkeypatch):
    monkeypatch.setattr(LifeMachine, "places", three_families())
    run_state_machine_as_test(
        LifeMachine,
        settings=settings(
            max_examples=6, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
