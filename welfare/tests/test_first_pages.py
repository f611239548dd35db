"""``quickstart --check`` opens pages as a browser would and says what did not open."""

from django.contrib.sessions.models import Session

from welfare import first_pages
from welfare.models import User


def test_first_pages_open_with_a_password_and_without_one(live_server):
    User.objects.create_user("knows", password="a long secret")
    User.objects.create_user("forgot", password="nobody kept it")
    logins = [("经办", "knows", "a long secret"), ("负责人", "forgot", None)]
    assert first_pages.visit(live_server.url, logins) == []
    assert Session.objects.count() == 1  # the login through the form; the borrowed session is gone


def test_a_wrong_password_and_a_missing_page_are_told(live_server, settings):
    User.objects.create_user("knows", password="a long secret")
    problems = first_pages.visit(live_server.url, [("经办", "knows", "wrong")])
    assert problems == ["经办（knows）登录不进去。"]
    settings.LOGIN_REDIRECT_URL = "/no/such/page/"
    (problem,) = first_pages.visit(live_server.url, [("经办", "knows", None)])
    assert "经办打开 /no/such/page/" in problem
    assert "404" in problem


def test_links_are_taken_from_menus_alone():
    page = '<a href="/out/">x</a><nav><a href="/in/#top">x</a><a href="https://away/">x</a></nav><a href="/out/">x</a>'
    assert first_pages._Links.of(page).in_menus == ["/in/"]
