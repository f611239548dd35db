"""Pages on the shelf: kept, cleared for every worker at once, never a late one, and swept."""

import os
import shutil
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from welfare import shelf


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.PAGES_ROOT = tmp_path / "pages"
    return settings.PAGES_ROOT


def keep(subject="list-a", name="notice.2026-01-05", text="<p>张*明</p>"):
    return shelf.put(shelf.generation(subject), name, text)


def test_a_page_is_kept_with_a_tag_of_its_bytes():
    made = keep()
    assert shelf.take("list-a", "notice.2026-01-05") == made
    assert made.body.decode() == "<p>张*明</p>"
    assert keep(text="<p>李*</p>").tag != made.tag


def test_nothing_is_kept_under_another_name_or_subject():
    keep()
    assert shelf.take("list-a", "notice.2026-01-06") is None
    assert shelf.take("list-b", "notice.2026-01-05") is None


@pytest.mark.django_db(transaction=True)
def test_a_cleared_page_is_gone_before_the_commit_and_after_it():
    keep()
    with transaction.atomic():
        shelf.clear("list-a")
        assert shelf.take("list-a", "notice.2026-01-05") is None
        assert shelf.generation("list-a") is None  # whoever reads the old state now keeps nothing
        assert shelf.put(None, "notice.2026-01-05", "old").body == b"old"
    assert shelf.take("list-a", "notice.2026-01-05") is None
    assert shelf.generation("list-a") is not None


@pytest.mark.django_db(transaction=True)
def test_a_page_made_of_what_was_read_before_is_never_read():
    place = shelf.generation("list-a")  # a slow worker begins, and reads the database
    with transaction.atomic():
        shelf.clear("list-a")
    shelf.put(place, "notice.2026-01-05", "posted")
    assert shelf.take("list-a", "notice.2026-01-05") is None


@pytest.mark.django_db(transaction=True)
def test_control_a_worker_that_asks_for_its_place_afterwards_would_show_the_old_state():
    shelf.generation("list-a")
    with transaction.atomic():
        shelf.clear("list-a")
    shelf.put(shelf.generation("list-a"), "notice.2026-01-05", "posted")
    assert shelf.take("list-a", "notice.2026-01-05").body == b"posted"


@pytest.mark.django_db(transaction=True)
def test_after_a_rollback_nothing_is_kept_for_a_while_and_then_again(monkeypatch):
    with pytest.raises(RuntimeError), transaction.atomic():
        shelf.clear("list-a")
        raise RuntimeError
    assert shelf.generation("list-a") is None
    later = time.time() + shelf.HELD + 1
    monkeypatch.setattr(shelf.time, "time", lambda: later)
    assert shelf.generation("list-a") is not None


@pytest.mark.django_db(transaction=True)
def test_another_process_sees_a_page_gone_at_once():
    keep()
    code = (
        "from pathlib import Path; from types import SimpleNamespace; from welfare import shelf;"
        f"shelf.settings = SimpleNamespace(PAGES_ROOT=Path({str(settings.PAGES_ROOT)!r}));"
        "import sys\n"
        "for line in sys.stdin: print(shelf.take('list-a', 'notice.2026-01-05') is not None, flush=True)"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "welfare.settings"},
    )
    with other:

        def ask():
            other.stdin.write("?\n")
            other.stdin.flush()
            return other.stdout.readline().strip()

        assert ask() == "True"
        with transaction.atomic():
            shelf.clear("list-a")
        assert ask() == "False"


def test_many_at_once_begin_and_keep_without_error():
    failed = []

    def work(number):
        try:
            for turn in range(20):
                keep(name=f"page.{number}.{turn}")
                shelf._begin(shelf._folder("list-a"))
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert keep() == shelf.take("list-a", "notice.2026-01-05")


def test_pages_of_the_day_before_yesterday_are_swept_and_the_shelf_goes_on():
    keep()
    keep(name="notice.2026-01-06")
    old = shelf._folder("list-a") / shelf.NOW / "notice.2026-01-05"
    before = (timezone.now() - timedelta(days=3)).timestamp()
    os.utime(old, (before, before))
    assert shelf.sweep(timezone.now()) == 1
    assert shelf.take("list-a", "notice.2026-01-05") is None
    assert shelf.take("list-a", "notice.2026-01-06")


def test_a_subject_of_which_nothing_is_left_is_swept_and_may_begin_again(folder):
    keep()
    assert shelf.is_begun("list-a")
    later = timezone.now() + timedelta(days=5)
    assert shelf.sweep(later) == 1
    shelf.sweep(later)
    assert not shelf.is_begun("list-a")
    assert keep() == shelf.take("list-a", "notice.2026-01-05")


def test_a_subject_that_is_asked_for_stays(folder):
    keep()
    shelf.sweep(timezone.now())
    assert shelf.take("list-a", "notice.2026-01-05")


def test_an_emptied_folder_is_begun_anew(folder):
    keep()
    shutil.rmtree(shelf._folder("list-a") / os.readlink(shelf._folder("list-a") / shelf.NOW))
    assert keep() == shelf.take("list-a", "notice.2026-01-05")
