"""Pages of life events and of duplicates: the ladder of each, what they say, and to whom."""

import uuid

import pytest
from django.urls import reverse

from beneficiaries.models import DuplicatePair, Household, MoveRequest, Person
from beneficiaries.services import duplicates, life
from beneficiaries.tests import factories
from welfare import dates, todo
from welfare.enums import Level
from welfare.models import Job
from welfare.testing.personas import AT, clerk_of, organisation, user_with

pytestmark = pytest.mark.django_db
DAY = "2026-01-05"
REASON = {"reason": "入户核实"}


@pytest.fixture
def family(tree):
    return factories.household(tree.community, members=[factories.member("李秀英", "spouse")])


@pytest.fixture
def other(tree):
    return factories.household(tree.sibling, head="王建国")


@pytest.fixture
def pair(tree):
    """赵桂兰 in 甲村 and in 乙社区."""
    first = factories.household(tree.community, head="赵桂兰")
    born = first.head.birth_on
    factories.household(tree.sibling, head={"name": "赵桂兰", "id_number": "", "birth_on": born})
    duplicates.scan(organisation=tree.township, at=AT)
    return DuplicatePair.objects.get()


@pytest.fixture
def clerk(client, tree):
    """A township clerk at the keyboard."""
    client.user = user_with("clerk", tree.township)
    client.force_login(client.user)
    return client


def said(by, **over):
    return {"by": by, "at": AT, **REASON, **over}


def wife_of(family):
    return family.members.get(name="李秀英")


def dead_head(family, tree):
    head = family.head
    life.die(person=head, died_on=AT.date(), new_head=wife_of(family), **said(None))
    return head


def archived(family, tree):
    return life.archive(household=family, **said(None))


def requested(family, tree):
    here = clerk_of(tree.other_community)
    moved = factories.household(tree.other_community, head="孙德明")
    return life.request_move(household=moved, to=tree.community, left_on=AT.date(), **said(here))


def sent_away(family, tree):
    by = clerk_of(tree.community)
    return life.request_move(household=family, to=tree.other_community, left_on=AT.date(), **said(by))


def pair_of(family, tree):
    first = factories.household(tree.community, head="赵桂兰")
    born = first.head.birth_on
    factories.household(tree.community, head={"name": "赵桂兰", "id_number": "", "birth_on": born})
    duplicates.scan(organisation=tree.community, at=AT)
    return DuplicatePair.objects.get()


def told_apart(family, tree):
    return duplicates.different(pair=pair_of(family, tree), **said(clerk_of(tree.community)))


def itself(family, tree):
    return family


def member(family, tree):
    return wife_of(family)


# name of the address: (row, what is POSTed, what is true when it was done)
PAGES = {
    "member_leave": (member, {"left_on": DAY}, lambda one: one.left_on is not None),
    "member_death": (member, {"died_on": DAY}, lambda one: one.died_on is not None),
    "member_back": (dead_head, {"relation": "spouse"}, lambda one: one.died_on is None),
    "household_archive": (itself, {}, lambda one: one.is_archived),
    "household_restore": (archived, {}, lambda one: not one.is_archived),
    "household_split": (itself, "split", lambda one: Household.objects.count() == 2),
    "household_move": (itself, "move", lambda one: one.organisation.name == "乙社区"),
    "move_accept": (requested, {"group_name": "1组"}, lambda one: one.answer == "accepted"),
    "move_decline": (requested, {}, lambda one: one.answer == "declined"),
    "move_withdraw": (sent_away, {}, lambda one: one.answer == "withdrawn"),
    "duplicate_different": (pair_of, {}, lambda one: one.verdict == "different"),
    "duplicate_same": (pair_of, {"survivor": "first"}, lambda one: one.verdict == "same"),
    "duplicate_reconsider": (told_apart, {}, lambda one: one.verdict == ""),
}


def data_of(data, family, tree):
    special = {
        "split": lambda: {f"member_{wife_of(family).pk}": "head"},
        "move": lambda: {"to": tree.sibling.pk, "left_on": DAY, "group_name": "2组"},
    }
    return (special[data]() if isinstance(data, str) else data) | REASON


@pytest.mark.parametrize("name", PAGES)
def test_every_event_has_its_ladder(client, family, tree, name):
    make, data, is_done = PAGES[name]
    row = make(family, tree)
    url, missing = reverse(name, args=[row.pk]), reverse(name, args=[10**12])
    data = data_of(data, family, tree) | {"form_key": str(uuid.uuid4())}
    clerk = user_with("clerk", tree.township)
    # outside, without the right, with a wrong id
    client.force_login(clerk_of(factories_elsewhere(tree)))
    assert client.post(url, data).status_code == 404
    client.force_login(user_with("head", tree.community))
    assert client.get(url).status_code == 403
    client.force_login(clerk)
    assert client.get(missing).status_code == 404
    # GET shows and does nothing; POST does it; the second click is harmless
    assert client.get(url).status_code == 200
    row.refresh_from_db()
    assert not is_done(row)
    assert client.post(url, {**data, "reason": ""}).status_code == 200
    answer = client.post(url, data)
    assert answer.status_code == 302, answer.context["form"].errors
    again = client.post(url, data, follow=True)
    assert again.status_code in (200, 404)
    row = type(row).objects.get(pk=row.pk)
    assert is_done(row)


