"""The list, the household page and the search, beside the plain admin and hand-written SQL."""

import html
import re
from urllib.parse import urljoin

from django.db.models import Count
from django.urls import reverse

from beneficiaries.benchmarks import floor, place
from beneficiaries.benchmarks.visitors import asking, get, plain_visitor, visitor
from beneficiaries.models import Household, Person
from beneficiaries.queries import people
from welfare import crypto, pinyin
from welfare.benchmark import Bar, Case, statements

PLAIN_LIST, LEAN_LIST = "/plain/beneficiaries/household/", "/lean/beneficiaries/household/"
PLAIN_PEOPLE = "/plain/beneficiaries/person/"
LAST_LINK = re.compile(r'<a href="([^"]+)"[^>]*>末页</a>')
BEYOND = 10**7  # a page number past the last: the list answers with its last page
PAGE_TURNS = 4


def cases():
    """Everything that reads."""
    return [*_lists(), *_household_page(), *_counts(), *_searches()]


# -- lists and pages ------------------------------------------------------------------------------


def deepest(client, address):
    """The address of the last page of a list: its own link to it, or a page number beyond the last."""
    link = LAST_LINK.search(get(client, address).content.decode())
    return urljoin(address, html.unescape(link[1])) if link else f"{address}?page={BEYOND}"


def _lists():
    plain = plain_visitor()
    address, count = reverse("registry"), Household.objects.count()
    found = []
    for key, who in (("county", "county user"), ("community", "community user")):
        client = visitor(key)
        first, last = asking(client, address), asking(client, deepest(client, address))
        beside = {"B": asking(plain, PLAIN_LIST), "B lean": asking(plain, LEAN_LIST)}
        bars = (Bar(0.6, "B", "p95"),)
        found.append(Case("list", f"page 1, {who}", {"own": first, **beside}, bars, turns=PAGE_TURNS))
        beside = {
            "B": asking(plain, PLAIN_LIST, p=-(-count // 100)),
            "B lean": asking(plain, LEAN_LIST, p=-(-count // 25)),
            "own page 1": first,
        }
        bars = (Bar(0.2, "B", "p95"), Bar(1.2, "own page 1", "p95"))
        found.append(Case("list", f"deepest page, {who}", {"own": last, **beside}, bars, turns=PAGE_TURNS))
    return found


def _household_page():
    household = _households()[0]
    variants = {
        "own": asking(visitor("county"), _address(household)),
        "B": asking(plain_visitor(), f"{PLAIN_LIST}{household.pk}/change/"),
    }
    return [Case("household", "household page, county user", variants, turns=PAGE_TURNS)]


def _counts():
    """Statements of list and detail, where there is much and where there is little."""
    large, small = _households()
    county, tiny = visitor("county"), visitor("tiny")
    address = reverse("registry")
    list_of = {"own": _counted(county, address), "small": _counted(tiny, address)}
    page_of = {"own": _counted(county, _address(large)), "small": _counted(county, _address(small))}
    return [
        Case("queries", "list, county beside ten persons", list_of, _most(12), "queries", turns=0),
        Case("queries", "household page, large beside small", page_of, _most(30), "queries", turns=0),
    ]


def _most(limit):
    return (Bar(limit), Bar(1, "small"))


def _counted(client, address):
    def count():
        with statements() as seen:
            get(client, address)
        return seen.count

    get(client, address)  # what is asked once per process is not counted
    return count


def _households():
    """A household with the most members, and one with the fewest."""
    sized = Household.objects.current().filter(pk__lt=5000).annotate(members_count=Count("members"))
    return sized.order_by("-members_count", "pk").first(), sized.order_by("members_count", "pk").first()


def _address(household):
    return reverse("household", args=[household.pk])


# -- search ---------------------------------------------------------------------------------------


def _searches():
    county, plain, user = visitor("county"), plain_visitor(), place.staff("county")
    found = []
    for label, text, condition, value in _sought():
        address = reverse("person_search")
        page = {"own": asking(county, address, q=text), "B": asking(plain, PLAIN_PEOPLE, q=text)}
        bars = (Bar(0.1, "B"),)
        found.append(Case("search", f"{label}: page", page, bars, turns=PAGE_TURNS))
        sql = {"own": _sql_of(user, text), "F": _floor_of(condition, value)}
        found.append(Case("search", f"{label}: SQL", sql, (Bar(3, "F"),), turns=PAGE_TURNS))
    text = _sought()[0][1]
    page = {
        "own": asking(visitor("community"), reverse("person_search"), q=text),
        "B": asking(plain, PLAIN_PEOPLE, q=text),
    }
    found.append(Case("search", "name, community user: page", page, (Bar(0.1, "B"),), turns=PAGE_TURNS))
    return found


def _sought():
    """(label, what is typed, floor condition, its value) of each kind of search."""
    somebody = _somebody()
    return [
        ("name 张伟", "张伟", floor.BY_TERMS, pinyin.query_terms("张伟")),
        ("initials zw", "zw", floor.BY_TERMS, ["zw"]),
        ("pinyin zhangwei", "zhangwei", floor.BY_TERMS, ["zhangwei"]),
        ("ID tail", somebody.id_number[-4:], floor.BY_ID_TAIL, crypto.tail_index("id", somebody.id_number)),
        ("phone tail", somebody.phone[-4:], floor.BY_PHONE_TAIL, crypto.tail_index("phone", somebody.phone)),
        ("household number", somebody.household.number, floor.BY_NUMBER, somebody.household.number),
    ]


def _somebody():
    """Somebody in the middle of the registry who has a phone."""
    half = Person.objects.order_by("-pk").values_list("pk", flat=True)[:1][0] // 2
    return (
        Person.objects.select_related("household").filter(pk__gte=half, phone__isnull=False).order_by("pk")[0]
    )


def _sql_of(user, text):
    def ask():
        with statements() as seen:
            people.search(user, text)
        return seen.seconds

    return ask


def _floor_of(condition, value):
    def ask():
        with statements() as seen:
            floor.find(condition, value)
        return seen.seconds

    return ask
