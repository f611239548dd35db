"""Plans become programmes; programmes are approved by somebody else and then frozen."""

from decimal import Decimal
from itertools import pairwise
from types import SimpleNamespace

import pytest

from beneficiaries.queries import programme_page
from beneficiaries.queries.standards import entitlements
from beneficiaries.rules.standards import entitlement
from beneficiaries.services import programmes
from beneficiaries.tests.factories import approved_programme, draft_programme, submitted_programme
from beneficiaries.workflows.programmes import PROGRAMME
from welfare import workflow
from welfare.errors import Refusal
from welfare.testing.personas import AT, user_with

pytestmark = pytest.mark.django_db


def test_the_plan_becomes_a_programme(tree):
    programme = draft_programme(tree.township)
    assert programme.season == "2027年春节"
    assert [step.kind for step in programme.steps.all()] == [
        "assessment",
        "submission",
        "notice",
        "check",
        "approval",
    ]
    assert sum(quota.count for quota in programme.quotas.all()) == 104
    first = programme.categories.first()
    assert first.criteria.filter(parent=None).count() == 2
    got = entitlement(first, family_size=4)
    assert (got.cash, got.goods_value) == (Decimal("200.00"), Decimal("300.00"))
    assert got.text == "慰问金200元；大米1袋、食用油1桶、棉被1床"


def test_loading_the_plan_again_makes_the_next_version(tree):
    assert [draft_programme(tree.township).version for _ in range(2)] == [1, 2]


def test_the_author_cannot_approve_even_with_the_permission(tree):
    author = user_with("programme_officer", tree.township, "programme_approver")
    programme = submitted_programme(tree.township, by=author)
    with pytest.raises(workflow.Refused, match="不能"):
        workflow.perform(programme, "approve", by=author, at=AT)


def test_an_approved_programme_is_frozen(tree):
    programme = approved_programme(tree.township)
    with pytest.raises(Refusal, match="已锁定"):
        programmes.spread_quota(programme=programme, by=programme.written_by, at=AT)


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (104, [107, 107, 107, 107, 106, 106], [18, 18, 17, 17, 17, 17]),
        (2, [1, 1, 1], [1, 1, 0]),
        (7, [0, 5], [0, 7]),
    ],
)
def test_shares_sum_to_the_total(total, weights, parts):
    assert programmes.shares(total, weights) == parts


# -- the machine: from × move × role --------------------------------------------------------------------

ALLOWED = {("draft", "submit"), ("submitted", "approve"), ("submitted", "return"), ("approved", "close")}
MAY = {
    "submit": "programme_officer",
    "approve": "programme_approver",
    "return": "programme_approver",
    "close": "programme_officer",
}


def programme_at(status, tree):
    if status == "draft":
        return draft_programme(tree.township)
    if status == "submitted":
        return submitted_programme(tree.township)
    programme = approved_programme(tree.township)
    if status == "closed":
        workflow.perform(programme, "close", by=programme.written_by, at=AT, reason="节日已过")
    return programme


@pytest.mark.parametrize("status", ["draft", "submitted", "approved", "closed"])
def test_each_move_is_made_from_its_own_state_by_its_own_role_only(tree, status):
    programme = programme_at(status, tree)
    for move, own_role in MAY.items():
        for role in ("programme_officer", "programme_approver", "clerk", "inspector"):
            person = user_with(role, tree.township)
            attempt = workflow.Attempt(programme, PROGRAMME.move(move), person, AT, "理由")
            refused = workflow.refusal(PROGRAMME, attempt)
            is_allowed = role == own_role and (status, move) in ALLOWED
            assert (refused is None) == is_allowed, (status, move, role, refused)


def test_a_return_needs_a_reason_and_the_programme_can_be_changed_again(tree):
    programme = submitted_programme(tree.township)
    approver = user_with("programme_approver", tree.township)
    with pytest.raises(workflow.Refused, match="理由"):
        workflow.perform(programme, "return", by=approver, at=AT)
    workflow.perform(programme, "return", by=approver, at=AT, reason="名额有误")
    programmes.spread_quota(programme=programme, by=programme.written_by, at=AT, spread="even")


@pytest.mark.parametrize(
    ("strip", "words"),
    [
        (lambda programme: programme.categories.all().delete(), "还没有慰问类别"),
        (lambda programme: programme.steps.all().delete(), "还没有程序环节"),
        (lambda programme: programme.categories.first().standards.all().delete(), "还没有慰问标准"),
        (lambda programme: programme.categories.update(public_label=""), "还没有公开名称"),
    ],
)
def test_an_incomplete_programme_is_not_submitted(tree, strip, words):
    programme = draft_programme(tree.township)
    strip(programme)
    with pytest.raises(workflow.Refused, match=words):
        workflow.perform(programme, "submit", by=programme.written_by, at=AT)


# -- what an entry gets -----------------------------------------------------------------------------------


def test_a_category_that_adds_gives_the_other_standard_and_its_own(tree):
    first, second, *_rest = draft_programme(tree.township).categories.order_by("precedence")
    second.adds_to = first
    got = entitlement(second, family_size=1)
    assert (got.cash, got.goods_value) == (Decimal("400.00"), Decimal("600.00"))
    assert got.text.startswith("慰问金400元；大米2袋")


def test_a_chain_gives_the_standards_of_every_link_in_a_constant_number_of_statements(
    tree, django_assert_max_num_queries
):
    chain = list(draft_programme(tree.township).categories.order_by("precedence"))
    for base, category in pairwise(chain):
        category.adds_to = base
        category.save()
    entries = [
        SimpleNamespace(pk=one.pk, programme_id=one.programme_id, category_id=one.pk, family_size=1)
        for one in chain
    ]
    with django_assert_max_num_queries(2):
        given = entitlements(entries)
    assert [given[one.pk].cash for one in chain] == [200, 400, 600]
    cards = programme_page.categories(chain[0].programme)
    assert [len(card.lines) for card in cards] == [4, 8, 12]


def test_a_floor_and_what_goes_to_the_community_stand_in_the_words(tree):
    category = draft_programme(tree.township).categories.first()
    category.standards.all().delete()
    category.standards.create(kind="cash", amount=1000, basis="community", is_floor=True)
    assert entitlement(category, family_size=4).text == "每村（社区）慰问金不低于1000元"
    assert entitlement(category, family_size=4).value == 0
    (card, *_rest) = programme_page.categories(category.programme)
    assert card.lines[0][:2] == ("每村（社区）", "慰问金不低于")


@pytest.mark.parametrize(("unit", "amount"), [("household", "400.00"), ("person", "100.00")])
def test_per_person_counts_the_family_of_a_household_and_a_person_once(tree, unit, amount):
    category = draft_programme(tree.township).categories.first()
    category.standards.all().delete()
    category.standards.create(kind="cash", amount=100, basis="person")
    category.unit = unit
    assert entitlement(category, family_size=4).cash == Decimal(amount)
