"""Fixtures: the tree of organisations, what a module makes once, and browser tests on the Chromium of the system."""

import os
import re
import shutil
from pathlib import Path

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
MISSING = "没有找到 Chromium：浏览器测试需要它（apt-get install chromium fonts-noto-cjk）。"


def pytest_collection_modifyitems(items):
    for item in items:
        if "page" in item.fixturenames or "browser" in item.fixturenames:
            item.add_marker("browser")


def pytest_runtest_setup(item):
    if CHROMIUM is None and item.get_closest_marker("browser"):
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(MISSING, pytrace=False)
        pytest.skip(MISSING)


@pytest.fixture
def tree():
    """``personas.make_organisations``, for a test that may use the database."""
    from welfare.testing.personas import make_organisations  # this module is loaded before Django

    return make_organisations()


@pytest.fixture(scope="module")
def once(request, django_db_setup, django_db_blocker):
    """``once(make)`` calls ``make()`` and returns its result; what it wrote stays for the tests of the module.

    They run in savepoints inside that transaction, which is rolled back after the last of them. Hand each
    a ``copy.deepcopy`` of the result. Not for modules with ``transaction=True``, whose clean-up refuses it.
    """
    from django.db import transaction

    from welfare.testing.tripwires import shuffled_as

    def make_once(make):
        with django_db_blocker.unblock(), shuffled_as(request.node.nodeid):
            return make()

    atomic = transaction.atomic()
    with django_db_blocker.unblock():
        atomic.__enter__()
    yield make_once
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)


@pytest.fixture(scope="session")
def browser_type_launch_args():
    """Chromium's own sandbox refuses to run as root."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {"executable_path": CHROMIUM, "args": [*sandbox, "--disable-dev-shm-usage"]}


@pytest.fixture(scope="session")
def browser_context_args():
    """An office screen in China."""
    return {
        "viewport": {"width": 1366, "height": 768},
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
    }


@pytest.fixture
def shot(request):
    """``shot(page, name)`` saves the whole page as a picture when LEDGER_SHOTS names a folder."""

    def save(page, name):
        folder = os.environ.get("LEDGER_SHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(
                path=Path(folder) / f"{re.sub(r'[^-.0-9A-Za-z_]', '_', name)}.png", full_page=True
            )

    return save
