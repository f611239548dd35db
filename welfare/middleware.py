"""Where a request comes from, for the audit trail and the lock-out."""

from django.conf import settings

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
