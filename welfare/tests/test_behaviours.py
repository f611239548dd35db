"""The small scripts in a real browser, under the site's own content policy, without a server or database."""

import mimetypes
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import RequestFactory

from welfare.testing.browser import is_wide

SITE = "http://ledger.test"
STATIC = Path(settings.BASE_DIR) / "static"
POLICY = "default-src 'self'; img-src 'self' data: blob:"


@pytest.fixture
def opened(page):
    """``opened(body, *scripts, answers=…)`` shows ``body``; answers are {path: text or list of texts in turn}."""
    seen = {"requests": [], "complaints": []}
    page.on("console", lambda line: line.type == "error" and seen["complaints"].append(line.text))
    page.on("pageerror", lambda error: seen["complaints"].append(str(error)))

    def show(body, *scripts, answers=None):
        tags = "".join(f'<script src="/static/{name}" defer></script>' for name in scripts)
        whole = body if "<html" in body else f'<!doctype html><meta charset="utf-8">{body}{tags}'
        pages = {"/": whole, **(answers or {})}

        def answer(route):
            path = urlsplit(route.request.url).path
            if path.startswith("/static/"):
                kind = mimetypes.guess_type(path)[0] or "text/plain"
                return route.fulfill(path=STATIC / path.removeprefix("/static/"), content_type=kind)
            seen["requests"].append((route.request.method, path, route.request.headers))
            found = pages.get(path)
            if isinstance(found, list):
                found = found.pop(0) if len(found) > 1 else found[0]
            if found is None:
                return route.fulfill(status=404, body="")
            return route.fulfill(
                body=found,
                content_type="text/html; charset=utf-8",
                headers={"Content-Security-Policy": POLICY},
            )

        page.route("**/*", answer)
        page.goto(SITE + "/")
        return seen

    return show


def requests(seen, method, path):
    return [headers for verb, where, headers in seen["requests"] if (verb, where) == (method, path)]


def sign(page):
    box = page.locator("canvas").bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 120, steps=8)
    page.mouse.up()


SIGNATURE = ("vendor/signature_pad.umd.min.js", "js/signature.js")


@pytest.fixture
def signature(opened):
    context = {"name": "signature", "signer": "张明", "photo_name": "fingerprint", "errors": []}
    return opened(
        '<link rel="stylesheet" href="/static/css/ledger.css">'
        + render_to_string("components/signature.html", context),
        *SIGNATURE,
    )


def test_signing_fills_the_hidden_field_with_a_picture(page, signature):
    sign(page)
    assert page.locator("[data-signature-value]").input_value().startswith("data:image/png;base64,")
    assert page.locator("[data-signature-hint]").is_hidden()
    assert signature["complaints"] == []


def test_clearing_empties_the_field_again(page, signature):
    sign(page)
    page.click("[data-signature-clear]")
    assert page.locator("[data-signature-value]").input_value() == ""
    assert page.locator("[data-signature-hint]").is_visible()


def test_turning_the_tablet_keeps_what_was_written(page, signature):
    sign(page)
    page.set_viewport_size({"width": 600, "height": 900})
    for _try in range(50):
        if page.evaluate("document.querySelector('canvas').width") < 700:
            break
        page.wait_for_timeout(100)
    assert page.evaluate("document.querySelector('canvas').width") < 700
    assert page.locator("[data-signature-value]").input_value().startswith("data:image/png;base64,")


MASKED = {"value": "5123********21", "url": "/reveal/", "label": "身份证号", "csrf_token": "token-1"}


def test_a_number_is_revealed_by_post_and_hidden_after_half_a_minute(page, opened):
    page.clock.install()
    seen = opened(
        render_to_string("components/masked.html", MASKED),
        "js/reveal.js",
        answers={"/reveal/": "512322198001010021"},
    )
    page.click("[data-reveal-url]")
    page.get_by_text("512322198001010021").wait_for()
    assert requests(seen, "POST", "/reveal/")[0]["x-csrftoken"] == "token-1"
    page.clock.fast_forward(31_000)
    assert page.locator("[data-reveal-value]").inner_text() == "5123********21"


