"""In Chromium: a condition is judged, a change of criteria is previewed unsaved, two versions are compared."""

import pytest
from django.urls import reverse

from beneficiaries.enums import Fact, Operator
from beneficiaries.models import Criterion
from beneficiaries.services import entries as entry_services
from beneficiaries.services import rosters
from beneficiaries.tests.factories import Cast, draft_programme, drafted_roster, household
from beneficiaries.tests.test_judgements import AT, SINCERE, write_criteria
from welfare import workflow
from welfare.testing.browser import is_wide, quiet, sign_in
from welfare.testing.personas import make_organisations, user_with

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = [(1366, 768), (1024, 768)]


@pytest.fixture
def tree():
    return make_organisations()


@pytest.fixture
def open_as(page, live_server):
    """``open_as(user, name, *args)`` signs in and opens a page; the console stays silent."""

    def enter(user, name, *args):
        sign_in(page, live_server, user)
        page.goto(live_server.url + reverse(name, args=args))
        return page

    with quiet(page):
        yield enter


def fits(page, shot, name):
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        shot(page, f"{name}-{width}")
        assert not is_wide(page), (name, width)
    page.set_viewport_size({"width": 1366, "height": 768})


def test_a_condition_is_judged_and_the_entry_moves(tree, open_as, shot):
    programme = draft_programme(tree.township, at=AT)
    first, second, _third = write_criteria(programme)
    workflow.perform(programme, "submit", by=programme.written_by, at=AT)
    workflow.perform(programme, "approve", by=user_with("programme_approver", tree.township), at=AT)
    cast = Cast(tree.community)
    roster = drafted_roster(programme, tree.community, households=0, cast=cast, at=AT)
    for income, name in ((1000, "王秀英"), (1171, "李长福")):
        home = household(tree.community, head=name, monthly_income=income)
        entry_services.add(
            roster=roster,
            category=first,
            origin="nomination",
            household=home,
            reason="本人不便申请",
            by=cast.clerk,
            at=AT,
        )
    rosters.start(roster=roster, by=cast.clerk, at=AT)
    page = open_as(cast.clerk, "roster", roster.pk)
    fits(page, shot, "judged-roster")
    page.get_by_role("link", name="认定条件：第1号王秀英").click()
    fits(page, shot, "judge")
    page.get_by_role("button", name="保存认定").click()
    assert "没有新的认定" in page.inner_text("main")
    box = page.locator("fieldset.card-paper", has_text=SINCERE)
    box.get_by_label("不符合").check()
    box.get_by_label("理由").fill("邻里反映子女在外经商，家境尚可")
    fits(page, shot, "judge-filled")
    page.get_by_role("button", name="保存认定").click()
    assert f"改列“{second}”" in page.inner_text("main")
    fits(page, shot, "judged-roster-after")
    page.get_by_role("link", name="认定条件：第1号王秀英").click()
    fits(page, shot, "judge-again")


def test_a_change_is_previewed_in_a_window_of_its_own_and_versions_are_compared(tree, open_as, shot):
    officer = user_with("programme_officer", tree.township, "reviewer")
    programme = draft_programme(tree.township, by=officer)
    category = programme.categories.order_by("precedence").first()
    Criterion.objects.filter(category__programme=programme).delete()
    condition = {"kind": "test", "fact": Fact.INCOME, "operator": Operator.AT_MOST, "position": 1}
    Criterion.objects.create(category=category, value="1000", **condition)
    for number, name in enumerate(("王秀英", "李长福", "何桂芳", "陈启明")):
        household(tree.community, head=name, monthly_income=999 + number)
    page = open_as(officer, "admin:beneficiaries_aidcategory_change", category.pk)
    fits(page, shot, "category-with-preview")
    page.fill("[name=criteria-0-value]", "1001")
    with page.expect_popup() as popup:
        page.get_by_role("button", name="预览影响").click()
    preview = popup.value
    assert "新符合：1 户" in preview.inner_text("#content")
    fits(preview, shot, "preview")
    preview.close()
    newer = draft_programme(tree.township, by=officer)
    Criterion.objects.filter(category__programme=newer).delete()
    first = newer.categories.order_by("precedence").first()
    Criterion.objects.create(category=first, value="999", **condition)
    page = open_as(officer, "programme", newer.pk)
    page.get_by_role("link", name="与上一版比较").click()
    assert "不再符合：1 户" in page.inner_text("main")
    fits(page, shot, "compare")
