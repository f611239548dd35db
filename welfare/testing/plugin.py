"""The pytest plugin of the house, loaded by pytest.ini before Django; it knows no app.

Brings up PostgreSQL (``database.py``), sets what tests need set, and registers the fixtures
(``fixtures.py``, ``browser.py``, ``template.py``, ``seeds.py``) and the tripwires (``tripwires.py``).
"""

import base64
import importlib
import os
import tempfile

import pytest

from welfare.testing.database import use_test_cluster

KEY = base64.b64encode(b"a key that only tests ever use..").decode()


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config, parser, args):
    """Set the environment before pytest-django reads the settings."""
    use_test_cluster()
    for name in ("LEDGER_SECRET_KEY", "LEDGER_ENCRYPTION_KEY", "LEDGER_INDEX_KEY"):
        os.environ.setdefault(name, KEY)
    media = tempfile.TemporaryDirectory(prefix="ledger-test-media-")
    early_config.add_cleanup(media.cleanup)
    os.environ["LEDGER_MEDIA_ROOT"] = media.name
    # The browser driver runs an event loop in the thread of the test.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    return (yield)


@pytest.hookimpl(tryfirst=True, optionalhook=True)
def pytest_xdist_auto_num_workers(config):
    """For ``-n logical``: named files run in this process, without the seconds that workers need to start."""
    if config.args_source is config.ArgsSource.ARGS and not any(map(os.path.isdir, config.args)):
        return 0
    return None


@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    from django.conf import settings
    from django.core.signals import setting_changed

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    # An app's tasks, imported at start-up, have made the handler read the real setting already.
    setting_changed.send(sender=None, setting="TASKS", value=settings.TASKS, enter=True)
    _take_time_for_examples()
    config.addinivalue_line("markers", "browser: drives a page in Chromium; set by using the fixture `page`")
    # Registered last, so that fixtures here win over those of the plugins they refine.
    for name in ("fixtures", "browser", "template", "seeds", "tripwires"):
        config.pluginmanager.register(importlib.import_module(f"welfare.testing.{name}"), f"ledger-{name}")


def _take_time_for_examples():
    """No generated case fails for the time it took: a busy machine is no fault of the code."""
    from hypothesis import HealthCheck, settings

    settings.register_profile(
        "ledger", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    settings.load_profile("ledger")
