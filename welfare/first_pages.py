"""Opens the first pages of a running site as a browser would: the login page, then each role's menu."""

import html.parser
import http.cookiejar
import urllib.error
import urllib.parse
import urllib.request
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.shortcuts import resolve_url

TIMEOUT = 60


class Visitor:
    """One browser: cookies, redirects, and the links of the last page's menus."""

    def __init__(self, base):
        self.base = base
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def open(self, path, data=None):
        """``(address reached, text)``; raises OSError, HTTP errors included."""
        body = urllib.parse.urlencode(data).encode() if data else None
        request = urllib.request.Request(urllib.parse.urljoin(self.base, path), body)
        if body:
            request.add_header("Referer", request.full_url)
        with self.opener.open(request, timeout=TIMEOUT) as response:
            return urllib.parse.urlsplit(response.url).path, response.read().decode()

    def log_in(self, username, password):
        """Through the login form; True when it let us in."""
        login = resolve_url(settings.LOGIN_URL)
        _, text = self.open(login)
        token = _Links.of(text).csrf_token
        reached, _ = self.open(
            login, {"username": username, "password": password, "csrfmiddlewaretoken": token}
        )
        return reached != login

    def take_session(self, user):
        """As ``user`` without the password, which nobody keeps: a session of our own making."""
        store = import_module(settings.SESSION_ENGINE).SessionStore()
        store[SESSION_KEY] = str(user.pk)
        store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
        store[HASH_SESSION_KEY] = user.get_session_auth_hash()
        store.set_expiry(600)
        store.create()
        self.opener.addheaders = [("Cookie", f"{settings.SESSION_COOKIE_NAME}={store.session_key}")]
        return store


def visit(base, logins):
    """Visit the site at ``base``; ``logins`` are (role, username, password or None). Returns problems, as sentences."""
    problems = []
    _look(Visitor(base), resolve_url(settings.LOGIN_URL), "访客", problems)
    for role, username, password in logins:
        _visit_as(base, role, username, password, problems)
    return problems


def _visit_as(base, role, username, password, problems):
    visitor, session = Visitor(base), None
    try:
        if password is None:
            session = visitor.take_session(get_user_model().objects.get(username=username))
        elif not visitor.log_in(username, password):
            problems.append(f"{role}（{username}）登录不进去。")
            return
        first = resolve_url(settings.LOGIN_REDIRECT_URL)
        text = _look(visitor, first, role, problems)
        for link in _Links.of(text).in_menus:
            if link != first:
                _look(visitor, link, role, problems)
    except OSError as error:
        problems.append(f"{role}（{username}）登录时出错：{error}")
    finally:
        if session is not None:
            session.delete()


def _look(visitor, path, role, problems):
    try:
        reached, text = visitor.open(path)
    except OSError as error:
        problems.append(f"{role}打开 {path}：{error}")
        return ""
    if reached == resolve_url(settings.LOGIN_URL) != path:
        problems.append(f"{role}打开 {path}：被要求重新登录。")
    return text


class _Links(html.parser.HTMLParser):
    """Links inside <nav>, and the form's CSRF token."""

    def __init__(self):
        super().__init__()
        self.depth = 0
        self.in_menus = []
        self.csrf_token = ""

    @classmethod
    def of(cls, text):
        links = cls()
        links.feed(text)
        return links

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "nav":
            self.depth += 1
        elif tag == "input" and attrs.get("name") == "csrfmiddlewaretoken":
            self.csrf_token = attrs.get("value", "")
        elif tag == "a" and self.depth:
            link = attrs.get("href", "").partition("#")[0]
            if link.startswith("/") and link not in self.in_menus:
                self.in_menus.append(link)

    def handle_endtag(self, tag):
        if tag == "nav":
            self.depth -= 1
