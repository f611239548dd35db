"""Services of entries: applications, must-visits, letters, and what the database refuses."""

import copy
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from beneficiaries.enums import EntryOrigin, EntryStatus, RosterStatus
from beneficiaries.models import Household, RefusalLetter, RosterEntry
from beneficiaries.queries import candidates, entry_page
from beneficiaries.rules import requirements
from beneficiaries.rules.letters import number_of, reason_refusal
from beneficiaries.services import entries, letters, notices, objections, rosters
from beneficiaries.tests.factories import (
    Cast,
    approved_programme,
    code,
    drafted_roster,
    evidence,
    household,
    id_number,
    institution,
    roster_at,
    walk,
)
from beneficiaries.tests.factories.rosters import hold_meeting
from welfare import dates, workflow
from welfare.errors import Refusal
from welfare.models import AuditEvent
from welfare.testing.personas import AT, make_organisations, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def kept_ground(once):
    def lay():
        tree = make_organisations()
        return SimpleNamespace(
            tree=tree,
            programme=approved_programme(tree.township),
            cast=Cast(tree.community),
            officer=user_with("programme_officer", tree.township),
            upper_clerk=user_with("clerk", tree.township),
        )

    return once(lay)


@pytest.fixture
def ground(kept_ground, db):
    return copy.deepcopy(kept_ground)


@pytest.fixture
def roster(ground):
    return drafted_roster(ground.programme, ground.tree.community, cast=ground.cast, households=1)


def first(roster, unit=None):
    found = roster.programme.categories.order_by("precedence")
    return found.filter(unit=unit).first() if unit else found.first()


def apply_for(roster, home, by, **more):
    facts = {"reason": "户主患病", "evidence_named": "诊断证明"} | more
    return entries.add(
        roster=roster,
        category=first(roster),
        origin=EntryOrigin.APPLICATION,
        household=home,
        by=by,
        at=AT,
        **facts,
    )


def hand_down(roster, ground, *, by=None, home=None, sender=None):
    return entries.assign(
        roster=roster,
        category=first(roster),
        assigned_by=sender or ground.tree.township,
        household=home or household(ground.tree.community, head="必访户"),
        reason="县领导挂点户",
        by=by or ground.officer,
        at=AT,
    )


# -- applications and who is on file --------------------------------------------------------------------


def test_an_application_names_its_papers(roster, ground):
    home = household(ground.tree.community)
    with pytest.raises(Refusal, match="随申请提交的材料") as refused:
        apply_for(roster, home, ground.cast.clerk, evidence_named=" ")
    assert refused.value.field == "evidence_named"
    entry = apply_for(roster, home, ground.cast.clerk)
    assert (entry.origin, entry.evidence_named) == ("application", "诊断证明")


def test_nobody_gone_is_listed(roster, ground):
    home = household(ground.tree.community)
    type(home).objects.filter(pk=home.pk).update(
        is_archived=True, archived_on=AT.date(), archived_reason="迁出"
    )
    home.refresh_from_db()
    with pytest.raises(Refusal, match="已归档，不能列入"):
        apply_for(roster, home, ground.cast.clerk)


def test_an_institution_is_listed_by_its_own_category(roster, ground):
    plant = institution(ground.tree.community)
    category = first(roster)
    type(category).objects.filter(pk=category.pk).update(unit="institution")
    category.refresh_from_db()
    entry = entries.add(
        roster=roster,
        category=category,
        origin=EntryOrigin.NOMINATION,
        institution=plant,
        reason="停产半年",
        by=ground.cast.clerk,
        at=AT,
    )
    assert entry.beneficiary == plant
    assert entry.family_size == 1