def test_a_refused_reveal_says_so_and_shows_nothing(page, opened):
    opened(render_to_string("components/masked.html", MASKED), "js/reveal.js")
    page.click("[data-reveal-url]")
    page.get_by_text("没能显示，请再试").wait_for()
    assert page.locator("[data-reveal-value]").inner_text() == "5123********21"


TWO_CLICKS = """() => {
  let sent = 0;
  document.addEventListener("submit", (event) => { sent += event.defaultPrevented ? 0 : 1; event.preventDefault(); });
  const button = document.querySelector("button");
  button.click();
  button.click();
  return sent;
}"""


@pytest.mark.parametrize(("promise", "sent"), [("data-submit-once", 1), ("", 2)])
def test_two_quick_clicks_send_a_form_once_where_it_says_so(page, opened, promise, sent):
    opened(f'<form method="post" {promise}><button type="submit">保存</button></form>', "js/submit_once.js")
    assert page.evaluate(TWO_CLICKS) == sent


def test_a_form_sent_once_keeps_the_value_of_the_pressed_button(page, opened):
    button = '<button type="submit" name="act" value="approve">同意</button>'
    form = f'<form method="get" action="/save/" data-submit-once>{button}</form>'
    opened(form, "js/submit_once.js", answers={"/save/": "done"})
    page.click("button")
    page.get_by_text("done").wait_for()
    assert page.url.endswith("/save/?act=approve")


def test_progress_is_fetched_until_the_fragment_stops_asking(page, opened):
    page.clock.install()
    running = '<section data-job data-job-url="/job/">已处理 {} / 640</section>'
    seen = opened(
        running.format(0),
        "js/job_progress.js",
        answers={"/job/": [running.format(320), "<section data-job>已完成</section>"]},
    )
    page.clock.fast_forward(2_100)
    page.get_by_text("已处理 320 / 640").wait_for()
    page.clock.fast_forward(2_100)
    page.get_by_text("已完成").wait_for()
    page.clock.fast_forward(10_000)
    assert len(requests(seen, "GET", "/job/")) == 2


def test_one_box_ticks_all_and_the_count_follows(page, opened):
    boxes = "".join('<input type="checkbox" name="entry">' for _ in range(3))
    opened(
        f'<form><input type="checkbox" data-select-all="entry">{boxes}<b data-select-count></b></form>',
        "js/select_all.js",
    )
    page.check("[data-select-all]")
    assert page.locator("[data-select-count]").inner_text() == "3"
    page.uncheck("[name=entry] >> nth=0")
    assert page.locator("[data-select-count]").inner_text() == "2"
    assert page.evaluate("document.querySelector('[data-select-all]').indeterminate")


@pytest.fixture
def staff_page():
    item = {"label": "住户", "url": "/h/", "icon": "house", "is_current": True, "count": 2}
    context = {
        "menu": [{"label": "登记", "items": [item]}],
        "my_organisation": "白岩社区",
        "my_roles": [{"label": "社区经办"}],
        "search_url": "/search/",
    }
    request = RequestFactory().get("/")
    return render_to_string(
        "components/form_page.html", {**context, "heading": "登记新户", "form": "", "request": request}
    )


def test_on_a_tablet_the_menu_is_a_drawer_that_escape_closes(page, opened, staff_page):
    page.set_viewport_size({"width": 1024, "height": 768})
    seen = opened(staff_page)
    assert not page.locator("#menu").is_visible()
    page.click(".menu-button")
    page.locator("#menu.show:not(.showing)").wait_for()
    page.keyboard.press("Escape")
    page.locator("#menu").wait_for(state="hidden")
    assert seen["complaints"] == []


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1024, 768), (390, 844)])
def test_the_staff_layout_never_scrolls_sideways(page, opened, staff_page, width, height):
    page.set_viewport_size({"width": width, "height": height})
    opened(staff_page)
    assert not is_wide(page)


def test_the_first_tab_stop_leads_past_the_menu(page, opened, staff_page):
    opened(staff_page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"


def test_buttons_and_inputs_are_tall_enough_for_a_finger(page, opened, staff_page):
    page.set_viewport_size({"width": 1024, "height": 768})
    opened(staff_page)
    heights = page.evaluate(
        "[...document.querySelectorAll('button, .btn, input[type=search], summary')]"
        ".map(e => e.getBoundingClientRect().height).filter(h => h > 0)"
    )
    assert heights and min(heights) >= 44
