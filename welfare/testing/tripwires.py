"""Tripwires: what fails a test although no assertion asked. They know no app.

* a variable that does not exist in one of our templates (``|default`` says that it may be absent);
* a warning raised from one of our modules;
* a result that depends on the order of an unordered queryset (such results are shuffled, always
  alike for the same test; LEDGER_SHUFFLE_SEED gives other orders);
* a GET that writes to the database, the session and the logs of reads excepted;
* on full runs: one of our addresses that no test has asked for. Workers of pytest-xdist hand over
  what their tests visited; the process that started them judges.
"""

import contextlib
import os
import random
import re
import sys
from pathlib import Path

import pytest
from django.core.handlers.base import BaseHandler
from django.db import connection
from django.db.models.query import QuerySet
from django.template import engines
from django.template.base import FilterExpression, Node
from django.test.signals import setting_changed  # from here: Django's own receivers come before ours
from django.urls import URLPattern, get_resolver

BASE_DIR = Path(__file__).resolve().parents[2]
OURS = {path.parent.name for path in BASE_DIR.glob("*/apps.py")}
OUR_TEMPLATES = OURS | {"templates"}

# Tables that a read may write: the session, and the logs of who read or tried to.
READ_LOGS = re.compile(r"django_session|welfare_auditevent|axes_\w+")
WRITE = re.compile(
    r"(?<!FOR )(?<!FOR NO KEY )\b(?:INSERT INTO|UPDATE|DELETE FROM|MERGE INTO|TRUNCATE|COPY)\s+([\w\".]+)"
)

DJANGO_FETCH_ALL = QuerySet._fetch_all
DJANGO_GET_RESPONSE = BaseHandler.get_response

# Options that leave out tests of a run that names no files.
NARROWING = ("keyword", "markexpr", "lf", "deselect", "collectonly", "ignore", "ignore_glob", "stepwise")
HANDED_OVER = "ledger_tripwires"  # the place in what a worker of pytest-xdist reports at its end

_violations = []
_visited = set()
_skipped = False
_order = random.Random(0)


@contextlib.contextmanager
def caught():
    """Collect the violations of the block instead of failing the test; for the tests of this module."""
    before = len(_violations)
    found = []
    yield found
    found += _violations[before:]
    del _violations[before:]


# -- undefined variables ------------------------------------------------------------------------


class Undefined(str):
    """Django's ``string_if_invalid``: as empty as in production, but it tells on our templates.

    Django asks for its truth at the moment a variable could not be resolved, and nowhere else.
    """

    def __bool__(self):
        frame = sys._getframe(1)
        if frame.f_code is FilterExpression.resolve.__code__:
            expression = frame.f_locals["self"]
            if not any(function.__name__.startswith("default") for function, _ in expression.filters):
                _tell_undefined(expression, frame)
        return False


def _tell_undefined(expression, frame):
    while frame is not None:
        node = frame.f_locals.get("self")
        origin = getattr(node, "origin", None)
        if isinstance(node, Node) and origin is not None:
            if is_our_template(origin.name):
                line = getattr(getattr(node, "token", None), "lineno", "?")
                _violations.append(f"undefined variable {{{{ {expression} }}}} in {origin.name}:{line}")
            return
        frame = frame.f_back


def is_our_template(name):
    """Whether the template file ``name`` belongs to the project (and not to a package below it)."""
    try:
        return Path(name).relative_to(BASE_DIR).parts[0] in OUR_TEMPLATES
    except (ValueError, IndexError):
        return False


# -- order --------------------------------------------------------------------------------------


def _fetch_all_shuffled(self):
    fresh = self._result_cache is None
    DJANGO_FETCH_ALL(self)
    if fresh and len(self._result_cache) > 1 and not self.ordered and is_ours(self.model.__module__):
        _order.shuffle(self._result_cache)


@contextlib.contextmanager
def shuffled_as(name):
    """In the block rows come in the order of ``name``, whichever test it runs for."""
    before = _order.getstate()
    _seed(name)
    yield
    _order.setstate(before)


def _seed(name):
    _order.seed(f"{os.environ.get('LEDGER_SHUFFLE_SEED', '')}{name}")


def is_ours(module):
    return module.partition(".")[0] in OURS