def test_an_id_number_on_file_elsewhere_is_told_only_within_the_viewers_scope(roster, ground):
    near = household(ground.tree.sibling, head="张近邻")
    far = household(ground.tree.other_community, head="王远方")
    assert candidates.search(roster, first(roster), near.head.id_number) == []
    upper = candidates.elsewhere(roster, near.head.id_number, ground.upper_clerk)
    assert "乙社区" in upper and "张*邻" in upper and "张近邻" not in upper
    for person in (near.head, far.head):
        told = candidates.elsewhere(roster, person.id_number, ground.cast.clerk)
        assert told == "此身份证号已在本县其他社区登记，请报镇核实后办理。"
        for part in (person.name, person.id_number[:17], person.id_number[:-1] + "?"):
            assert candidates.elsewhere(roster, part, ground.cast.clerk) == ""
    unknown = candidates.elsewhere(roster, id_number(), ground.cast.clerk)
    assert unknown == "登记库中没有可以列入的此人。请核对号码；尚未登记的，先登记户档案。"
    here = household(ground.tree.community)
    (found,) = candidates.search(roster, first(roster), here.head.id_number)
    assert found == here
    assert candidates.elsewhere(roster, here.head.id_number, ground.cast.clerk) == ""


# -- must-visits --------------------------------------------------------------------------------------


def test_a_must_visit_names_who_sent_it_and_comes_through_its_own_door(roster, ground):
    entry = hand_down(roster, ground)
    assert (entry.origin, entry.assigned_by) == ("assigned", ground.tree.township)
    with pytest.raises(Refusal, match="由上级机构下达"):
        entries.add(
            roster=roster,
            category=first(roster),
            origin=EntryOrigin.ASSIGNED,
            household=household(ground.tree.community),
            reason="必访",
            by=ground.cast.clerk,
            at=AT,
        )


def test_nobody_hands_down_for_an_organisation_beside_or_above_her_own(roster, ground):
    with pytest.raises(Refusal, match="不是甲村的上级"):
        hand_down(roster, ground, sender=ground.tree.other_township)
    with pytest.raises(Refusal, match="不是甲村的上级"):
        hand_down(roster, ground, by=ground.cast.clerk, sender=ground.tree.community)
    with pytest.raises(workflow.Refused, match="以临水县名义"):
        hand_down(roster, ground, sender=ground.tree.county)
    with pytest.raises(workflow.Refused):
        hand_down(roster, ground, by=ground.cast.clerk)


def test_the_community_takes_no_must_visit_off_and_the_sender_does(roster, ground):
    entry = hand_down(roster, ground)
    with pytest.raises(Refusal, match="由上坪镇指定，上坪镇以下不能“撤下”"):
        entries.withdraw(entry=entry, by=ground.cast.clerk, at=AT, reason="不困难")
    with pytest.raises(workflow.Refused) as refused:
        entries.recall(entry=entry, by=ground.cast.clerk, at=AT, reason="不困难")
    assert refused.value.kind == "permission"
    with pytest.raises(Refusal, match="名册中有上坪镇指定的对象"):
        rosters.cancel(roster=roster, by=ground.cast.clerk, at=AT, reason="重做")
    entries.recall(entry=entry, by=ground.officer, at=AT, reason="情况好转")
    assert entry.status == EntryStatus.WITHDRAWN
    rosters.cancel(roster=roster, by=ground.cast.clerk, at=AT, reason="重做")


def test_recall_is_for_must_visits_alone(roster, ground):
    with pytest.raises(Refusal, match="不是上级指定"):
        entries.recall(entry=roster.entries.get(), by=ground.officer, at=AT, reason="情况好转")


def test_a_must_visit_from_the_county_is_not_struck_by_the_township(roster, ground):
    officer = user_with("programme_officer", ground.tree.county)
    entry = hand_down(roster, ground, by=officer, sender=ground.tree.county)
    walk(roster, until=RosterStatus.REVIEWING, cast=ground.cast)
    with pytest.raises(Refusal, match="临水县以下不能“不予列入”"):
        entries.strike(entry=entry, by=ground.cast.at(roster.step), at=AT, reason="不符")
    entries.strike(entry=entry, by=user_with("approver", ground.tree.county), at=AT, reason="不符")
    assert entry.status == EntryStatus.STRUCK


