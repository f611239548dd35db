"""Versions of a final roster: the earlier one stands until the new one is final; what changed; nobody listed twice."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from beneficiaries.enums import EntryStatus, PaymentMode, RosterStatus
from beneficiaries.models import Roster, RosterEntry
from beneficiaries.queries import exclusions, roster_page, waiting
from beneficiaries.queries import rosters as queries
from beneficiaries.queries import versions as changes
from beneficiaries.services import entries as entry_services
from beneficiaries.services import notices, objections, rosters, screening, versions
from beneficiaries.tests.factories import (
    Cast,
    approved_programme,
    close_notice,
    drafted_roster,
    final_roster,
    household,
    walk,
)
from welfare import workflow
from welfare.errors import Refusal
from welfare.models import AuditEvent
from welfare.testing.personas import AT, user_with
from welfare.testing.races import at_once, meeting

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme(tree):
    return approved_programme(tree.township)


@pytest.fixture
def cast(tree):
    return Cast(tree.community)


@pytest.fixture
def first(programme, tree, cast):
    return final_roster(programme, tree.community, cast=cast)


def revise(roster, by, reason="一户搬走，一户漏列"):
    return rosters.revise_final(roster=Roster.objects.get(pk=roster.pk), by=by, at=AT, reason=reason)


def again(roster, until=RosterStatus.FINAL):
    """Walk a revision with people of its own."""
    cast = Cast(roster.organisation)
    walk(roster, until=until, cast=cast)
    roster.refresh_from_db()
    return cast


def add(roster, by, home=None):
    return entry_services.add(
        roster=roster,
        category=roster.programme.categories.order_by("precedence").first(),
        origin="nomination",
        household=home or household(roster.organisation, head="何大山"),
        reason="漏列",
        by=by,
        at=AT,
    )


def statuses(roster):
    return [entry.status for entry in roster.entries.order_by("position")]


def test_a_new_version_copies_what_stands_and_leaves_the_final_one_valid(programme, first, cast):
    second = revise(first, cast.clerk)
    assert (second.version, second.replaces, second.status) == (2, first, RosterStatus.DRAFTING)
    assert "第2版" in str(second)
    old, new = (list(roster.entries.order_by("position")) for roster in (first, second))
    assert [entry.household for entry in old] == [entry.household for entry in new]
    assert [entry.earlier for entry in new] == old
    assert [entry.lineage for entry in new] == [entry.lineage for entry in old]
    assert statuses(first) == [EntryStatus.FINAL] * 3
    assert statuses(second) == [EntryStatus.LISTED] * 3
    assert [entry.roster for entry in queries.final_entries(programme)] == [first] * 3


def test_the_earlier_version_stands_until_the_new_one_is_final(programme, first, cast):
    second = revise(first, cast.clerk)
    again(second, until=RosterStatus.REVIEWING)
    first.refresh_from_db()
    assert first.status == RosterStatus.FINAL
    again(second)
    first.refresh_from_db()
    assert (first.status, second.status) == (RosterStatus.SUPERSEDED, RosterStatus.FINAL)
    assert statuses(first) == [EntryStatus.SUPERSEDED] * 3
    assert statuses(second) == [EntryStatus.FINAL] * 3
    assert second.holds_place
    assert {entry.roster for entry in queries.final_entries(programme)} == {second}
    assert queries.standing_version(first) == second


def test_the_new_version_walks_every_step_again(first, cast):
    second = revise(first, cast.clerk)
    again(second)
    for related in ("assessments", "notices", "checks"):
        assert getattr(second, related).count() == 1
    assert {decision.outcome for decision in second.decisions.all()} == {"agreed"}


def test_a_third_version_follows_the_second(first, cast):
    second = revise(first, cast.clerk)
    again(second)
    third = revise(second, cast.clerk)
    again(third)
    assert [roster.status for roster in Roster.objects.order_by("version")] == [
        "superseded",
        "superseded",
        "final",
    ]
    assert third.version == 3
    first.refresh_from_db()
    entry = third.entries.order_by("position").first()
    assert entry.root == first.entries.order_by("position").first()
    assert queries.standing_version(first) == third


def test_a_cancelled_revision_leaves_the_final_one_and_may_be_begun_anew(first, cast):
    second = revise(first, cast.clerk)
    rosters.cancel(roster=second, by=cast.clerk, at=AT, reason="不改了")
    first.refresh_from_db()
    assert first.status == RosterStatus.FINAL
    assert statuses(first) == [EntryStatus.FINAL] * 3
    third = revise(first, cast.clerk)
    again(third)
    assert third.version == 3


def test_one_revision_at_a_time_with_a_reason_by_who_may(programme, tree, first, cast):
    with pytest.raises(Refusal, match="须写明理由"):
        revise(first, cast.clerk, reason=" ")
    for stranger, kind in (
        (user_with("clerk", tree.sibling), "permission"),
        (user_with("head", tree.community), "permission"),
    ):
        with pytest.raises(workflow.Refused) as refused:
            revise(first, stranger)
        assert refused.value.kind == kind
    revise(first, cast.clerk)
    with pytest.raises(Refusal, match="已在修订"):
        revise(first, cast.clerk)


def test_who_decided_on_the_earlier_version_does_not_draft_the_new_one(tree, first):
    both = user_with("clerk", tree.community)
    workflow.record_duty(first, by=both, duty="approving", at=AT, stage="5")
    with pytest.raises(workflow.Refused) as refused:
        revise(first, both)
    assert refused.value.kind == "four_eyes"


def test_who_drafted_the_earlier_version_does_not_decide_on_the_new_one(tree, first, cast):
    """Her entries are in it."""
    new = revise(first, user_with("clerk", tree.community))
    again(new, until=RosterStatus.REVIEWING)
    reviewer = user_with("reviewer", tree.township)
    workflow.record_duty(first, by=reviewer, duty="drafting", at=AT)
    new.refresh_from_db()
    assert waiting.without_barred([new], reviewer) == []
    with pytest.raises(workflow.Refused, match="已在此前环节承担起草") as refused:
        rosters.approve(roster=new, by=reviewer, at=AT)
    assert refused.value.kind == "four_eyes"


def test_who_decided_on_the_earlier_version_adds_nobody_to_the_new_one(tree, first):
    new = revise(first, user_with("clerk", tree.community))
    both = user_with("clerk", tree.community)
    workflow.record_duty(first, by=both, duty="approving", at=AT, stage="5")
    with pytest.raises(workflow.Refused) as refused:
        add(new, both)
    assert refused.value.kind == "four_eyes"


def test_the_chain_of_versions_costs_as_many_queries_as_it_has_links(
    programme, first, django_assert_num_queries
):
    second = revise(first, user_with("clerk", first.organisation))
    again(second)
    third = revise(second, user_with("clerk", first.organisation))
    assert [one.pk for one in queries.chain(third)] == [third.pk, second.pk, first.pk]
    with django_assert_num_queries(2):
        found = queries.origins([third, second])
    assert found == {third.pk: {third.pk, second.pk, first.pk}, second.pk: {second.pk, first.pk}}


def test_a_roster_that_is_not_final_is_not_revised(programme, tree, cast):
    roster = drafted_roster(programme, tree.community, cast=cast)
    with pytest.raises(Refusal, match="不能“修订名册”"):
        revise(roster, cast.clerk)


def test_an_ordinary_second_roster_is_still_refused(programme, tree, first, cast):
    with pytest.raises(Refusal, match="已有名册"):
        rosters.draft(programme=programme, organisation=tree.community, by=cast.clerk, at=AT)


# -- changes -------------------------------------------------------------------------------------------


def test_added_dropped_and_changed_are_told_apart(programme, first, cast):
    second = revise(first, cast.clerk)
    one, two, three = second.entries.order_by("position")
    entry_services.withdraw(entry=one, by=cast.clerk, at=AT, reason="已搬走")
    other = programme.categories.order_by("precedence").last()
    other.standards.filter(kind="cash").update(amount=300)
    versions.change_category(entry=two, category=other, by=cast.clerk, at=AT, reason="查实为重病")
    RosterEntry.objects.filter(pk=three.pk).update(family_size=9)
    programme.categories.first().standards.filter(kind="cash").update(basis="person", amount=50)
    new = add(second, cast.clerk)
    found = changes.since_last_version(Roster.objects.get(pk=second.pk))
    assert [(change.position, change.what) for change in found] == [
        (1, "去掉"),
        (2, "类别变更"),
        (3, "标准变更"),
        (4, "新增"),
    ]
    assert found[0].reason == "已搬走"
    assert (str(other) in found[1].after, found[1].reason) == (True, "调整类别：查实为重病")
    assert "450" in found[2].after
    assert found[3].name == str(new)
    assert changes.since_last_version(first) == []


def test_changes_cost_the_same_for_3_and_13_entries(programme, tree):
    counts = []
    for place, count in ((tree.community, 3), (tree.sibling, 13)):
        cast = Cast(place)
        made = final_roster(programme, place, households=count, cast=cast)
        second = revise(made, cast.clerk)
        for entry in second.entries.order_by("position")[: count // 2]:
            entry_services.withdraw(entry=entry, by=cast.clerk, at=AT, reason="已搬走")
        with CaptureQueriesContext(connection) as done:
            assert len(changes.since_last_version(Roster.objects.get(pk=second.pk))) == count // 2
        counts.append(len(done))
    assert counts[0] == counts[1] <= 9


def test_what_happened_since_the_last_return_is_listed(programme, tree, cast):
    roster = drafted_roster(programme, tree.community, cast=cast)
    walk(roster, until=RosterStatus.REVIEWING, cast=cast)
    rows = roster_page.entry_rows(roster)
    assert changes.since_last_return(roster, roster_page.papers(roster, rows).returned, rows) == []
    rosters.return_to(roster=roster, step=None, by=cast.at(roster.step), at=AT, reason="漏一户，错一户")
    later = AT.replace(hour=5)
    first = roster.entries.order_by("position").first()
    entry_services.withdraw(entry=first, by=cast.clerk, at=later, reason="有房有车")
    entry_services.add(
        roster=roster,
        category=programme.categories.first(),
        origin="nomination",
        household=household(tree.community),
        reason="漏列",
        by=cast.clerk,
        at=later,
    )
    rows = roster_page.entry_rows(roster)
    returned = roster_page.papers(roster, rows).returned
    assert returned.reason == "漏一户，错一户"
    found = changes.since_last_return(roster, returned, rows)
    assert [(change.what, change.position) for change in found] == [("新增", 4), ("撤下", 1)]
    assert (found[1].before, found[1].after, found[1].reason) == ("列入", "已撤下", "有房有车")


# -- entries of a revision -----------------------------------------------------------------------------


def test_who_was_withdrawn_from_the_revision_may_be_restored(first, cast):
    second = revise(first, cast.clerk)
    entry = second.entries.first()
    entry_services.withdraw(entry=entry, by=cast.clerk, at=AT, reason="误以为搬走")
    versions.restore(entry=entry, by=cast.clerk, at=AT, reason="并未搬走")
    assert entry.status == EntryStatus.LISTED
    new = add(second, cast.clerk)
    entry_services.withdraw(entry=new, by=cast.clerk, at=AT, reason="错列")
    with pytest.raises(Refusal, match="其他对象请重新列入"):
        versions.restore(entry=new, by=cast.clerk, at=AT, reason="恢复")
    again(second)
    assert statuses(second) == [EntryStatus.FINAL] * 3 + [EntryStatus.WITHDRAWN]


def test_who_was_dropped_is_free_only_when_the_new_version_is_final(programme, first, cast):
    second = revise(first, cast.clerk)
    entry = second.entries.first()
    home = entry.household
    entry_services.withdraw(entry=entry, by=cast.clerk, at=AT, reason="已搬走")
    category = programme.categories.first()
    again(second)
    assert not exclusions.refusal(programme, category, household=home).refusal
    third = revise(second, cast.clerk)
    assert add(third, cast.clerk, home).lineage == RosterEntry.objects.latest("pk").pk


def test_a_household_is_not_listed_elsewhere_beside_either_version(programme, tree, first, cast):
    second = revise(first, cast.clerk)
    new = add(second, cast.clerk)
    for entry in (*first.entries.all(), new):
        assert exclusions.refusal(programme, entry.category, household=entry.household).refusal
    assert screening.propose(programme=programme, organisation=tree.community, on=AT.date()) == []


def test_both_versions_count_once_in_the_quota(programme, tree, first, cast):
    programme.quota_total = 4
    programme.save()
    programme.quotas.all().delete()
    second = revise(first, cast.clerk)
    second.programme.refresh_from_db()
    add(second, cast.clerk)
    assert [place[3] for place in queries.places(second)] == [4]
    rosters.start(roster=second, by=cast.clerk, at=AT)
    other = drafted_roster(programme, tree.sibling, households=1)
    other.programme.refresh_from_db()
    assert [place[3] for place in queries.places(other)] == [5]
    with pytest.raises(Refusal, match="方案总名额 4 个，现列 5 个"):
        rosters.start(roster=other, by=other.drafted_by, at=AT)


def test_changing_a_category_is_for_drafts_with_a_reason(programme, tree, cast):
    roster = drafted_roster(programme, tree.community, cast=cast)
    entry = roster.entries.first()
    other = programme.categories.order_by("precedence").last()
    change = {"entry": entry, "category": other, "by": cast.clerk, "at": AT}
    with pytest.raises(Refusal, match="写明调整理由"):
        versions.change_category(**change, reason="")
    with pytest.raises(Refusal, match="类别没有变化"):
        versions.change_category(**change | {"category": entry.category}, reason="改")
    versions.change_category(**change, reason="查实为重病")
    entry.refresh_from_db()
    assert (entry.category, entry.status_reason) == (other, "调整类别：查实为重病")
    assert AuditEvent.objects.get(action="roster_entry.change_category").after == {"category": str(other)}
    walk(roster, until=RosterStatus.SUBMITTING, cast=cast)
    with pytest.raises(Refusal, match="不能“调整名单”"):
        versions.change_category(**change, reason="又改")


def test_changing_a_category_asks_for_caps_as_listing_does(programme, tree, cast):
    roster = drafted_roster(programme, tree.community, cast=cast)
    entry = roster.entries.first()
    other = programme.categories.order_by("precedence").last()
    type(programme).objects.filter(pk=programme.pk).update(cap_each=1)
    with pytest.raises(Refusal, match=f"不能改列“{other}”：.*超过每次最高 1.00 元") as refused:
        versions.change_category(entry=entry, category=other, by=cast.clerk, at=AT, reason="查实")
    assert refused.value.field == "category"
    entry.refresh_from_db()
    assert entry.category != other


def test_a_copy_keeps_the_way_of_payment_and_loses_old_doubts(first, cast):
    RosterEntry.objects.filter(roster=first).update(
        payment_mode=PaymentMode.BANK, doubt="旧疑义", doubted_at=AT, doubted_by=cast.clerk
    )
    second = revise(first, cast.clerk)
    assert {(entry.payment_mode, entry.doubt) for entry in second.entries.all()} == {(PaymentMode.BANK, "")}


# -- what the database refuses -------------------------------------------------------------------------


def refuses(name, act):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        act()


def copy_of(row, **changes):
    row.pk = None
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(force_insert=True)


def test_constraints_of_versions(programme, first, cast):
    second = revise(first, cast.clerk)
    rows = Roster.objects.filter(pk=second.pk)
    refuses("roster_one_revision_per_organisation", lambda: copy_of(rows.get(), version=3))
    refuses(
        "roster_one_live_per_organisation",
        lambda: copy_of(rows.get(), version=3, holds_place=True),
    )
    refuses("roster_revision_names_what_it_replaces", lambda: rows.update(replaces=None))
    refuses("roster_revision_names_what_it_replaces", lambda: rows.update(revision_reason=""))
    refuses("roster_revision_names_what_it_replaces", lambda: rows.update(replaces=second))
    refuses("roster_final_holds_its_place", lambda: rows.update(**{"status": "final"}))
    entries = RosterEntry.objects.filter(pk=second.entries.first().pk)
    refuses("roster_entry_copied_once", lambda: copy_of(entries.get()))
    refuses("roster_entry_household_once_per_programme", lambda: entries.update(holds_place=True))
    refuses("roster_entry_copy_names_earlier_and_root", lambda: entries.update(root=None))
    refuses("roster_entry_copy_names_earlier_and_root", lambda: entries.update(earlier=None))
    refuses("roster_entry_copy_names_earlier_and_root", lambda: entries.update(earlier=entries.get()))
    refuses("roster_entry_final_holds_its_place", lambda: entries.update(**{"status": "final"}))
    refuses("roster_entry_doubt_by_at_together", lambda: entries.update(doubt="有车"))
    refuses("roster_entry_doubt_by_at_together", lambda: entries.update(doubted_at=AT))
    refuses("roster_entry_doubt_by_at_together", lambda: entries.update(doubted_by=cast.clerk))


# -- two at once ---------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_clerks_revise_at_once_and_one_version_is_made(programme, tree):
    first = final_roster(programme, tree.community, households=1)
    clerks = [user_with("clerk", tree.community) for _ in range(2)]
    got = at_once(*(lambda clerk=clerk: revise(first, clerk) for clerk in clerks))
    assert sorted(answer == "done" for answer in got) == [False, True]
    assert "已在修订" in next(answer for answer in got if answer != "done")
    assert Roster.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_control_without_the_gate_runs_into_the_database(programme, tree):
    """The race is real: asking first and writing after, without the lock, both find no revision."""
    first = final_roster(programme, tree.community, households=1)
    clerk, thinking = user_with("clerk", tree.community), meeting()

    def careless():
        with transaction.atomic():
            assert queries.revision_of(first) is None
            thinking.wait()
            copy_of(
                Roster.objects.get(pk=first.pk),
                **{"status": "drafting"},
                version=2,
                replaces=first,
                revision_reason="修订",
                holds_place=False,
                drafted_by=clerk,
                finalised_at=None,
                finalised_by=None,
            )

    got = at_once(careless, careless)
    assert sorted(answer == "done" for answer in got) == [False, True]
    assert "roster_version_once" in next(answer for answer in got if answer != "done")


# -- a revision whose notice closes without a stopped entry ---------------------------------------------


@pytest.fixture
def carried(programme, first, cast):
    """(revision under review, its supplement ready for its last step): the copy of number 2 was carried over."""
    type(programme).objects.filter(pk=programme.pk).update(closes_without_stopped=True)
    second = revise(first, cast.clerk)
    people = again(second, until=RosterStatus.ON_NOTICE)
    notice = notices.post(roster=second, by=people.clerk, at=AT)
    filed = objections.file(notice=notice, content="有车", row_position=2, at=AT)
    at = close_notice(notice, by=people.clerk)
    answer = {"answer": "情况属实", "is_upheld": False, "by": people.clerk, "at": at}
    objections.answer(objection=filed, **answer)
    second.refresh_from_db()
    supplement = second.supplements.get()
    last = Cast(supplement.organisation)
    walk(supplement, until=RosterStatus.REVIEWING, cast=last, at=at)
    return second, supplement, last


def test_a_carried_copy_is_not_final_before_its_revision(carried):
    _second, supplement, last = carried
    assert [entry.holds_place for entry in supplement.entries.all()] == [False]
    with pytest.raises(workflow.Refused, match="修订版还没有定案"):
        rosters.approve(roster=supplement, by=last.at(supplement.step), at=AT)


def test_a_carried_copy_takes_its_place_with_its_revision(programme, first, carried):
    second, supplement, last = carried
    again(second)
    walk(supplement, cast=last)
    first.refresh_from_db()
    assert [first.status, second.status, supplement.status] == ["superseded", "final", "final"]
    final = list(queries.final_entries(programme))
    assert sorted(entry.position for entry in final) == [1, 2, 3]
    assert {entry.roster for entry in final} == {second, supplement}


def test_a_supplement_is_not_revised_on_its_own(carried):
    second, supplement, last = carried
    again(second)
    walk(supplement, cast=last)
    with pytest.raises(workflow.Refused, match="请修订原名册"):
        revise(supplement, last.clerk)
