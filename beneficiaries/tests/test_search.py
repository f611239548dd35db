"""The search: every way of asking, within every scope, with what tells homonyms apart."""

from datetime import date

import pytest
from django.urls import reverse

from beneficiaries.models import Institution, Person
from beneficiaries.queries import people
from beneficiaries.tests import factories
from welfare.testing.personas import clerk_of, nobody, user_with

pytestmark = pytest.mark.django_db
SEARCHES = ("person_search", "person_suggest")


@pytest.fixture
def home(tree):
    return factories.household(
        tree.community,
        head={"name": "曾国强", "id_number": factories.id_number(date(1960, 3, 5))},
        members=[factories.member("张伟"), factories.member("张伟强"), factories.member("单小花")],
        number="H0700012",
    )


@pytest.fixture
def clerk(tree):
    return clerk_of(tree.community)


def found(user, text):
    return [(hit.person.name, hit.why) for hit in people.search(user, text).hits]


@pytest.mark.parametrize(
    ("typed", "hits"),
    [
        ("张", [("张伟", "姓名"), ("张伟强", "姓名")]),
        ("张伟", [("张伟", "姓名相同"), ("张伟强", "姓名")]),
        ("zw", [("张伟", "拼音")]),
        ("zhangwei", [("张伟", "拼音")]),
        ("zhangw", [("张伟", "拼音")]),
        ("zhang", [("张伟", "拼音"), ("张伟强", "拼音")]),
        ("zengguoqiang", [("曾国强", "拼音")]),
        ("sxh", [("单小花", "拼音")]),
        ("dxh", [("单小花", "拼音")]),
        ("H07000", [("曾国强", "户编号")]),
        ("h0700012", [("曾国强", "户编号")]),
        ("H0700", [("曾国强", "户编号")]),
        ("H0800", []),
        ("张 伟", [("张伟", "姓名相同"), ("张伟强", "姓名")]),
    ],
)
def test_names_and_household_numbers(clerk, home, typed, hits):
    assert found(clerk, typed) == hits


def test_numbers_whole_and_by_their_tail(clerk, home):
    head = home.head
    assert found(clerk, head.id_number) == [("曾国强", "身份证号相同")]
    assert found(clerk, head.id_number[-6:]) == [("曾国强", "身份证后六位")]
    assert ("曾国强", "身份证后四位") in found(clerk, head.id_number[-4:].lower())
    assert found(clerk, head.phone) == [("曾国强", "电话相同")]
    assert ("曾国强", "电话尾号") in found(clerk, head.phone[-4:])
    assert found(clerk, f"曾国强 {head.phone[-4:]}") == [("曾国强", "姓名和号码末尾")]
    assert found(clerk, f"zgq {head.id_number[-6:]}") == [("曾国强", "姓名和号码末尾")]
    assert found(clerk, f"曾国强 {int(head.phone[-4:]) + 1:04}") == []


def test_a_household_without_a_head_is_found_by_its_number(clerk, home):
    Person.objects.filter(household=home, relation="head").update(died_on=date(2025, 1, 1))
    assert found(clerk, "H0700012") == [("张伟", "户编号")]


def test_more_than_is_shown_is_said_and_not_read(clerk, tree, django_assert_max_num_queries):
    for _ in range(4):
        factories.household(tree.community, head="王大明")
    result = people.search(clerk, "王", most=3)
    assert len(result.hits) == 3 and result.has_more
    assert not people.search(clerk, "王", most=4).has_more
    with django_assert_max_num_queries(4):
        people.search(clerk, "王", most=3)


def test_the_order_is_the_same_in_a_small_office_and_a_county(tree, clerk):
    for number in ("B2", "A1", "C3"):
        factories.household(tree.community, head="王大明", number=number)
    for user in (clerk, user_with("approver", tree.county)):
        hits = people.search(user, "王大明").hits
        assert [hit.person.household.number for hit in hits] == ["A1", "B2", "C3"]


def test_a_line_tells_homonyms_of_one_community_apart(clerk, tree):
    for year, number in ((1950, "A1"), (1980, "B2")):
        factories.household(
            tree.community,
            head={"name": "李户主", "id_number": factories.id_number(date(year, 3, 5))},
            members=[factories.member("王小明", id_number=factories.id_number(date(year + 20, 1, 1)))],
            number=number,
        )
    first, second = [hit.line for hit in people.search(clerk, "王小明").hits]
    assert first != second
    assert "1970年生 · 甲村1组 · A1 · 子女 · 户主 李户主" in first and "**********" in first


def test_institutions_are_found_by_name_within_reach(client, tree, clerk, home):
    for place, name in ((tree.community, "张记纸箱厂"), (tree.sibling, "张家水泥厂")):
        Institution.objects.create(organisation=place, name=name, registered_on=date(2025, 1, 1))
    client.force_login(clerk)
    for address in SEARCHES:
        page = client.get(reverse(address), {"q": "张"}).content.decode()
        assert "张记纸箱厂" in page and "张家水泥厂" not in page


@pytest.mark.parametrize("address", SEARCHES)
def test_the_search_shows_nothing_of_another_office(client, tree, home, address):
    head = home.head
    texts = [
        "曾国强",
        "zgq",
        "曾国强 " + head.phone[-4:],
        head.id_number,
        head.id_number[-4:],
        head.phone,
        "H0700012",
    ]
    for user, sees in [
        (clerk_of(tree.community), True),
        (user_with("reviewer", tree.township), True),
        (user_with("approver", tree.county), True),
        (clerk_of(tree.sibling), False),
        (clerk_of(tree.other_community), False),
        (user_with("reviewer", tree.other_township), False),
    ]:
        client.force_login(user)
        for text in texts:
            page = client.get(reverse(address), {"q": text}).content.decode()
            assert (f"{reverse('household', args=[home.pk])}" in page) is sees, (user, text)
            assert head.id_number not in page.replace(f'value="{text}"', "")
    for stranger in (nobody(), user_with("administrator", tree.county)):
        client.force_login(stranger)
        assert client.get(reverse(address), {"q": "曾"}).status_code == 403
    assert client.post(reverse(address)).status_code in (403, 405)


@pytest.mark.parametrize(
    "typed", ["", " ", "%", "_", "'", "\x00", "=1+1", "王" * 99, "9" * 30, "１２３４", "²", "张 伟 12"]
)
@pytest.mark.parametrize("address", SEARCHES)
def test_the_search_answers_whatever_is_typed(client, clerk, home, address, typed):
    client.force_login(clerk)
    assert client.get(reverse(address), {"q": typed}).status_code == 200


def test_a_page_of_hits_costs_the_same_with_3_and_13(client, clerk, tree, django_assert_max_num_queries):
    client.force_login(clerk)

    def cost():
        with django_assert_max_num_queries(12) as counted:
            client.get(reverse("person_search"), {"q": "王"})
        return len(counted)

    for _ in range(3):
        factories.household(tree.community, head="王大明")
    three = cost()
    for _ in range(10):
        factories.household(tree.community, head="王大明")
    assert cost() == three


def test_the_box_stands_on_every_staff_page_of_who_reads_the_registry(client, tree, clerk):
    client.force_login(clerk)
    page = client.get(reverse("todo")).content.decode()
    assert f'action="{reverse("person_search")}"' in page and f'hx-get="{reverse("person_suggest")}"' in page
    client.force_login(user_with("administrator", tree.county))
    assert "topbar-search" not in client.get(reverse("todo")).content.decode()
