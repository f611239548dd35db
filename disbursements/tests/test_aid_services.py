"""服务落实: help without an amount is ticked once it was given, counts as help, and is taken back with a reason."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beneficiaries.models import HelpGiven
from beneficiaries.services import plans
from beneficiaries.tests import factories as registry
from disbursements.models import ServiceGiven
from disbursements.queries import aid_services as queries
from disbursements.services import aid_services
from disbursements.tests.factories import LATER
from welfare import dates, workflow
from welfare.errors import Refusal
from welfare.testing.personas import clerk_of, make_organisations, nobody, user_with

pytestmark = pytest.mark.django_db
ON = dates.today(LATER)


def final_roster(tree, households=2, services=("推荐就业岗位", "技能培训")):
    """A final roster whose entries get services beside the goods."""
    programme = registry.draft_programme(tree.township)
    for category in programme.categories.all():
        for what in services:
            category.standards.create(kind="service", description=what)
    workflow.perform(programme, "submit", by=programme.written_by, at=registry.AT)
    workflow.perform(programme, "approve", by=user_with("programme_approver", tree.township), at=registry.AT)
    return registry.final_roster(programme, tree.community, households=households)


@pytest.fixture
def roster(tree):
    return final_roster(tree)


@pytest.fixture
def clerk(tree):
    return clerk_of(tree.community)


def keys(roster):
    return [(row["entry"].pk, row["service"].pk) for row in queries.checklist(roster)]


def tick(roster, wanted, by, **over):
    return aid_services.tick(
        **{"roster": roster, "wanted": wanted, "given_on": ON, "by": by, "at": LATER} | over
    )


def test_what_was_given_is_ticked_once_and_counts_as_help(roster, clerk):
    wanted = keys(roster)
    assert len(wanted) == 4
    made = tick(roster, wanted[:3], clerk, note="镇就业服务站")
    assert [row.what for row in made] == ["推荐就业岗位", "技能培训", "推荐就业岗位"]
    assert tick(roster, wanted[:3], clerk) == []
    helped = HelpGiven.objects.filter(source_key__startswith="service-").order_by("pk")
    first = helped.first()
    assert (first.goods_text, first.amount, first.state) == ("推荐就业岗位", 0, "received")
    (found,) = queries.rosters_with_services(clerk)
    assert (found.due, found.given) == (4, 3)


def test_a_wrong_tick_is_taken_back_with_a_reason_and_may_be_made_again(roster, clerk):
    wanted = keys(roster)[:1]
    (given,) = tick(roster, wanted, clerk)
    with pytest.raises(Refusal, match="作废理由"):
        aid_services.void(given=given, by=clerk, at=LATER, reason=" ")
    aid_services.void(given=given, by=clerk, at=LATER, reason="登记错了对象")
    assert HelpGiven.objects.get(source_key=f"service-{given.pk}").state == "voided"
    with pytest.raises(Refusal, match="已经作废"):
        aid_services.void(given=given, by=clerk, at=LATER, reason="再作废")
    assert len(tick(roster, wanted, clerk)) == 1


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({"given_on": ON + timedelta(days=1)}, "不能晚于今天"),
        ({"given_on": ON - timedelta(days=300)}, "不能早于这一天"),
        ({"wanted": []}, "请勾选"),
        ({"wanted": [(1, 1)]}, "不在清单上"),
    ],
)
def test_what_cannot_be_is_refused_in_words(roster, clerk, over, words):
    with pytest.raises(Refusal, match=words):
        tick(**{"roster": roster, "wanted": keys(roster)[:1], "by": clerk} | over)
    assert not ServiceGiven.objects.exists()


def test_only_a_final_roster_has_services_to_give(tree, clerk):
    programme = registry.approved_programme(tree.township)
    drafted = registry.drafted_roster(programme, tree.community, households=1)
    with pytest.raises(Refusal, match="定案后才能"):
        tick(drafted, [(1, 1)], clerk)


def test_a_category_that_adds_gives_the_services_of_both(tree):
    officer = user_with("programme_officer", tree.township)
    plan = registry.plan()
    programme = plans.load_plan(plan=plan, organiser=tree.township, by=officer, at=registry.AT)
    chain = list(programme.categories.order_by("precedence")[:3])
    base = None
    for category, service in zip(chain, ("义诊", "培训", "理发"), strict=True):
        category.standards.create(kind="service", description=service)
        category.adds_to, base = base, category
        category.save()
    found = queries.services_of([programme.pk])
    assert [line.description for line in found[chain[1].pk]] == ["义诊", "培训"]
    assert [line.description for line in found[chain[2].pk]] == ["义诊", "培训", "理发"]


# -- pages -----------------------------------------------------------------------------------------------


def test_the_clerk_ticks_on_the_page_and_takes_back(client, roster, clerk):
    client.force_login(clerk)
    assert "甲村" in client.get(reverse("services")).content.decode()
    url = reverse("service_roster", args=[roster.pk])
    page = client.get(url)
    assert "推荐就业岗位" in page.content.decode()
    form = {"form_key": page.context["form_key"], "given_on": str(dates.today(roster.finalised_at))}
    wanted = [f"{entry}-{service}" for entry, service in keys(roster)]
    for _ in range(2):
        assert client.post(url, form | {"wanted": wanted[:2]}).status_code == 302
    assert ServiceGiven.objects.count() == 2
    given = ServiceGiven.objects.first()
    void = reverse("service_void", args=[given.pk])
    assert client.get(void).status_code == 200
    client.post(void, {"reason": "登记错了"})
    given.refresh_from_db()
    assert given.voided_by == clerk


def test_nothing_ticked_is_told(client, roster, clerk):
    client.force_login(clerk)
    page = client.post(reverse("service_roster", args=[roster.pk]), {"given_on": str(ON)})
    assert "请勾选已经提供的服务" in page.content.decode()


def test_the_pages_are_for_those_of_the_place(client, tree, roster, clerk):
    (given,) = tick(roster, keys(roster)[:1], clerk)
    addresses = [reverse("service_roster", args=[roster.pk]), reverse("service_void", args=[given.pk])]
    client.force_login(clerk_of(tree.other_community))
    assert [client.get(url).status_code for url in addresses] == [404, 404]
    client.force_login(nobody())
    assert [client.get(url).status_code for url in (*addresses, reverse("services"))] == [403] * 3
    client.force_login(user_with("accountant", tree.township))
    assert [client.get(url).status_code for url in addresses] == [403, 403]


@pytest.mark.parametrize("name", ["services", "service_roster"])
def test_as_many_queries_for_three_entries_as_for_thirteen(client, name):
    counts = []
    for size in (3, 13):
        with transaction.atomic():
            tree = make_organisations()
            roster = final_roster(tree, households=size)
            client.force_login(clerk_of(tree.community))
            url = reverse(name, args=[roster.pk] if name == "service_roster" else [])
            client.get(url)
            with CaptureQueriesContext(
                connection,
            ) as asked:
                client.get(url)
            counts.append(len(asked))
            transaction.set_rollback(True)
    assert counts[0] == counts[1] <= 30
