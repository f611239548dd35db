"""Judged conditions: answered with a reason, by whom the step allows; the vote answers the rest; a category ruled out is left."""

import copy
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from beneficiaries.enums import CriterionKind, Fact, Operator, RosterStatus
from beneficiaries.models import AidCategory, Criterion, Judgement, Programme, Quota, RosterEntry
from beneficiaries.queries import judgements as queries
from beneficiaries.rules import eligibility
from beneficiaries.rules.eligibility import Answer, Node, Tier
from beneficiaries.services import assessments, judgements, rosters
from beneficiaries.services import entries as entry_services
from beneficiaries.tests.factories import (
    Cast,
    attendees,
    draft_programme,
    drafted_roster,
    hold_meeting,
    household,
    walk,
)
from welfare import panels, workflow
from welfare.errors import Refusal
from welfare.models import AuditEvent
from welfare.testing.personas import make_organisations, user_with

pytestmark = pytest.mark.django_db
AT = timezone.now() - timedelta(days=20)
SINCERE, GAMBLES = "家庭确有困难", "有赌博行为"


def income_up_to(limit):
    return Node(CriterionKind.TEST, fact=Fact.INCOME, operator=Operator.AT_MOST, value=str(limit))


def write_criteria(programme):
    """First category: income up to 1,170, sincere and no gambler. Second: up to 2,340. Third: up to 3,000, judged."""
    Criterion.objects.filter(category__programme=programme).delete()
    first, second, third = programme.categories.order_by("precedence")[:3]
    rows = [
        (first, income_up_to(1170)),
        (first, Node(CriterionKind.JUDGED, wording=SINCERE)),
        (first, Node(CriterionKind.JUDGED, True, wording=GAMBLES)),
        (second, income_up_to(2340)),
        (third, income_up_to(3000)),
        (third, Node(CriterionKind.JUDGED, wording=SINCERE)),
    ]
    for position, (category, node) in enumerate(rows):
        Criterion.objects.create(
            category=category,
            kind=node.kind,
            is_negated=node.is_negated,
            fact=node.fact,
            operator=node.operator,
            value=node.value,
            wording=node.wording,
            position=position,
        )
    return first, second, third


@pytest.fixture(scope="module")
def kept_ground(once):
    """甲村 with a roster at its assessment: a household of 1,000 yuan a head in the first category, another of 2,500."""

    def lay():
        tree = make_organisations()
        programme = draft_programme(tree.township, at=AT)
        tiers = write_criteria(programme)
        workflow.perform(programme, "submit", by=programme.written_by, at=AT)
        workflow.perform(programme, "approve", by=user_with("programme_approver", tree.township), at=AT)
        cast = Cast(tree.community)
        roster = drafted_roster(programme, tree.community, households=0, cast=cast, at=AT)
        for income in (1000, 2500):
            entry_services.add(
                roster=roster,
                category=tiers[0],
                origin="nomination",
                household=household(tree.community, monthly_income=income),
                reason="本人不便申请",
                by=cast.clerk,
                at=AT,
            )
        rosters.start(roster=roster, by=cast.clerk, at=AT)
        return SimpleNamespace(tree=tree, programme=programme, tiers=tiers, cast=cast, roster=roster)

    return once(lay)


@pytest.fixture
def ground(kept_ground, db):
    return copy.deepcopy(kept_ground)


def entry_of(ground, position=1):
    return ground.roster.entries.select_related("roster__organisation").get(position=position)


def condition(category, wording):
    return category.criteria.get(wording=wording)


def answer(ground, wording, is_met, *, position=1, by=None, category=None, reason="邻里反映"):
    return judgements.answer(
        entry=entry_of(ground, position),
        criterion=condition(category or ground.tiers[0], wording),
        is_met=is_met,
        reason=reason,
        by=by or ground.cast.clerk,
        at=AT,
    )


def to_review(ground):
    """The roster at its review step, and who reviews there."""
    walk(ground.roster, until=RosterStatus.REVIEWING, cast=ground.cast, at=AT)
    return ground.cast.at(ground.roster.step)


# -- the pure rule ------------------------------------------------------------------------------------


def tier(key, *nodes):
    return Tier(key, f"档{key}", nodes)


JUDGED = Node(CriterionKind.JUDGED, wording=SINCERE, key=1)
POOR = {"heads": 1, "members": 1, "income_total": 1000, Fact.INCOME: 1000}


