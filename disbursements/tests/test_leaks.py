"""The leak matrix: one community has a whole season, and nobody without business there sees any of it.

Every address is asked for by people of the sibling, of another township, of a group below, by the
administrator, by a visitor off the team and by somebody without a role: no answer holds a name, household
number, address or number of the community's people. Its own staff and the township do see them, so the
matrix is not blind; and with the scope of one model taken away it turns red.
"""

import io
import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.urls import NoReverseMatch, reverse

from beneficiaries.models import Household, Institution, Person, RegisterImport, Roster
from beneficiaries.services import imports
from disbursements.models import Sheet
from disbursements.tests import factories
from visits.models import Visit
from visits.services import needs
from welfare import roles
from welfare.enums import Level
from welfare.scope import ScopedModel, ScopedQuerySet
from welfare.testing import personas, tripwires
from welfare.testing.personas import AT

pytestmark = pytest.mark.django_db

NEVER_WAS = 987_654_321
FIRST = 700_001  # the canaries' tables start counting here, so that one number is a row of nearly every table
OUT_OF_REACH = {"logout", "password_change"}  # acts on oneself
PUBLIC = re.compile(r"^notices/")  # for everybody, masked; tested by its bytes elsewhere
OF_PROGRAMMES = re.compile(
    r"programmes/|disbursements/summary/"
)  # an approved programme is read below its organiser
WRITERS = {"sibling clerk", "group below", "other reviewer", "other accountant", "other keeper"}
PLACE = r"<\w+:(\w+)>"


# -- the world ------------------------------------------------------------------------------------------


def count_from(first):
    """Let every table of ours number its next row ``first``."""
    with connection.cursor() as cursor:
        for model in apps.get_models():
            sequence = None
            if tripwires.is_ours(model.__module__) and model._meta.pk.get_internal_type() == "BigAutoField":
                cursor.execute(
                    "SELECT pg_get_serial_sequence(%s, %s)", [model._meta.db_table, model._meta.pk.column]
                )
                (sequence,) = cursor.fetchone()
            if sequence:
                cursor.execute("SELECT setval(%s, %s, false)", [sequence, first])


@pytest.fixture
def world(tree):
    """甲村 with a season in every room, and the people who must not see it."""
    personas.organisation("一组", tree.community, Level.COMMUNITY)
    count_from(FIRST)
    made = factories.office(2)
    sheet = factories.drawn_sheet(made)
    line = sheet.lines.order_by("pk").first()
    visit = factories.visit(made, line.entry)
    factories.confirmed(made, line, visit=visit)
    needs.note(visit=visit, kind="housing", text="屋顶漏雨", by=made.leader, at=factories.LATER)
    Institution.objects.create(
        organisation=made.community, name="金丝雀织袜厂", contact_name="金丝雀厂长", registered_on=AT.date()
    )
    imports.upload(
        file=io.BytesIO(b"x"),
        filename="金丝雀登记表.csv",
        organisation=made.community,
        by=personas.clerk_of(made.community),
        at=AT,
        start_job=False,
    )
    made.canaries = canaries(made.community)
    return made


def canaries(community):
    """Whatever stands on file about the community's people: none of it may be seen outside."""
    found = {"金丝雀", "屋顶漏雨"}
    for person in Person.objects.filter(household__organisation=community).select_related("household"):
        found |= {person.name, person.household.number, person.household.address}
        found |= {person.id_number, person.phone}
    return found - {"", None}


def outsiders(made):
    """(who, user) of everybody who has no business in 甲村."""
    group = made.community.children.get()
    return [
        ("sibling clerk", personas.clerk_of(made.sibling)),
        ("sibling head", personas.head_of(made.sibling)),
        ("group below", personas.user_with("clerk", group)),
        ("other reviewer", personas.user_with("reviewer", made.other_township)),
        ("other accountant", personas.user_with("accountant", made.other_township)),
        ("other keeper", personas.user_with("keeper", made.other_township)),
        ("other inspector", personas.user_with("inspector", made.other_township)),
        ("other officer", personas.user_with("programme_officer", made.other_township)),
        ("administrator", personas.user_with("administrator", made.county)),
        ("visitor off the team", personas.user_with("visitor", made.community)),
        ("nobody", personas.nobody()),
    ]


def insiders(made):
    return [
        personas.clerk_of(made.community),
        personas.user_with("reviewer", made.township),
        personas.user_with("inspector", made.township),
        made.leader,
    ]


# -- the addresses --------------------------------------------------------------------------------------


