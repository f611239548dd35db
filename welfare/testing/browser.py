"""Browser tests, on the Chromium of the system: how it starts, signing in, what the console said, widths, pictures."""

import contextlib
import functools
import os
import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
MISSING = "没有找到 Chromium：浏览器测试需要它（apt-get install chromium fonts-noto-cjk）。"
WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def pytest_collection_modifyitems(items):
    for item in items:
        if "page" in item.fixturenames or "browser" in item.fixturenames:
            item.add_marker("browser")


def pytest_runtest_setup(item):
    if CHROMIUM is None and item.get_closest_marker("browser"):
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(MISSING, pytrace=False)
        pytest.skip(MISSING)


def _arriving(act):
    """``act``, over only when the page it led to is there with its styles.

    Playwright's own ends when the navigation is committed: there may be no document yet, and whatever does
    not wait by itself (``evaluate``, ``count``, ``content``) then fails, or answers of half a page, on a
    busy machine only.
    """

    @functools.wraps(act)
    def arrive(self, *args, **kwargs):
        done = act(self, *args, **kwargs)
        page = self if isinstance(self, Page) else self.page
        if not page.is_closed():
            page.wait_for_load_state()
        return done

    return arrive


for _kind, _names in {
    Page: ("click", "press", "check", "select_option"),
    Locator: ("click", "press", "check", "select_option"),
}.items():
    for _name in _names:
        setattr(_kind, _name, _arriving(getattr(_kind, _name)))


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


def sign_in(page, live_server, user):
    """Sign ``user`` in, whoever was; ``page`` then shows 待办."""
    page.context.clear_cookies()
    page.goto(live_server.url + "/login/")
    page.fill("[name=username]", user.username)
    page.fill("[name=password]", "test")
    page.click("[type=submit]")
    page.wait_for_url("**/todo/**")


def listen(page, complaints):
    """Add to the list ``complaints`` what the console and the scripts of ``page`` complain of."""
    page.on("console", lambda line: line.type == "error" and complaints.append(line.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))


@contextlib.contextmanager
def quiet(page):
    """Fails at its end when the console of ``page`` complained of anything."""
    complaints = []
    listen(page, complaints)
    yield
    assert not complaints


def is_wide(page):
    """Whether the page, loaded, can be scrolled sideways."""
    page.wait_for_load_state()
    return page.evaluate(WIDE)
