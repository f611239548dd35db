"""In Chromium: a household's life, its history and a pair judged, on an office screen and on a tablet."""

from datetime import date

import pytest
from django.urls import reverse

from beneficiaries.models import DuplicatePair
from beneficiaries.services import duplicates, households, life
from beneficiaries.tests import factories
from welfare.testing.browser import is_wide, quiet, sign_in
from welfare.testing.personas import AT, clerk_of, user_with

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clerk(page, live_server, tree):
    """A township clerk at work in ``page``; the console stays silent."""
    user = user_with("clerk", tree.township)
    sign_in(page, live_server, user)
    with quiet(page):
        yield user


def lived(tree, clerk):
    """A family to which much has happened, a namesake elsewhere, a household handed over, one that left."""
    said = {"by": clerk, "at": AT, "reason": "入户核实，户籍变动"}
    family = factories.household(
        tree.community,
        head={"name": "张大明", "bank_name": "农商银行", "bank_number": factories.bank_number()},
        members=[
            factories.member("李秀英", "spouse"),
            factories.member("张小明", id_number=factories.id_number(date(1990, 1, 1))),
            factories.member("张红"),
        ],
        categories=["low_income"],
        monthly_income=500,
    )
    households.change_facts(household=family, monthly_income=380, **said)
    households.change_member(person=family.members.get(name="李秀英"), health="chronic", **said)
    life.leave(person=family.members.get(name="张红"), left_on=AT.date(), **said)
    life.die(person=family.head, died_on=AT.date(), new_head=family.members.get(name="李秀英"), **said)
    other = factories.household(tree.sibling, head="王建国", members=[factories.member("王红")])
    twin = {"name": "张小明", "id_number": "", "birth_on": family.members.get(name="张小明").birth_on}
    households.add_member(household=other, by=clerk, at=AT, relation="other", **twin)
    duplicates.scan(organisation=tree.township, at=AT)
    gone = factories.household(tree.community, head="孙德明", categories=["disaster"])
    life.move(household=gone, to=tree.other_community, left_on=AT.date(), **said | {"by": None})
    coming = factories.household(tree.other_community, head="赵桂兰")
    by = clerk_of(tree.other_community)
    life.request_move(household=coming, to=tree.community, left_on=AT.date(), **said | {"by": by})
    return family, other, gone


@pytest.mark.parametrize("size", [(1366, 768), (820, 1180)])
def test_every_page_fits_its_screen(clerk, page, live_server, tree, shot, size):
    family, other, gone = lived(tree, clerk)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    pair, son = DuplicatePair.objects.get(), family.members.get(name="张小明")
    wife, dead = family.members.get(name="李秀英"), family.members.get(name="张大明")
    places = [
        *(("household", family.pk, f"?tab={tab}") for tab in ("life", "history")),
        ("household_as_of", family.pk, ""),
        ("household_as_of", gone.pk, ""),
        ("member_leave", son.pk, ""),
        ("member_death", wife.pk, ""),
        ("member_back", dead.pk, ""),
        ("household_join", family.pk, "?q=王"),
        ("household_join", family.pk, f"?person={other.head.pk}"),
        ("household_split", family.pk, ""),
        ("household_merge", family.pk, f"?q={other.number}"),
        ("household_merge", family.pk, f"?other={other.pk}"),
        ("household_move", family.pk, ""),
        ("household_archive", family.pk, ""),
        ("moves", None, ""),
        ("move_accept", family.move_requests.model.objects.get().pk, ""),
        ("duplicates", None, ""),
        ("duplicates_scan", None, ""),
        *((name, pair.pk, "") for name in ("duplicate", "duplicate_different", "duplicate_same")),
        ("todo", None, ""),
    ]
    for number, (name, pk, query) in enumerate(places):
        page.goto(live_server.url + reverse(name, args=[pk] if pk else []) + query)
        shot(page, f"life-{size[0]}-{number:02}-{name}")
        assert not is_wide(page), name


def test_a_split_and_a_verdict_by_hand(clerk, page, live_server, tree):
    family, _other, _gone = lived(tree, clerk)
    son = family.members.get(name="张小明")
    page.goto(live_server.url + reverse("household_split", args=[family.pk]))
    page.select_option(f"select[name=member_{son.pk}]", "head")
    page.fill("input[name=reason]", "成家另过")
    page.click("text=确认分户")
    page.wait_for_selector("text=已分出新户")
    page.goto(live_server.url + reverse("duplicates"))
    page.click("text=核对")
    page.click("text=不是同一人")
    page.fill("input[name=reason]", "同名两人")
    page.click("text=确认不是同一人")
    page.wait_for_selector("text=今后不再提示")
    assert DuplicatePair.objects.get().verdict == "different"