def test_a_must_visit_voted_down_stays_for_its_sender_to_decide(roster, ground):
    entry, other = hand_down(roster, ground), roster.entries.get(position=1)
    rosters.start(roster=roster, by=ground.cast.clerk, at=AT)
    hold_meeting(roster, by=ground.cast.clerk, at=AT, failing=[entry, other])
    entry.refresh_from_db()
    other.refresh_from_db()
    assert (entry.status, other.status) == (EntryStatus.LISTED, EntryStatus.REJECTED)
    (made,) = entry_page.dossiers(RosterEntry.objects.filter(pk=entry.pk), AT.date())
    assert made.warnings == ["民主评议未通过；本对象由上坪镇指定，由其决定"]


def test_an_objection_to_a_must_visit_is_upheld_by_its_sender_only(roster, ground):
    entry = hand_down(roster, ground)
    walk(roster, until=RosterStatus.ON_NOTICE, cast=ground.cast)
    notice = notices.post(roster=roster, by=ground.cast.clerk, at=AT)
    row = notice.rows.get(entry=entry)
    objection = objections.file(notice=notice, content="有车", row_position=row.position, at=AT)
    answer = {"objection": objection, "answer": "车辆属实", "is_upheld": True, "at": AT}
    with pytest.raises(Refusal, match="由上坪镇指定"):
        objections.answer(**answer, by=ground.cast.clerk)
    objections.answer(**answer, by=user_with("reviewer", ground.tree.township))
    entry.refresh_from_db()
    assert entry.status == EntryStatus.STRUCK


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"origin": "assigned"}, "roster_entry_assigned_by_whom"),
        ({"origin": "nomination", "sender": True}, "roster_entry_assigned_by_whom"),
        ({"origin": "application", "reason": ""}, "roster_entry_told_has_reason"),
        ({"origin": "import", "reason": ""}, "roster_entry_told_has_reason"),
    ],
)
def test_the_database_refuses_what_names_no_sender_or_reason(roster, ground, facts, name):
    if facts.pop("sender", False):
        facts["assigned_by"] = ground.tree.township
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        roster.entries.update(**facts)


# -- evidence ------------------------------------------------------------------------------------------


def answers(entry, on=None):
    (made,) = entry_page.dossiers(RosterEntry.objects.filter(pk=entry.pk), on or AT.date())
    return made.answers


def test_what_the_category_asks_for_is_on_file_substituted_assumed_or_lacking(roster, ground):
    entry = roster.entries.get()
    entry.category.requirements.all().delete()
    asked = {
        kind: entry.category.requirements.create(kind=code("evidence_kind", kind))
        for kind in ("残疾证", "病历或诊断证明", "收入证明")
    }
    asked["病历或诊断证明"].substitutes.add(code("evidence_kind", "其他"))
    asked["收入证明"].assumed_fact, asked["收入证明"].assumed_value = "income", 1500
    asked["收入证明"].save()
    assert [one.state for one in answers(entry)] == ["missing", "missing", "assumed"]
    told = answers(entry)
    assert told[1].words == "可用其他代替"
    assert told[2].words == "缺证明，登记中也没有家庭月人均收入，按 1500 元推定"
    Household.objects.filter(pk=entry.household_id).update(monthly_income=1200)
    assert answers(entry)[2].words == "缺证明，登记的家庭月人均收入 1200 元不计，按 1500 元推定"
    assert answers(entry)[2].lack == "收入证明（按推定）"
    by = ground.cast.clerk
    evidence(entry.household, by=by, kind="残疾证", valid_until=AT.date().replace(month=1, day=9))
    evidence(entry.household.head, by=by, kind="其他")
    assert [one.state for one in answers(entry)] == ["on_file", "substitute", "assumed"]
    assert next(one.state for one in answers(entry, AT.date().replace(month=2))) == "expired"
    evidence(entry.household, by=by, kind="收入证明", valid_until=AT.date())
    assert [answers(entry)[2].state, answers(entry)[2].words] == ["on_file", ""]
    late = answers(entry, AT.date().replace(month=2))[2]
    assert late.words == "证明已过有效期，登记的家庭月人均收入 1200 元不计，按 1500 元推定"
    Household.objects.filter(pk=entry.household_id).update(monthly_income=None)
    assert answers(entry)[2].words == "已归档，登记中没有家庭月人均收入，待核"
    assert not answers(entry)[2].is_lacking


