"""Rows for tests, reached by calling the services; one module per room, re-exported here."""

from beneficiaries.tests.factories.papers import *  # noqa: F403
from beneficiaries.tests.factories.programmes import *  # noqa: F403
from beneficiaries.tests.factories.registry import *  # noqa: F403
from beneficiaries.tests.factories.rosters import *  # noqa: F403
