"""Lists by keyset: every row once, in order, forwards and backwards, whatever the address says."""

import pytest
from django.db.models import F, Value
from django.db.models.functions import Coalesce

from welfare import paging
from welfare.models import Organisation
from welfare.testing.personas import organisation

pytestmark = pytest.mark.django_db
BY_NAME = paging.Order("name", ("name", "id"))
BY_PHONE = paging.Order("phone", (Coalesce(F("hotline"), Value("")), "id"))
ORDERS = (BY_NAME, BY_PHONE)


@pytest.fixture
def rows():
    for number in range(13):
        organisation(f"{number % 5}号村{number:02}", hotline=str(number % 3))
    return Organisation.objects.filter(hotline__in=["0", "1", "2"])


def cut(rows, size=4, **parameters):
    return paging.cut(rows, ORDERS, parameters, size=size)


def walk(rows, first, step):
    """The pages from the first one on, each asked for by the edge of the one before."""
    pages = [cut(rows, **first)]
    while (pages[-1].has_after, pages[-1].has_before)[step == "before"]:
        edge = pages[-1].rows[-1 if step == "after" else 0]
        pages.append(cut(rows, **{**first, "page": "", step: str(edge.pk)}))
    return pages


@pytest.mark.parametrize("sort", ["name", "-name", "phone", "-phone"])
def test_walking_forwards_meets_every_row_once_in_order(rows, sort):
    order, is_falling = (BY_NAME if "name" in sort else BY_PHONE), sort.startswith("-")
    met = [row.pk for page in walk(rows, {"sort": sort}, "after") for row in page.rows]
    assert met == [row.pk for row in order.sorted(rows, is_falling=is_falling)]


@pytest.mark.parametrize("sort", ["name", "-phone"])
def test_walking_backwards_from_the_last_page_meets_every_row(rows, sort):
    pages = walk(rows, {"sort": sort, "page": "last"}, "before")
    assert {row.pk for page in pages for row in page.rows} == {row.pk for row in rows}
    assert [row.pk for row in pages[-1].rows] == [row.pk for row in cut(rows, sort=sort).rows]


@pytest.mark.parametrize(
    "parameters",
    [
        {"after": "x"},
        {"after": "-1"},
        {"after": "9" * 30},
        {"after": "²"},
        {"before": "0"},
        {"page": "7"},
        {"sort": "path"},
        {"sort": "--name"},
    ],
)
def test_an_address_that_leads_nowhere_is_page_one(rows, parameters):
    first = cut(rows)
    assert [row.pk for row in cut(rows, **parameters).rows] == [row.pk for row in first.rows]
    assert not cut(rows, **parameters).has_before


def test_an_edge_out_of_scope_is_page_one(rows):
    hidden = rows.order_by("name").last()
    found = paging.cut(rows.exclude(pk=hidden.pk), ORDERS, {"after": str(hidden.pk)}, size=4)
    assert not found.has_before


def test_an_edge_that_no_longer_meets_the_filter_is_still_a_place(rows):
    edge = rows.order_by("name", "pk")[5]
    found = paging.cut(rows.exclude(pk=edge.pk), ORDERS, {"after": str(edge.pk)}, size=4, among=rows)
    assert found.rows[0] == rows.order_by("name", "pk")[6]


def test_a_count_stops_where_nobody_counts_further(rows):
    assert paging.count(rows, most=12) == paging.Count(12, True)
    assert paging.count(rows, most=13) == paging.Count(13, False)
    assert paging.Count(10_000, True).text("户") == "1 万户以上"
    assert paging.Count(136, False).text("户") == "136 户"


def test_a_page_takes_the_same_statements_wherever_it_is(rows, django_assert_num_queries):
    with django_assert_num_queries(2):
        cut(rows)
    with django_assert_num_queries(2):
        cut(rows, page="last")
    edge = rows.order_by("name", "pk")[4]
    with django_assert_num_queries(3):
        cut(rows, after=str(edge.pk))
