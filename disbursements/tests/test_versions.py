"""A roster is revised after sheets were drawn up: paid entries are found, and never paid twice."""

import time

import pytest
from django.db import IntegrityError, transaction

from beneficiaries.enums import RosterStatus
from beneficiaries.models import HelpGiven, Roster
from beneficiaries.queries import rosters as roster_queries
from beneficiaries.services import entries as entry_services
from beneficiaries.services import rosters, versions
from beneficiaries.tests.factories import Cast, household, walk
from disbursements.enums import SheetKind
from disbursements.models import SheetLine
from disbursements.queries import payable
from disbursements.queries.problems import problems
from disbursements.queries.summary import summary
from disbursements.services import receipts, sheets
from disbursements.tests import factories as make
from visits.queries import coverage
from welfare.errors import Refusal
from welfare.testing.personas import AT, user_with
from welfare.testing.races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def made():
    return make.office(households=3)


def revised(made, *, dropping=(), adding=0, changing=(), until=RosterStatus.FINAL):
    """The second version of the office's roster, walked by people of its own."""
    clerk = user_with("clerk", made.community)
    second = rosters.revise_final(
        roster=Roster.objects.get(pk=made.roster.pk), by=clerk, at=AT, reason="情况变化"
    )
    for position in dropping:
        entry = second.entries.get(position=position)
        entry_services.withdraw(entry=entry, by=clerk, at=AT, reason="已搬走")
    other = made.programme.categories.order_by("precedence").last()
    for position in changing:
        entry = second.entries.get(position=position)
        versions.change_category(entry=entry, category=other, by=clerk, at=AT, reason="查实为重病")
    for _ in range(adding):
        entry_services.add(
            roster=second,
            category=made.programme.categories.order_by("precedence").first(),
            origin="nomination",
            household=household(made.community, head="何大山"),
            reason="漏列",
            by=clerk,
            at=AT,
        )
    walk(second, until=until, cast=Cast(made.community))
    second.refresh_from_db()
    return second


def payables(roster, kind=SheetKind.CASH):
    return payable.payables(rosters=[roster], kind=kind)


def test_who_stands_on_a_sheet_of_the_first_version_is_not_payable_by_the_second(made):
    paid = make.drawn_sheet(made)
    make.confirmed(made, paid.lines.order_by("position").first())
    second = revised(made, adding=1)
    assert [row.entry.position for row in payables(second)] == [4]
    assert payable.waiting(made.programme, made.township)[SheetKind.CASH] == 1
    sheet = make.sheet(made, rosters=[second])
    assert [line.entry.position for line in sheet.lines.all()] == [4]
    with pytest.raises(Refusal, match="没有还需领取现金的对象"):
        make.sheet(made, rosters=[second])


def test_the_first_version_is_paid_while_the_second_walks_and_not_after(made):
    second = revised(made, until=RosterStatus.ON_NOTICE)
    assert len(payables(made.roster)) == 3
    assert payables(second) == []
    with pytest.raises(Refusal, match="定案后才能造表"):
        make.sheet(made, rosters=[second])
    walk(second, cast=Cast(made.community), at=AT)
    assert len(payables(second)) == 3
    with pytest.raises(Refusal, match="已被新版取代"):
        make.sheet(made)


def test_the_database_refuses_a_second_line_for_another_version(made):
    line = make.sheet(made).lines.order_by("position").first()
    second = revised(made)
    copy = second.entries.get(position=line.entry.position)
    line.pk, line.entry, line.position = None, copy, 99
    with pytest.raises(IntegrityError, match="sheet_line_entry_once_per_kind"), transaction.atomic():
        line.save(force_insert=True)


def test_help_given_before_the_revision_is_found_after_it(made):
    paid = make.drawn_sheet(made)
    line = make.confirmed(made, paid.lines.order_by("position").first()).line
    home = line.entry.household
    revised(made)
    assert HelpGiven.objects.get(household=home).amount == line.amount
    figures = summary(made.programme).totals
    assert figures.households == 1
    assert figures.entries == 3


