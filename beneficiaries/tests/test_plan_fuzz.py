"""Spoilt plan files: whatever is wrong with one, it is refused in words and nothing is written, or it loads whole."""

import copy
import tomllib
from decimal import Decimal

import pytest
import tomli_w
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beneficiaries import plan_file
from beneficiaries.models import Programme
from beneficiaries.queries.plans import check, plan_of
from beneficiaries.services import plans
from welfare.errors import Refusal
from welfare.testing.personas import AT, make_organisations, user_with

FILES = [
    tomllib.loads(plan_file.named(number).read_text(encoding="utf-8"), parse_float=Decimal)
    for number in ("000-4", "000-6", "000-7", "002-4")
]
JUNK = st.one_of(
    st.none(),  # taken out
    st.integers(-(10**20), 10**20),
    st.sampled_from([0, -1, 10**6, 32768, 2**31, 2**63]),
    st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**15), max_value=10**15),
    st.text(max_size=300).filter(lambda text: "\r" not in text),
    st.sampled_from(
        ["", " ", "农历腊月三十", "02-30", "次年13-01", "=1+1", "困难" * 200, "household", "2/3"]
    ),
    st.booleans(),
    st.dates(),
    st.lists(st.text(max_size=5), max_size=3),
    st.dictionaries(st.sampled_from(["a", "any", "value", "fact"]), st.integers(), max_size=2),
)


class Undone(Exception):
    """Rolls an example back."""


def places(value, path=()):
    """Paths of every value in the tables of a file."""
    if path:
        yield path
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, child in children:
        yield from places(child, (*path, key))


@st.composite
def spoilt(draw):
    data = copy.deepcopy(draw(st.sampled_from(FILES)))
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(list(places(data))))
        holder = data
        for key in path[:-1]:
            holder = holder[key]
        junk = draw(JUNK)
        if junk is not None:
            holder[path[-1]] = junk
        else:
            del holder[path[-1]]
    return tomli_w.dumps(data)


@pytest.fixture
def office(db):
    tree = make_organisations()
    return tree.township, user_with("programme_officer", tree.township)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(text=spoilt())
def test_a_spoilt_file_is_refused_in_words_or_loads_whole(office, text):
    organiser, officer = office
    try:
        with transaction.atomic():
            programme = plans.load_plan(plan=plan_file.parse(text), organiser=organiser, by=officer, at=AT)
            assert all(isinstance(finding, str) for finding in check(programme))
            again = plan_file.parse(plan_file.write(plan_of(programme)))
            assert again.categories == plan_of(programme).categories
            raise Undone
    except Undone:
        pass
    except Refusal as refusal:
        assert any("\u4e00" <= letter <= "\u9fff" for letter in refusal.message)
    assert not Programme.objects.exists()


def test_the_spoiling_itself_reaches_every_part():
    paths = {path[0] for data in FILES for path in places(data)}
    assert {"season", "goods", "categories", "steps", "milestones", "stated", "funds", "quota"} <= paths
