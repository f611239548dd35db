"""Clients that ask for pages as a member of staff, and refuse to measure anything but the page itself."""

from django.test import Client

from beneficiaries.benchmarks import place
from beneficiaries.benchmarks.baseline import PlainClient


class NotThePage(RuntimeError):
    """A page answered something else than what is measured."""


def visitor(key):
    """A client of the product, logged in as the ``place.staff`` of this key."""
    client = Client()
    client.force_login(place.staff(key))
    return client


def plain_visitor():
    """A client of the baseline, logged in as a superuser."""
    client = PlainClient()
    client.force_login(place.staff("plain"))
    return client


def get(client, address, **query):
    """The page at an address. Raises NotThePage unless it answers 200."""
    return _answered(client.get(address, query), address, 200)


def post(client, address, data, status=302):
    """The answer to a form. Raises NotThePage unless it has this status."""
    return _answered(client.post(address, data), address, status)


def asking(client, address, **query):
    """A variant: ask for the page and forget it."""

    def ask():
        get(client, address, **query)

    return ask


def _answered(response, address, status):
    if response.status_code != status:
        said = b"" if response.streaming else response.content
        raise NotThePage(f"{address} answered {response.status_code}: {said.decode()[:500]}")
    return response