@pytest.mark.parametrize(
    ("tiers", "is_met", "full", "lands", "fits_none"),
    [
        ([tier(1, JUDGED), tier(2, income_up_to(2000))], True, (), 1, False),
        ([tier(1, JUDGED), tier(2, income_up_to(2000))], False, (), 2, False),
        ([tier(1, JUDGED), tier(2, income_up_to(900)), tier(3, income_up_to(1000))], False, (), 3, False),
        ([tier(1, JUDGED), tier(2, income_up_to(2000))], False, (2,), 1, True),
        ([tier(1, JUDGED), tier(2, income_up_to(900))], False, (), 1, True),
        (
            [tier(1, Node(CriterionKind.ANY, children=(JUDGED, income_up_to(2000)))), tier(2)],
            False,
            (),
            1,
            False,
        ),
    ],
)
def test_what_is_ruled_out_goes_to_the_next_category_that_fits(tiers, is_met, full, lands, fits_none):
    settled = eligibility.settle(tiers, 1, POOR, {1: Answer(is_met, "")}, full=frozenset(full))
    assert (settled.tier.key, settled.fits_none) == (lands, fits_none)


def test_what_was_never_judged_moves_nobody():
    settled = eligibility.settle([tier(1, income_up_to(1)), tier(2, income_up_to(2000))], 1, POOR, {})
    assert (settled.tier.key, settled.fits_none) == (1, False)


# -- answering ----------------------------------------------------------------------------------------


def test_an_answer_is_kept_with_its_reason_and_in_the_explanation(ground):
    answer(ground, SINCERE, True)
    judgement, entry = Judgement.objects.get(), entry_of(ground)
    assert (judgement.step, judgement.judged_by, judgement.consequence) == (
        ground.roster.step,
        ground.cast.clerk,
        "",
    )
    line = next(line for line in entry.explanation if line["text"] == SINCERE)
    assert (line["is_met"], line["value"]) == (True, "认定符合：邻里反映")
    event = AuditEvent.objects.filter(action="beneficiaries.RosterEntry.judge").latest("pk")
    assert SINCERE in event.reason and "邻里反映" in event.reason


@pytest.mark.parametrize(("wording", "is_met"), [(SINCERE, False), (GAMBLES, True)])
def test_an_answer_against_moves_the_entry_to_the_next_category(ground, wording, is_met):
    made = answer(ground, wording, is_met)
    entry = entry_of(ground)
    assert (entry.category, entry.fits_none) == (ground.tiers[1], False)
    assert made.consequence == f"由“{ground.tiers[0]}”改列“{ground.tiers[1]}”"
    assert entry.tried[0]["category"] == ground.tiers[0].name and entry.tried[0]["fits"] is False
    assert AuditEvent.objects.filter(action="roster_entry.change_category", target_id=str(entry.pk)).exists()


def test_taken_back_it_moves_back_and_both_answers_stay_on_record(ground):
    answer(ground, SINCERE, False)
    answer(ground, SINCERE, True, reason="复核后情况属实")
    assert entry_of(ground).category == ground.tiers[0]
    assert [one.is_current for one in queries.history(entry_of(ground))] == [True, False]


def test_who_fits_no_other_is_marked_for_the_reviewer_and_stays_listed(client, ground):
    made = answer(ground, SINCERE, False, position=2)
    entry = entry_of(ground, 2)
    assert entry.category == ground.tiers[2]  # 2,500 yuan: the third, where it is judged again
    made = answer(ground, SINCERE, False, position=2, category=ground.tiers[2])
    entry = entry_of(ground, 2)
    assert (entry.status, entry.fits_none) == ("listed", True)
    assert "请审核时决定" in made.consequence
    client.force_login(ground.cast.clerk)
    assert "经认定不符合任何类别" in client.get(reverse("roster", args=[ground.roster.pk])).content.decode()


def test_a_category_without_a_place_left_is_passed_over_and_said(ground):
    second = ground.tiers[1]
    Quota.objects.create(
        programme=ground.programme, category=second, organisation=ground.tree.community, count=0
    )
    made = answer(ground, SINCERE, False)
    assert entry_of(ground).category == ground.tiers[2]
    made = answer(ground, SINCERE, False, category=ground.tiers[2])
    assert entry_of(ground).fits_none and "请审核时决定" in made.consequence


def test_a_category_over_the_cap_is_passed_over_and_said_and_the_answer_stands(ground):
    first, second, third = ground.tiers
    Programme.objects.filter(pk=ground.programme.pk).update(cap_each=800)
    for category, amount in ((first, 500), (second, 900), (third, 700)):
        category.standards.all().delete()
        category.standards.create(kind="cash", amount=amount)
    answer(ground, SINCERE, False)
    assert entry_of(ground).category == third
    third.standards.update(amount=801)
    made = answer(ground, SINCERE, False, position=2)
    entry = entry_of(ground, 2)
    assert (entry.category, entry.fits_none, made.is_met) == (first, True, False)
    assert made.consequence == (
        f"{judgements.FITS_NONE}（符合“{third}”，但本次标准 801.00 元，合计超过每次最高 800.00 元）"
    )


