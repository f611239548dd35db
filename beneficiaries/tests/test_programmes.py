"""Plans become programmes; programmes are approved by somebody else and then frozen."""

from decimal import Decimal

import pytest

from beneficiaries.rules.standards import entitlement
from beneficiaries.services import programmes
from beneficiaries.tests.factories import approved_programme, draft_programme, submitted_programme
from welfare import workflow
from welfare.errors import Refusal
from welfare.testing.personas import AT, make_organisations, user_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    return make_organisations()


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
