"""Where a request comes from, for the audit trail and the lock-out; and text that no column or workbook can hold."""

import re

from django.conf import settings
from django.http import Http404

from welfare import audit


def client_address(request):
    """The client's address: X-Forwarded-For is believed only from a trusted proxy."""
    address = request.META.get("REMOTE_ADDR", "")
    if address in settings.TRUSTED_PROXIES:
        hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
        for hop in reversed(hops):
            if hop not in settings.TRUSTED_PROXIES:
                return hop
    return address


class AuditSource:
    """Events written during a request carry its client address."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with audit.coming_from(client_address(request)):
            return self.get_response(request)


# Control characters but tab and line ends: PostgreSQL refuses NUL, workbooks refuse them all.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class PlainText:
    """Drops control characters from what is asked for and sent, such as text copied out of a PDF carries.

    Before the view and after the check of the security token, so that forms, filters and searches,
    and views that read a field themselves, all see plain text. Files are judged where they are read.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if _CONTROL.search(request.path_info):
            raise Http404("没有这个页面。")
        request.GET = _plain(request.GET)
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.method == "POST":
            request.POST = _plain(request.POST)


def _plain(sent):
    """The QueryDict itself when it is plain text, else a copy without control characters in its values."""
    if not any(_CONTROL.search(value) for _name, values in sent.lists() for value in values):
        return sent
    cleaned = sent.copy()
    for name, values in sent.lists():
        cleaned.setlist(name, [_CONTROL.sub("", value) for value in values])
    cleaned._mutable = False
    return cleaned


def given_username(request, credentials=None):
    """The name somebody tried to log in with, cut to what the log of failed logins can hold."""
    given = (credentials or {}).get("username") or (request.POST.get("username") if request else "") or ""
    return given[:150]