def test_an_optional_paper_is_never_lacking():
    kind = SimpleNamespace(pk=1, __str__=lambda self: "残疾证")
    asked = SimpleNamespace(kind=kind, kind_id=1, note="", assumed_fact="", is_required=False)
    assert not requirements.answer(asked, {}, [], {}).is_lacking


# -- letters -------------------------------------------------------------------------------------------


@pytest.fixture
def struck(roster, ground):
    """An entry struck at review, and its reviewer."""
    walk(roster, until=RosterStatus.REVIEWING, cast=ground.cast)
    entry, reviewer = roster.entries.get(), ground.cast.at(roster.step)
    entries.strike(entry=entry, by=reviewer, at=AT, reason="收入超过标准")
    return entry, reviewer


def test_refusal_is_told_once_by_name_with_number_date_and_how_to_object(struck, ground):
    entry, reviewer = struck
    letter = letters.issue(entry=entry, reason="家庭收入超过规定标准", by=reviewer, at=AT)
    code_ = f"{entry.programme.code}-{ground.tree.community.code}-1"
    assert letter.number == f"{code_}-告-001"
    assert letter.addressee == "张大明"
    assert letter.hotline and letter.place and letter.objection_days
    assert AuditEvent.objects.filter(action="letter.issue", target_id=str(letter.pk)).exists()
    with pytest.raises(Refusal, match="已经出具"):
        letters.issue(entry=entry, reason="家庭收入超过规定标准", by=reviewer, at=AT)


def test_no_letter_to_who_stands_and_none_by_a_stranger(roster, ground):
    entry = roster.entries.get()
    with pytest.raises(Refusal, match="不需告知"):
        letters.issue(entry=entry, reason="不符", by=ground.cast.clerk, at=AT)
    with pytest.raises(workflow.Refused):
        letters.issue(entry=entry, reason="不符", by=user_with("clerk", ground.tree.sibling), at=AT)


@pytest.mark.parametrize("what", ["id_number", "phone", "illness", "disability", "blank"])
def test_a_letter_holds_neither_number_nor_illness(struck, what):
    entry, reviewer = struck
    head = entry.household.head
    type(head).objects.filter(pk=head.pk).update(major_disease="尿毒症")
    reasons = {
        "id_number": f"身份证{head.id_number}不符",
        "phone": f"电话{head.phone}不通",
        "illness": "尿毒症不在范围",
        "disability": "残疾等级不够",
        "blank": "  ",
    }
    with pytest.raises(Refusal) as refused:
        letters.issue(entry=entry, reason=reasons[what], by=reviewer, at=AT)
    assert refused.value.field == "reason"


def test_rules_of_letters():
    assert number_of("spring", "T01", 2, 7) == "spring-T01-2-告-007"
    assert reason_refusal("家庭收入超过规定标准") is None
    assert "涉及残疾" in reason_refusal("残疾等级不够")


def test_the_database_keeps_one_letter_with_a_reason(struck):
    entry, reviewer = struck
    facts = {
        "entry": entry,
        "addressee": "张",
        "unit_name": "甲村",
        "objection_days": 5,
        "issued_at": AT,
        "issued_by": reviewer,
    }
    with pytest.raises(IntegrityError, match="refusal_letter_has_reason"), transaction.atomic():
        RefusalLetter.objects.create(number="1", reason="", **facts)
    RefusalLetter.objects.create(number="1", reason="不符", **facts)
    with pytest.raises(IntegrityError, match="entry_id"), transaction.atomic():
        RefusalLetter.objects.create(number="2", reason="不符", **facts)


# -- cost ----------------------------------------------------------------------------------------------


def test_dossiers_cost_the_same_for_three_and_thirteen(ground):
    counts = []
    for number, place in ((3, ground.tree.community), (13, ground.tree.sibling)):
        roster = roster_at(RosterStatus.REVIEWING, ground.programme, place, households=number)
        with CaptureQueriesContext(connection) as run:
            made = entry_page.dossiers(entry_page.for_forms(roster), dates.today(AT))
        assert len(made) == number
        counts.append(len(run))
    assert counts[0] == counts[1]