def test_what_its_family_has_keeps_an_entry_from_a_category_that_may_not_be_combined(ground):
    first = ground.tiers[0]
    AidCategory.objects.filter(pk=first.pk).update(is_combinable=True)
    single = AidCategory.objects.create(
        programme=ground.programme, name="困难职工", unit="person", precedence=90
    )
    head = entry_of(ground).household.members.get()
    RosterEntry.objects.create(
        roster=ground.roster,
        programme=ground.programme,
        category=single,
        person=head,
        position=9,
        origin="screening",
        added_by=ground.cast.clerk,
        added_at=AT,
    )
    made = answer(ground, SINCERE, False)
    assert entry_of(ground).category == first
    assert "同一方案不能重复列入" in made.consequence


@pytest.mark.parametrize(
    ("change", "words"), [({"reason": " "}, "请写明认定的理由"), ({"category": 2}, "不属于该对象所列的类别")]
)
def test_refused_in_words(ground, change, words):
    if "category" in change:
        change = {"category": ground.tiers[change["category"]]}
    with pytest.raises(Refusal, match=words):
        answer(ground, SINCERE, True, **change)
    assert not Judgement.objects.exists()


def test_a_reviewer_may_answer_who_took_no_part_before(ground):
    reviewer = to_review(ground)
    both = user_with("reviewer", ground.tree.township)
    workflow.record_duty(ground.roster, by=both, duty="assessing", at=AT, stage="1")
    with pytest.raises(Refusal, match="请由其他人员办理"):
        answer(ground, SINCERE, False, by=both)
    with pytest.raises(Refusal, match="没有“审核中认定条件”的权限"):
        answer(ground, SINCERE, False)  # the clerk
    assert not answer(ground, SINCERE, True, by=reviewer).moved_to


def test_what_the_last_notice_has_shown_is_not_moved_after_it(ground):
    reviewer = to_review(ground)
    with pytest.raises(Refusal, match="公示。请先把名册退回到公示之前的环节再认定"):
        answer(ground, SINCERE, False, by=reviewer)
    assert not Judgement.objects.filter(is_by_vote=False).exists()
    assert entry_of(ground).category == ground.tiers[0]
    last = ground.programme.steps.order_by("position").last().position
    ground.programme.steps.create(kind="notice", level="township", position=last + 1, name="二榜", days=3)
    moved = answer(ground, SINCERE, False, by=reviewer)  # the notice to come shows it
    assert moved.moved_to == ground.tiers[1]


def test_elsewhere_nobody_answers(ground):
    walk(ground.roster, until=RosterStatus.SUBMITTING, cast=ground.cast, at=AT)
    with pytest.raises(Refusal, match="评议或审核环节才能认定"):
        answer(ground, SINCERE, True)


# -- the vote -----------------------------------------------------------------------------------------


def test_a_passing_vote_answers_what_nobody_answered(ground):
    answer(ground, GAMBLES, True, position=2)  # moved: 2,500 yuan, to the third
    hold_meeting(ground.roster, by=ground.cast.clerk, at=AT)
    first, second = entry_of(ground, 1), entry_of(ground, 2)
    assert [(line["text"], line["is_met"]) for line in first.explanation if line.get("is_judged")] == [
        (SINCERE, True),
        (f"不是：{GAMBLES}", True),
    ]
    assert {(one.criterion.wording, one.is_met) for one in queries.history(first)} == {
        (SINCERE, True),
        (GAMBLES, False),
    }
    assert "同意9" in queries.history(first)[0].reason.replace(" ", "")
    assert [(one.criterion.wording, one.is_by_vote) for one in queries.history(second)] == [
        (SINCERE, True),
        (GAMBLES, False),
    ]


def test_a_failing_vote_answers_nothing(ground):
    failing = [entry_of(ground, 1)]
    hold_meeting(ground.roster, by=ground.cast.clerk, at=AT, failing=failing)
    assert not failing[0].judgements.exists() and entry_of(ground, 2).judgements.exists()


