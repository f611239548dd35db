"""Two people at once, with real transactions: one judges, one moves; the other reads a sentence."""

import pytest
from django.db import transaction

from beneficiaries.enums import Verdict
from beneficiaries.models import DuplicatePair, Household, Person
from beneficiaries.services import duplicates, life
from beneficiaries.tests import factories
from welfare.models import AuditEvent
from welfare.testing.personas import AT, user_with
from welfare.testing.races import at_once, meeting

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clerks(tree):
    return [user_with("clerk", tree.township) for _ in range(2)]


@pytest.fixture
def pair(tree):
    """赵桂兰 on file twice, each record with a household of its own."""
    first = factories.household(tree.community, head="赵桂兰")
    factories.household(
        tree.sibling, head={"name": "赵桂兰", "id_number": "", "birth_on": first.head.birth_on}
    )
    duplicates.scan(organisation=tree.township, at=AT)
    return DuplicatePair.objects.get()


def said(by):
    return {"by": by, "at": AT, "reason": "入户核实"}


def fresh(pair):
    return DuplicatePair.objects.get(pk=pair.pk)


def test_two_judge_the_same_pair_and_one_verdict_stands(pair, clerks):
    first, second = clerks
    got = at_once(
        lambda: duplicates.different(pair=fresh(pair), **said(first)),
        lambda: duplicates.same(pair=fresh(pair), survivor=pair.first, **said(second)),
    )
    assert sorted(answer == "done" for answer in got) == [False, True]
    assert "刚由" in next(answer for answer in got if answer != "done")
    is_merged = Person.objects.exclude(merged_into=None).exists()
    assert (fresh(pair).verdict == Verdict.SAME) is is_merged
    assert AuditEvent.objects.filter(action="duplicate.judge").count() == 1


def test_the_control_without_the_lock_judges_twice(pair, clerks):
    """The race is real: reading the verdict, thinking and writing without the lock decides twice."""
    thinking = meeting()

    def careless(user, verdict):
        with transaction.atomic():
            read = fresh(pair)
            thinking.wait()
            if read.verdict == "":
                DuplicatePair.objects.filter(pk=read.pk).update(verdict=verdict, judged_by=user, judged_at=AT)

    got = at_once(
        *(
            lambda user=user, verdict=verdict: careless(user, verdict)
            for user, verdict in zip(clerks, Verdict.values, strict=True)
        )
    )
    assert got == ["done", "done"]  # both believe that theirs stands


def test_two_merge_two_households_in_opposite_directions_and_one_is_left(tree, clerks):
    one, other = (factories.household(tree.community, head=name) for name in ("张大明", "王建国"))
    got = at_once(
        *(
            lambda a=absorbed, b=into, user=user: life.merge(
                absorbed=Household.objects.get(pk=a.pk), into=Household.objects.get(pk=b.pk), **said(user)
            )
            for absorbed, into, user in ((one, other, clerks[0]), (other, one, clerks[1]))
        )
    )
    assert sorted(answer == "done" for answer in got) == [False, True]
    assert "已归档" in next(answer for answer in got if answer != "done")
    left = Household.objects.current().get()
    assert left.members.present().filter(relation="head").count() == 1
    assert left.members.count() == 2


def test_a_death_and_a_split_at_once_leave_one_head_in_each_household(tree, clerks):
    family = factories.household(tree.community, members=[factories.member("李秀英", "spouse")])
    wife = family.members.get(name="李秀英")
    at_once(
        lambda: life.die(
            person=Person.objects.get(pk=family.head.pk), died_on=AT.date(), new_head=wife, **said(clerks[0])
        ),
        lambda: life.split(
            household=Household.objects.get(pk=family.pk), relations={wife.pk: "head"}, **said(clerks[1])
        ),
    )
    for household in Household.objects.current():
        assert household.members.present().filter(relation="head").count() == 1


def test_two_scans_at_once_find_each_pair_once(pair, tree):
    DuplicatePair.objects.all().delete()
    got = at_once(*(lambda: duplicates.scan(organisation=tree.township, at=AT) for _ in range(2)))
    assert got == ["done", "done"] and DuplicatePair.objects.count() == 1
