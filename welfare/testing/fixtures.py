"""Fixtures: the tree of organisations, and what a module makes once."""

import pytest


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
