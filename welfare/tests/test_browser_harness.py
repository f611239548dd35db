"""What browser tests stand on: an act is over when the page it led to is there, however slowly it comes."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from welfare.testing.browser import is_wide

PAGES = {
    "/": ("text/html", b"<a href='/next'>on</a>"),
    "/next": ("text/html", b"<link rel='stylesheet' href='/slow.css'><p>there</p>"),
    "/slow.css": ("text/css", b"p { width: 3000px }"),
}


class Slow(BaseHTTPRequestHandler):
    """Commits a page at once; its text and its style come later."""

    def do_GET(self):
        kind, body = PAGES.get(self.path, ("text/plain", b""))
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.flush()
        time.sleep(0.3 if self.path != "/" else 0)
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def slow_site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("click", [lambda page: page.click("a"), lambda page: page.locator("a").click()])
def test_a_click_is_over_when_the_page_it_led_to_has_its_style(page, slow_site, click):
    page.goto(slow_site)
    click(page)
    assert page.evaluate("document.querySelector('p').scrollWidth") == 3000
    assert is_wide(page)


def test_control_the_click_of_the_library_comes_back_earlier(page, slow_site):
    page.goto(slow_site)
    type(page).click.__wrapped__(page, "a")
    assert page.evaluate("document.readyState") != "complete"