def test_the_vote_takes_as_many_statements_for_many_as_for_few(
    ground, django_assert_num_queries, django_assert_max_num_queries
):
    roster = ground.roster
    held = assessments.open_meeting(
        roster=roster,
        held_at=AT - timedelta(hours=1),
        place="村委会",
        chair="李主任",
        recorder="王书记",
        attendees=attendees(),
        by=ground.cast.clerk,
        at=AT,
    )
    votes = {pk: {"agree": 9} for pk in roster.entries.values_list("pk", flat=True)}
    assessments.record_votes(assessment=held, votes=votes, by=ground.cast.clerk, at=AT)
    passed = list(held.votes.select_related("entry"))

    def settle(some):
        judgements.settle_by_vote(assessment=held, votes=some, by=ground.cast.clerk, at=AT)
        Judgement.objects.all().delete()

    settle(passed[:1])
    with django_assert_max_num_queries(14) as first:
        settle(passed[:1])
    with django_assert_num_queries(len(first)):
        settle(passed)


# -- the page -----------------------------------------------------------------------------------------


def judge_url(ground, position=1):
    return reverse("entry_judge", args=[entry_of(ground, position).pk])


def filled(ground, **said):
    """A form with a verdict for each wording given by name."""
    wordings = {"sincere": SINCERE, "gambles": GAMBLES}
    data = {"form_key": "8d5a6c0e-5f0c-4a53-9c1c-0d9f6a1f2b11"}
    for name, verdict in said.items():
        pk = condition(ground.tiers[0], wordings[name]).pk
        data |= {f"verdict_{pk}": verdict, f"reason_{pk}": "入户了解"}
    return data


def test_the_page_asks_answers_once_and_says_what_followed(client, ground):
    client.force_login(ground.cast.clerk)
    roster_page = client.get(reverse("roster", args=[ground.roster.pk])).content.decode()
    assert judge_url(ground) in roster_page
    page = client.get(judge_url(ground)).content.decode()
    assert SINCERE in page and "有此情形的不列入" in page
    first = client.post(judge_url(ground), filled(ground, sincere="no"), follow=True).content.decode()
    assert f"已认定 1 项。由“{ground.tiers[0]}”改列“{ground.tiers[1]}”。" in first
    again = client.post(judge_url(ground), filled(ground, sincere="no"), follow=True).content.decode()
    assert "已经提交过" in again and Judgement.objects.count() == 1


def test_an_empty_form_and_a_verdict_without_reason_are_refused_in_words(client, ground):
    client.force_login(ground.cast.clerk)
    assert "没有新的认定" in client.post(judge_url(ground), {}).content.decode()
    pk = condition(ground.tiers[0], SINCERE).pk
    assert "请写明认定的理由" in client.post(judge_url(ground), {f"verdict_{pk}": "yes"}).content.decode()
    assert not Judgement.objects.exists()


def test_outsiders_find_nothing_and_who_lacks_the_right_is_told(client, ground):
    client.force_login(user_with("clerk", ground.tree.other_community))
    assert client.get(judge_url(ground)).status_code == 404
    client.force_login(user_with("head", ground.tree.community))
    assert client.get(judge_url(ground)).status_code == 403
    assert client.post(judge_url(ground), filled(ground, sincere="no")).status_code == 403
    assert not Judgement.objects.exists()


def test_where_nothing_may_be_answered_the_page_says_why(client, ground):
    walk(ground.roster, until=RosterStatus.ON_NOTICE, cast=ground.cast, at=AT)
    client.force_login(ground.cast.clerk)
    assert "审核环节时，才能认定条件" in client.get(judge_url(ground)).content.decode()


def test_the_entry_panel_shows_answers_and_categories_tried(ground):
    answer(ground, SINCERE, False)
    panel = next(one for one in panels.of("roster_entry") if one.key == "judgements")
    context = panel.load(entry_of(ground), ground.cast.clerk)
    page = render_to_string(panel.template, context)
    assert "邻里反映" in page and ground.tiers[0].name in page and judge_url(ground) in page
    assert panel.load(entry_of(ground), user_with("head", ground.tree.community))["judge_url"] == ""


# -- constraints --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("judgement_current_once", {}),
        ("judgement_has_reason", {"reason": "", "is_current": False}),
        ("judgement_moved_from_and_to", {"is_current": False, "moved_to": 0}),
        ("judgement_moved_from_and_to", {"is_current": False, "moved_to": 0, "moved_from": 0}),
    ],
)
def test_the_database_refuses(ground, name, changes):
    made = answer(ground, SINCERE, True)
    for key in ("moved_to", "moved_from"):
        if key in changes:
            changes = changes | {key: ground.tiers[changes[key]]}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        made.pk, made._state.adding = None, True
        for key, value in changes.items():
            setattr(made, key, value)
        made.save()