# -- requests -----------------------------------------------------------------------------------


def _get_response_watched(self, request):
    if request.method not in {"GET", "HEAD"}:
        response = DJANGO_GET_RESPONSE(self, request)
    else:

        def watch(execute, sql, params, many, context):
            table = written_table(sql)
            if table and not READ_LOGS.fullmatch(table):
                _violations.append(f"GET {request.path} writes to {table}: {str(sql)[:120]}")
            return execute(sql, params, many, context)

        with connection.execute_wrapper(watch):
            response = DJANGO_GET_RESPONSE(self, request)
    if request.resolver_match:
        _visited.add(request.resolver_match.route)
    return response


def written_table(sql):
    """The table that the statement writes to, or None when it only reads."""
    found = WRITE.search(str(sql))
    return found[1].replace('"', "") if found else None


def our_routes():
    """Every address pattern of our own URL modules."""
    routes = {}

    def walk(resolver, prefix):
        for pattern in resolver.url_patterns:
            route = prefix + str(pattern.pattern).removeprefix("^")
            if isinstance(pattern, URLPattern):
                routes[route] = pattern.name or route
            elif is_ours(getattr(pattern.urlconf_name, "__name__", str(pattern.urlconf_name))):
                walk(pattern, route)

    walk(get_resolver(), "")
    return routes


# -- hooks --------------------------------------------------------------------------------------


def pytest_configure(config):
    QuerySet._fetch_all = _fetch_all_shuffled
    BaseHandler.get_response = _get_response_watched
    _watch_templates()
    config.addinivalue_line("filterwarnings", rf"error:::({'|'.join(sorted(OURS))})(\.|$)")
    # There are no collected files in a checkout; whitenoise says so at every start.
    config.addinivalue_line("filterwarnings", "ignore:No directory at:UserWarning")


def _watch_templates(**_signal):
    """Put the telling value into the template engines, again whenever a changed setting made them anew."""
    for engine in engines.all():
        if hasattr(engine, "engine"):
            engine.engine.string_if_invalid = Undefined()


setting_changed.connect(_watch_templates, dispatch_uid="ledger-tripwires")


def pytest_unconfigure(config):
    QuerySet._fetch_all = DJANGO_FETCH_ALL
    BaseHandler.get_response = DJANGO_GET_RESPONSE


def pytest_runtest_setup(item):
    _violations.clear()
    _seed(item.nodeid)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    result = yield
    _fail_on_violations()
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item):
    result = yield
    _fail_on_violations()
    return result


def _fail_on_violations():
    if _violations:
        told = list(dict.fromkeys(_violations))
        _violations.clear()
        pytest.fail("\n".join(told), pytrace=False)


def pytest_collectreport(report):
    _note_skip(report)


def pytest_runtest_logreport(report):
    _note_skip(report)


def _note_skip(report):
    global _skipped
    _skipped = _skipped or (report.skipped and not hasattr(report, "wasxfail"))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    config = session.config
    config.stash[unvisited] = []
    if hasattr(config, "workeroutput"):
        config.workeroutput[HANDED_OVER] = {"visited": sorted(_visited), "skipped": _skipped}
    elif exitstatus == 0 and _is_full_run(config):
        missed = sorted(name for route, name in our_routes().items() if route not in _visited)
        if missed:
            config.stash[unvisited] = missed
            session.exitstatus = 1


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error):
    """A worker has ended: its visits count for the run. (One that crashed has failed the run already.)"""
    global _skipped
    handed_over = getattr(node, "workeroutput", {}).get(HANDED_OVER)
    if handed_over:
        _visited.update(handed_over["visited"])
        _skipped = _skipped or handed_over["skipped"]


unvisited = pytest.StashKey[list]()


def pytest_terminal_summary(terminalreporter, config):
    missed = config.stash.get(unvisited, [])
    if missed:
        terminalreporter.section("addresses that no test has asked for", red=True)
        terminalreporter.line(", ".join(missed))


def _is_full_run(config):
    """Everything in testpaths was collected and run; a skipped test might have been the visitor."""
    narrowed = any(config.getoption(name, None) for name in NARROWING)
    return not narrowed and not _skipped and config.args_source is config.ArgsSource.TESTPATHS