def factories_elsewhere(tree):
    """A community of another county, out of everybody's sight."""
    county = organisation("远山县", level=Level.COUNTY)
    return organisation("远村", organisation("远镇", county, Level.TOWNSHIP))


def test_somebody_is_found_and_taken_in_with_homonyms_told_apart(clerk, family, other, tree):
    namesake = factories.household(tree.community, head="王建国")
    hidden = factories.household(tree.other_community, head="王建国", number="CANARY1")
    url = reverse("household_join", args=[family.pk])
    page = clerk.get(url, {"q": "wjg"}).content.decode()
    assert other.number in page and namesake.number in page and hidden.number not in page
    assert clerk.get(url, {"person": hidden.head.pk}).status_code == 404
    assert other.number in clerk.get(url, {"person": other.head.pk}).content.decode()
    person = other.head
    answer = clerk.post(f"{url}?person={person.pk}", {"relation": "other", **REASON})
    person.refresh_from_db()
    assert answer.status_code == 302 and person.household == family


@pytest.mark.parametrize("typed", ["", "x", "-1", "9" * 30, "\x00", "１２"])
@pytest.mark.parametrize(("name", "parameter"), [("household_join", "person"), ("household_merge", "other")])
def test_a_broken_choice_shows_the_search_again(clerk, family, name, parameter, typed):
    url = reverse(name, args=[family.pk])
    assert clerk.get(url, {parameter: typed}).status_code == 200
    assert clerk.get(url, {"q": typed}).status_code == 200


def test_two_households_are_merged_by_search_and_choice(clerk, family, other):
    url = reverse("household_merge", args=[family.pk])
    assert other.number in clerk.get(url, {"q": other.number}).content.decode()
    assert clerk.get(url, {"other": family.pk}).status_code == 404
    head = other.head
    assert "本户户主的关系" in clerk.get(url, {"other": other.pk}).content.decode()
    answer = clerk.post(f"{url}?other={other.pk}", {f"member_{head.pk}": "sibling", **REASON})
    other.refresh_from_db()
    assert answer.status_code == 302 and other.merged_into == family
    page = clerk.get(f"{reverse('household', args=[family.pk])}?tab=life").content.decode()
    assert f"并入 {other.number} 户" in page
    assert "并入的户" in clerk.get(f"{reverse('household', args=[other.pk])}?tab=life").content.decode()


def test_a_head_who_dies_is_followed_on_the_same_page(clerk, family):
    url = reverse("member_death", args=[family.head.pk])
    refused = clerk.post(url, {"died_on": DAY, **REASON})
    assert refused.status_code == 200 and "new_head" in refused.context["form"].errors
    assert "1960-03-05 出生" in clerk.get(url).content.decode()
    clerk.post(url, {"died_on": DAY, "new_head": wife_of(family).pk, **REASON})
    assert wife_of(family).relation == "head"


def test_a_community_clerk_hands_over_and_the_other_one_takes_in(client, family, tree):
    client.force_login(clerk_of(tree.community))
    url = reverse("household_move", args=[family.pk])
    page = client.get(url).content.decode()
    assert "下坪镇丙村（须对方接收）" in page
    data = {"to": tree.other_community.pk, "left_on": DAY, **REASON}
    assert "等对方接收" in client.post(url, data, follow=True).content.decode()
    request = MoveRequest.objects.get()
    taker = clerk_of(tree.other_community)
    assert [one.kind for one in todo.for_user(taker, dates.today(AT))] == ["迁移"]
    client.force_login(taker)
    assert client.get(reverse("household", args=[family.pk])).status_code == 404
    waiting = client.get(reverse("moves")).content.decode()
    assert reverse("move_accept", args=[request.pk]) in waiting
    assert reverse("move_withdraw", args=[request.pk]) not in waiting
    client.post(reverse("move_accept", args=[request.pk]), REASON)
    assert client.get(reverse("household", args=[family.pk])).status_code == 200
    client.force_login(clerk_of(tree.community))
    left = client.get(reverse("moves"), {"number": family.number}).content.decode()
    assert reverse("household_as_of", args=[family.pk]) in left
    assert client.get(reverse("move_accept", args=[request.pk])).status_code == 403