def test_a_draft_sheet_is_not_approved_with_who_was_dropped_or_changed(made):
    sheet = make.sheet(made)
    second = revised(made, dropping=[1], changing=[2])
    found = [str(problem) for problem in problems(sheet)]
    assert len(found) == 2
    assert "不列入" in found[0]
    assert "已改为“其他特殊困难群众”" in found[1]
    with pytest.raises(Refusal):
        sheets.approve(sheet=sheet, by=made.approver, at=make.LATER)
    sheets.void(sheet=sheet, by=made.accountant, at=make.LATER, reason="名册已修订")
    redrawn = sheets.draw_again(sheet=sheet, by=made.accountant, at=make.LATER)
    assert list(redrawn.rosters.all()) == [second]
    assert [line.entry.position for line in redrawn.lines.order_by("position")] == [2, 3]
    assert problems(redrawn) == []


def test_a_sheet_whose_lines_still_stand_is_approved_after_the_revision(made):
    sheet = make.sheet(made)
    revised(made, adding=1)
    assert problems(sheet) == []
    assert sheets.approve(sheet=sheet, by=made.approver, at=make.LATER).status == "approved"


def test_who_was_dropped_is_not_handed_what_was_drawn(made):
    sheet = make.drawn_sheet(made)
    first, second_line, _third = sheet.lines.order_by("position")
    receipt = make.taken(made, first)
    revised(made, dropping=[1])
    with pytest.raises(Refusal, match="修订后的名册已不列入"):
        receipts.confirm(receipt=receipt, by=made.member, at=make.LATER)
    make.confirmed(made, second_line)
    assert SheetLine.objects.filter(status="received").count() == 1


def test_a_visit_to_the_first_version_counts_for_the_second(made):
    visit = make.visit(made, made.entries[0])
    sheet = make.sheet(made)
    second = revised(made)
    entries = coverage.entries_to_visit([made.programme])
    assert coverage.without_visit(entries).count() == 2
    assert [place.planned for place in coverage.by_organisation(entries)] == [1]
    copy = second.entries.get(position=1)
    with pytest.raises(Refusal, match="不能重复安排"):
        make.visit(made, copy)
    sheets.approve(sheet=sheet, by=made.approver, at=make.LATER)
    made.custody = sheets.hand_out(sheet=sheet, team=made.team, by=made.keeper, to=made.leader, at=make.LATER)
    line = sheet.lines.get(entry=made.entries[0])
    make.confirmed(made, line, visit=visit)
    line.refresh_from_db()
    assert line.status == "received"


def test_a_line_of_the_second_version_is_signed_for_at_a_visit_to_the_first(made):
    visit = make.visit(made, made.entries[0])
    second = revised(made)
    sheet = make.drawn_sheet(made, rosters=[second])
    line = sheet.lines.get(entry__position=1)
    assert line.entry != made.entries[0]
    make.confirmed(made, line, visit=visit)
    line.refresh_from_db()
    assert line.status == "received"


def test_a_visit_planned_for_the_first_version_is_one_to_the_entry_that_stands(made):
    second = revised(made, dropping=[2])
    assert make.visit(made, made.entries[0]).entry == second.entries.get(position=1)
    with pytest.raises(Refusal, match="修订后的名册已不列入"):
        make.visit(made, made.entries[1])


def test_final_entries_are_of_the_standing_version_alone(made):
    second = revised(made, dropping=[2])
    found = roster_queries.final_entries(made.programme)
    assert [(entry.roster, entry.position) for entry in found] == [(second, 1), (second, 3)]


# -- at once -------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_sheet_of_the_old_version_and_the_approval_of_the_new_one_at_once(monkeypatch):
    made = make.office(households=2)
    second = revised(made, until=RosterStatus.REVIEWING)
    reviewer = user_with("reviewer", made.township)
    slow = sheets.payables

    def payables_slowly(**asked):
        found = slow(**asked)
        time.sleep(0.3)
        return found

    monkeypatch.setattr(sheets, "payables", payables_slowly)
    at_once(
        lambda: make.sheet(made),
        lambda: rosters.approve(roster=Roster.objects.get(pk=second.pk), by=reviewer, at=make.LATER),
    )
    second.refresh_from_db()
    assert second.status == RosterStatus.FINAL
    if payables(second):
        make.sheet(made, rosters=[second])
    lineages = list(SheetLine.objects.live().order_by("pk").values_list("lineage", flat=True))
    assert sorted(lineages) == sorted(set(lineages))
    assert len(lineages) == 2
