"""Each tripwire catches what it is for, and lets pass what it should."""

import warnings

import pytest
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.template import Context, engines
from django.urls import path

from welfare.models import User
from welfare.testing import tripwires


def render(source, origin="welfare/templates/made_up.html", **context):
    engine = engines["django"].engine
    template = type(engine.from_string(""))(
        source, origin=type("Origin", (), {"name": str(tripwires.BASE_DIR / origin)})(), engine=engine
    )
    return template.render(Context(context))


@pytest.mark.parametrize(
    ("source", "origin", "told"),
    [
        ("{{ missing }}", "templates/x.html", 1),
        ("{{ known.missing|upper }}", "welfare/templates/x.html", 1),
        ("{% with a=missing %}{% endwith %}", "templates/x.html", 1),
        ("{{ known }}{{ known.one }}", "templates/x.html", 0),
        ("{{ missing|default:'-' }}", "templates/x.html", 0),
        ("{% if missing %}{% endif %}", "templates/x.html", 0),
        ("{{ missing }}", ".venv/lib/package/templates/x.html", 0),
    ],
)
def test_an_undefined_variable_in_our_templates_is_told(source, origin, told):
    with tripwires.caught() as found:
        render(source, origin, known={"one": 1})
    assert len(found) == told


def test_a_setting_that_makes_the_engines_anew_does_not_blind_them(settings):
    settings.DEBUG = True
    with tripwires.caught() as found:
        render("{{ missing }}", "templates/x.html")
    assert len(found) == 1


def test_an_undefined_variable_renders_as_in_production():
    with tripwires.caught():
        assert render("[{{ missing }}|{{ missing|default:'none' }}]") == "[|none]"


def test_a_warning_from_our_own_modules_is_an_error():
    with pytest.raises(DeprecationWarning):
        warnings.warn("old", DeprecationWarning, stacklevel=1)


def test_unordered_rows_come_shuffled_and_ordered_ones_do_not(db):
    User.objects.bulk_create(User(username=f"u{n:02}") for n in range(40))
    names = sorted(f"u{n:02}" for n in range(40))
    unordered = [user.username for user in User.objects.order_by()]
    assert unordered != names
    assert sorted(unordered) == names
    assert [user.username for user in User.objects.order_by("username")] == names


def writes(request):
    User.objects.update(is_active=True)
    return HttpResponse()


def reads(request):
    Session.objects.all().delete()
    list(User.objects.select_for_update())
    return HttpResponse()


urlpatterns = [path("writes/", writes), path("reads/", reads)]


@pytest.mark.urls(__name__)
def test_a_get_that_writes_is_told(client, db):
    with tripwires.caught() as found:
        client.get("/writes/")
        client.post("/writes/")
    assert len(found) == 1
    assert "GET /writes/ writes to welfare_user" in found[0]


@pytest.mark.urls(__name__)
def test_a_get_that_reads_locks_or_ends_sessions_passes(client, db):
    with tripwires.caught() as found:
        client.get("/reads/")
    assert found == []


@pytest.mark.parametrize(
    ("sql", "table"),
    [
        ('UPDATE "welfare_user" SET x = 1', "welfare_user"),
        ('WITH a AS (DELETE FROM "t" RETURNING 1) SELECT * FROM a', "t"),
        ('SELECT 1 FROM "t" FOR UPDATE OF "t"', None),
        ('SELECT 1 FROM "t" FOR NO KEY UPDATE', None),
    ],
)
def test_what_a_statement_writes_to(sql, table):
    assert tripwires.written_table(sql) == table


def test_our_routes_leave_out_the_admin_and_are_noted_when_asked_for(client, db):
    routes = tripwires.our_routes()
    assert "login/" in routes
    assert [route for route in routes if route.startswith("admin/")] == [
        "admin/r/<path:nothing>"
    ]  # ours, a 404
    client.get("/login/")
    assert "login/" in tripwires._visited


def test_violations_fail_the_test(monkeypatch):
    monkeypatch.setattr(tripwires, "_violations", ["told"])
    with pytest.raises(pytest.fail.Exception, match="told"):
        tripwires._fail_on_violations()