def addresses(made):
    """[(address, whether it names a row of 甲村)] of every page of ours and of the admin."""
    values = {"organisation": made.community.pk, "programme": made.programme.pk, "move": "withdraw"}
    found = []
    for route, name in tripwires.our_routes().items():
        if name in OUT_OF_REACH or PUBLIC.match(route) or route.startswith("admin/"):
            continue
        address = "/" + re.sub(PLACE, lambda hit: str(values.get(hit[1], FIRST)), route)
        found.append((address, bool(re.search(PLACE, route)) and not OF_PROGRAMMES.search(route)))
    for model in admin.site._registry:
        stem = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        found.append((reverse(f"{stem}_changelist"), False))
        is_ours = issubclass(model, ScopedModel) and hasattr(model, "scope_organisation")
        for page in ("change", "history"):
            try:
                found.append((reverse(f"{stem}_{page}", args=[FIRST]), is_ours))
            except NoReverseMatch:
                continue
    return list(dict.fromkeys(found))


def asked(client, address, made):
    """What the address answers to a GET with every usual way of asking for more."""
    more = {
        "q": "zdm",
        "text": "zdm",
        "name": "zdm",
        "number": made.entries[0].household.number[:4],
        "community": made.community.pk,
        "organisation": made.community.pk,
        "roster": FIRST,
        "all": "1",
    }
    return client.get(address, more if not address.startswith("/admin/") else {})


def seen(response, wanted):
    """The canaries in an answer; what the asker typed herself (her own input fields) does not count."""
    data = b"".join(response.streaming_content) if response.streaming else response.content
    text = re.sub(r"<input[^>]*>", "", data.decode("utf-8", "replace"))
    return {canary for canary in wanted if canary in text}


def leaks(client, made, people):
    """Every answer to one of ``people`` that shows a canary, or tells a row of 甲村 from one that never was."""
    for who, user in people:
        client.force_login(user)
        for address, is_theirs in addresses(made):
            response = asked(client, address, made)
            never_was = address.replace(str(FIRST), str(NEVER_WAS))
            if shown := seen(response, made.canaries):
                yield who, "GET", address, response.status_code, sorted(shown)
            elif is_theirs and response.status_code != client.get(never_was).status_code:
                yield who, "GET", address, response.status_code, "exists"
            if is_theirs and who in WRITERS:
                status = client.post(address, {"reason": "看看"}).status_code
                if status != client.post(never_was, {"reason": "看看"}).status_code:
                    yield who, "POST", address, status, "exists"


# -- the matrix -----------------------------------------------------------------------------------------


def test_nobody_without_business_there_sees_anything_of_a_community(client, world):
    assert list(leaks(client, world, outsiders(world))) == []


def test_its_own_people_and_the_township_do_see_it(client, world):
    visible = set()
    for user in insiders(world):
        client.force_login(user)
        for address, _is_theirs in addresses(world):
            visible |= seen(asked(client, address, world), world.canaries)
    whole = {person.id_number for person in Person.objects.all()}
    whole |= {person.phone for person in Person.objects.all()}
    assert visible >= {canary for canary in world.canaries if canary not in whole}


@pytest.mark.parametrize("model", [Household, Person, Roster, Visit, Sheet, RegisterImport])
def test_with_the_scope_of_a_model_taken_away_the_matrix_turns_red(client, world, monkeypatch, model):
    real = ScopedQuerySet.visible_to

    def unscoped(self, user, permission=None, **more):
        return self.all() if self.model is model else real(self, user, permission, **more)

    monkeypatch.setattr(ScopedQuerySet, "visible_to", unscoped)
    for queryset in type(model.objects.all()).__mro__:
        if "visible_to" in vars(queryset) and queryset is not ScopedQuerySet:
            monkeypatch.setattr(queryset, "visible_to", unscoped)
    accountant = personas.user_with("accountant", world.other_township)
    people = [("sibling clerk", personas.clerk_of(world.sibling)), ("other accountant", accountant)]
    assert next(leaks(client, world, people), None)


def test_a_right_taken_away_acts_on_the_next_request(client, world):
    user = personas.clerk_of(world.community)
    client.force_login(user)
    address = reverse("household", args=[world.entries[0].household_id])
    assert client.get(address).status_code == 200
    user.role_assignments.all().delete()
    roles.forget(user)
    assert client.get(address).status_code == 403


def test_the_world_is_numbered_so_that_one_number_stands_for_a_row_of_every_room(world):
    models = [Household, Person, Roster, Visit, Sheet, RegisterImport, Institution]
    assert all(model.objects.filter(pk=FIRST).exists() for model in models)