def test_the_tab_offers_what_may_be_done_and_nothing_else(client, family, tree):
    url = f"{reverse('household', args=[family.pk])}?tab=life"
    events = ["join", "split", "merge", "move", "archive"]
    client.force_login(clerk_of(tree.community))
    page = client.get(url).content.decode()
    assert all(reverse(f"household_{name}", args=[family.pk]) in page for name in events)
    assert reverse("household_restore", args=[family.pk]) not in page
    assert reverse("member_leave", args=[family.head.pk]) in page
    life.archive(household=family, **said(None))
    page = client.get(url).content.decode()
    assert reverse("household_restore", args=[family.pk]) in page and "归档：入户核实" in page
    client.force_login(user_with("head", tree.community))
    page = client.get(url).content.decode()
    assert "/leave/" not in page and "/restore/" not in page and "变动经过" in page


# -- duplicates -------------------------------------------------------------------------------------


def test_a_pair_is_seen_by_who_sees_both(client, pair, tree):
    todo_kinds = {}
    for name, office in (("community", tree.community), ("township", tree.township)):
        user = clerk_of(office)
        client.force_login(user)
        page = client.get(reverse("duplicates")).content.decode()
        is_seen = name == "township"
        assert ("赵桂兰" in page) is is_seen
        assert (client.get(reverse("duplicate", args=[pair.pk])).status_code == 200) is is_seen
        todo_kinds[name] = [one.kind for one in todo.for_user(user, dates.today(AT))]
    assert todo_kinds == {"community": [], "township": ["查重"]}


def test_the_pair_side_by_side_marks_what_differs_and_masks_numbers(clerk, pair):
    page = clerk.get(reverse("duplicate", args=[pair.pk])).content.decode()
    for text in ("姓名和出生日期相同", "不同", "相同", "一方未填", "甲村1组", "乙社区1组"):
        assert text in page
    assert pair.first.id_number not in page and pair.first.phone not in page


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ({}, True),
        ({"reason": "name_birth"}, True),
        ({"reason": "phone"}, False),
        ({"standing": "different"}, False),
        ({"community": "own"}, False),
        ({"community": "x", "reason": "y", "standing": "z"}, True),
    ],
)
def test_the_list_of_pairs_is_narrowed(clerk, pair, tree, query, is_found):
    query = {key: tree.community.pk if value == "own" else value for key, value in query.items()}
    page = clerk.get(reverse("duplicates"), query).content.decode()
    assert (reverse("duplicate", args=[pair.pk]) in page) is is_found


def test_a_scan_is_started_as_a_job_over_ones_own_places(
    clerk, pair, tree, django_capture_on_commit_callbacks
):
    DuplicatePair.objects.all().delete()
    url = reverse("duplicates_scan")
    assert clerk.get(url).status_code == 200
    assert clerk.post(url, {"organisation": tree.county.pk}).status_code == 200
    data = {"organisation": tree.township.pk, "form_key": str(uuid.uuid4())}
    with django_capture_on_commit_callbacks(execute=True):
        assert clerk.post(url, data).status_code == 302
        assert clerk.post(url, data).status_code == 302
    assert DuplicatePair.objects.count() == Job.objects.count() == 1
    assert "新发现 1 对" in clerk.get(reverse("duplicates")).content.decode()


@pytest.mark.parametrize("name", ["duplicates", "duplicates_scan", "moves"])
def test_pages_without_a_row_need_their_right(client, tree, name):
    client.force_login(user_with("keeper", tree.township))
    assert client.get(reverse(name)).status_code == 403


def test_lists_cost_the_same_with_3_and_13_rows(clerk, tree, django_assert_max_num_queries):
    def grow(count):
        for _ in range(count):
            first = factories.household(tree.community, head=f"赵桂{'兰花香玉珍英芳'[count % 7]}")
            twin = {"name": first.head.name, "id_number": "", "birth_on": first.head.birth_on}
            second = factories.household(tree.community, head=twin)
            duplicates.scan(organisation=tree.county, at=AT, persons=[second.head.pk])
            by = clerk_of(tree.community)
            life.move(household=first, to=tree.sibling, left_on=AT.date(), **said(None))
            life.request_move(household=second, to=tree.sibling, left_on=AT.date(), **said(by))

    def cost(name):
        with django_assert_max_num_queries(16) as counted:
            assert clerk.get(reverse(name)).status_code == 200
        return len(counted)

    grow(2)
    three = [cost("duplicates"), cost("moves")]
    grow(5)
    assert [cost("duplicates"), cost("moves")] == three


def test_merging_by_page_takes_the_chosen_facts(clerk, pair):
    Person.objects.filter(pk=pair.first_id).update(note="甲的备注")
    Person.objects.filter(pk=pair.second_id).update(note="乙的备注")
    url = reverse("duplicate_same", args=[pair.pk])
    assert "下列各项改用另一条记录的内容" in clerk.get(url).content.decode()
    assert clerk.post(url, {"survivor": "third", **REASON}).status_code == 200
    clerk.post(url, {"survivor": "second", "take": ["note"], **REASON})
    kept = Person.objects.get(pk=pair.second_id)
    assert kept.note == "甲的备注" and Person.objects.get(pk=pair.first_id).merged_into == kept
    assert kept.id_number
