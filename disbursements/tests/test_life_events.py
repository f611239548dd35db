"""Whatever befalls a household, no payment, receipt or signature of it is lost, and the dead are not paid."""

from datetime import date

import pytest
from django.db import transaction
from django.urls import reverse

from beneficiaries.models import HelpGiven, Household, Person
from beneficiaries.queries import facts
from beneficiaries.services import duplicates, households, life
from disbursements.models import Receipt, SheetLine
from disbursements.queries.problems import problems
from disbursements.services import receipts
from disbursements.tests import factories as make
from welfare import audit, dates, workflow
from welfare.errors import Refusal
from welfare.testing.personas import user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def made():
    """One household paid 慰问金 against a signature, a second one not paid yet."""
    made = make.office(households=2)
    made.clerk = user_with("clerk", made.township)
    made.line, made.unpaid = make.drawn_sheet(made).lines.order_by("position")
    made.receipt = make.confirmed(made, made.line)
    made.household = made.entries[0].household
    households.add_member(
        household=made.household, by=made.clerk, at=make.LATER, **make.registry.member("李秀英", "spouse")
    )
    made.kept = trace(made)
    return made


def said(made, **over):
    return {"by": made.clerk, "at": make.LATER, "reason": "入户核实"} | over


def spouse(made):
    return made.household.members.model.objects.get(name="李秀英", merged_into=None)


def another(made, name="王建国", organisation=None):
    return make.registry.household(organisation or made.sibling, head=name)


def trace(made):
    """What was chosen, paid and signed, as it stands in the books."""
    line = SheetLine.objects.get(pk=made.line.pk)
    receipt = Receipt.objects.get(pk=made.receipt.pk)
    with receipt.image.open() as image:
        picture = image.read()
    return {
        "line": (line.status, line.amount, line.name, line.recipient_id, line.entry_id),
        "receipt": (receipt.status, receipt.signer_name, receipt.line_id, picture),
        "entry": (line.entry.status, line.entry.household_id),
        "help": HelpGiven.objects.get().amount,
    }


def close_programme(made):
    workflow.perform(made.programme, "close", by=made.programme.written_by, at=make.LATER, reason="发放结束")


def a_member_joins(made):
    life.join(household=made.household, person=another(made).head, relation="other", **said(made))


def the_head_joins_another(made):
    head = made.household.head
    life.join(household=another(made), person=head, relation="other", new_head=spouse(made), **said(made))


def the_head_leaves(made):
    life.leave(
        person=made.household.head, left_on=dates.today(make.LATER), new_head=spouse(made), **said(made)
    )


def the_head_dies(made):
    life.die(person=made.household.head, died_on=dates.today(make.LATER), new_head=spouse(made), **said(made))


def the_head_dies_and_comes_back(made):
    head = made.household.head
    the_head_dies(made)
    life.bring_back(person=head, relation="spouse", **said(made))


def it_splits(made):
    life.split(household=made.household, relations={spouse(made).pk: "head"}, **said(made))


def it_moves(made):
    life.move(household=made.household, to=made.sibling, left_on=dates.today(make.LATER), **said(made))


def it_takes_another_in(made):
    life.merge(absorbed=another(made), into=made.household, **said(made))


def it_is_taken_in(made):
    close_programme(made)
    life.merge(absorbed=made.household, into=another(made), **said(made))


def it_is_archived_and_restored(made):
    close_programme(made)
    life.archive(household=made.household, **said(made))
    life.restore(household=made.household, **said(made))


def its_head_was_entered_twice(made):
    twin = another(made, name=made.household.head.name).head
    duplicates.merge_persons(survivor=made.household.head, absorbed=twin, **said(made))


EVENTS = [
    a_member_joins,
    the_head_joins_another,
    the_head_leaves,
    the_head_dies,
    the_head_dies_and_comes_back,
    it_splits,
    it_moves,
    it_takes_another_in,
    it_is_taken_in,
    it_is_archived_and_restored,
    its_head_was_entered_twice,
]


def each_undone(events):
    """The events one after another, each undone before the next: one office serves them all."""
    for event in events:
        with transaction.atomic():
            yield event
            transaction.set_rollback(True)


def survivor(made):
    found = Household.objects.select_related("organisation", "merged_into__organisation").get(
        pk=made.household.pk
    )
    return found.merged_into or found


def test_no_payment_and_no_signature_is_lost(client, made):
    for event in each_undone(EVENTS):
        name = event.__name__
        event(made)
        surviving = survivor(made)
        assert trace(made) == made.kept, name
        assert HelpGiven.objects.get().household == surviving, name
        client.force_login(user_with("clerk", surviving.organisation))  # where it is registered now
        page = client.get(f"{reverse('household', args=[surviving.pk])}?tab=help").content.decode()
        assert str(made.programme) in page, name
        assert audit.events_about(made.household).filter(action__startswith="life.").exists(), name


def test_who_was_helped_before_still_is(made):
    for event in each_undone([it_is_taken_in, it_moves]):
        event(made)
        in_its_year = date(HelpGiven.objects.get().year, 12, 31)
        assert facts.of(survivor(made), in_its_year)["helped_this_year"] is True, event.__name__


def test_the_dead_stay_on_the_roster_with_a_warning_and_are_not_paid(client, made):
    alone = made.unpaid.entry.household
    life.die(person=alone.head, died_on=dates.today(make.LATER), **said(made))
    made.unpaid.entry.refresh_from_db()
    assert made.unpaid.entry.status == "final"
    client.force_login(made.clerk)
    page = client.get(reverse("roster", args=[made.roster.pk])).content.decode()
    assert "没有在世且在册的户主，不能发放" in page
    with pytest.raises(Refusal, match="已登记去世，不能发放"):
        make.taken(made, made.unpaid)


def test_a_sheet_with_a_dead_recipient_is_not_approved():
    made = make.office(households=1)
    sheet = make.sheet(made)
    clerk = user_with("clerk", made.township)
    life.die(
        person=made.entries[0].household.head,
        died_on=dates.today(make.LATER),
        by=clerk,
        at=make.LATER,
        reason="入户核实",
    )
    assert "登记去世，不能发放" in str(problems(sheet)[0])


def test_a_household_that_moved_is_paid_where_it_was_listed(client, made):
    other = made.unpaid.entry.household
    life.move(household=other, to=made.sibling, left_on=dates.today(make.LATER), **said(made))
    receipt = make.confirmed(made, made.unpaid)
    assert receipt.status == "confirmed"
    client.force_login(made.clerk)
    assert "已不在本村" in client.get(reverse("roster", args=[made.roster.pk])).content.decode()


def test_a_receipt_voided_after_a_merge_takes_the_help_back_from_the_survivor(made):
    it_is_taken_in(made)
    receipts.void(receipt=made.receipt, by=made.accountant, at=make.LATER, reason="金额有误")
    assert HelpGiven.objects.get().state == "voided"
    assert Person.objects.filter(household=made.household).count() == 0
