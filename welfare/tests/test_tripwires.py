"""Each tripwire catches what it is for, and lets pass what it should."""

import os
import subprocess
import sys
import warnings
from types import SimpleNamespace

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


SMALL_SITE = """
from django.http import HttpResponse
from django.urls import path
SECRET_KEY, ROOT_URLCONF, ALLOWED_HOSTS = "small", "small_site", ["testserver"]
INSTALLED_APPS = ["django.contrib.contenttypes"]
urlpatterns = [path(f"{name}/", lambda request: HttpResponse(), name=name) for name in ("one", "two")]
"""
VISIT = "def test_visit(client):\n    assert client.get('/{}/').status_code == 200\n"


def full_run(folder, *options, **files):
    """Exit status and output of pytest on a site with two addresses and these test files."""
    (folder / "small_site.py").write_text(SMALL_SITE)
    for name, source in files.items():
        (folder / f"test_{name}.py").write_text(source)
    (folder / "pytest.ini").write_text(
        "[pytest]\ntestpaths = .\nDJANGO_SETTINGS_MODULE = small_site\n"
        "addopts = -p pytest_django.plugin -p xdist.plugin -p welfare.testing.plugin\n"
    )
    foreign = {"DJANGO_SETTINGS_MODULE", "PYTEST_ADDOPTS"}
    environment = {name: value for name, value in os.environ.items() if name not in foreign}
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *options],
        cwd=folder,
        env=environment
        | {"PYTHONPATH": os.pathsep.join([str(folder), str(tripwires.BASE_DIR)])}
        | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
    )
    return run.returncode, run.stdout + run.stderr


@pytest.mark.parametrize("workers", ["-n0", "-n2"])
def test_a_full_run_that_leaves_out_an_address_fails_and_names_it(tmp_path, workers):
    status, told = full_run(tmp_path, workers, one=VISIT.format("one"), other=VISIT.format("one"))
    assert status == 1, told
    assert told.rstrip().splitlines()[-1].strip("= ").startswith("2 passed")
    assert "addresses that no test has asked for" in told
    assert "\ntwo\n" in told


def test_what_every_worker_has_visited_counts(tmp_path):
    status, told = full_run(tmp_path, "-n2", one=VISIT.format("one"), two=VISIT.format("two"))
    assert (status, "no test has asked for" in told) == (0, False), told


def a_run(*, named=False, **options):
    """The configuration of a run with these options, as far as the tripwire asks for it."""
    sources = pytest.Config.ArgsSource
    return SimpleNamespace(
        args_source=sources.ARGS if named else sources.TESTPATHS,
        ArgsSource=sources,
        getoption=lambda name, default: options.get(name, default),
    )


@pytest.mark.parametrize(
    ("run", "full"),
    [
        (a_run(), True),
        (a_run(numprocesses=2), True),
        (a_run(named=True), False),
        (a_run(keyword="visit"), False),
        (a_run(ignore=["test_one.py"]), False),
    ],
)
def test_only_a_full_run_is_judged(monkeypatch, run, full):
    monkeypatch.setattr(tripwires, "_skipped", False)
    assert tripwires._is_full_run(run) == full


def test_a_skipped_test_might_have_been_the_visitor_even_in_a_worker(monkeypatch):
    monkeypatch.setattr(tripwires, "_skipped", False)
    monkeypatch.setattr(tripwires, "_visited", set())
    tripwires._note_skip(SimpleNamespace(skipped=True, wasxfail="known"))
    assert tripwires._is_full_run(a_run())
    tripwires.pytest_testnodedown(SimpleNamespace(), error="killed")
    handed_over = {"visited": ["login/"], "skipped": True}
    tripwires.pytest_testnodedown(
        SimpleNamespace(workeroutput={tripwires.HANDED_OVER: handed_over}), error=None
    )
    assert tripwires._visited == {"login/"}
    assert not tripwires._is_full_run(a_run())
