"""Pages that everybody reads, kept ready in a folder that all workers share, so that reading one asks no database.

Pages stand together by *subject* (one notice, the index). ``clear`` takes a subject's pages away inside the
transaction that changes what they say, for every worker at once:

* the pages a subject has lie in a folder of one *generation*, to which the link ``now`` points;
* ``clear`` removes the link, so that from this moment everybody reads the database and nothing is kept; after
  the commit a new generation begins;
* a page made from what was read before the change belongs to the old generation: however late it comes, nobody
  reads it.

If a process dies between the two, or rolls back, nothing is kept for HELD seconds; what is shown stays right.
A page whose truth depends on the day must have the day in its name.
"""

import contextlib
import hashlib
import os
import shutil
import tempfile
import time
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

HELD = 60
NOW, HOLD = "now", "held"


@dataclass(frozen=True)
class Page:
    """A page as it is sent. ``tag`` changes with every byte of it."""

    tag: str
    body: bytes


def take(subject, name):
    """The Page kept under that name, or None. Costs one read of a file and no query."""
    try:
        with open(f"{settings.PAGES_ROOT}/{subject}/{NOW}/{name}", "rb", buffering=0) as file:
            data = file.readall()
    except OSError:
        return None
    tag, _end, body = data.partition(b"\n")
    return Page(tag.decode(), body)


def generation(subject):
    """The folder in which a page may be kept that is made from what the database says from now on; None to keep none.

    Ask before the database is read.
    """
    folder = _folder(subject)
    if (folder / NOW).exists():  # else there is none, or its folder was emptied
        return folder / os.readlink(folder / NOW)
    try:
        if time.time() - (folder / HOLD).stat().st_mtime < HELD:
            return None
    except FileNotFoundError:
        pass
    return _begin(folder)


def is_begun(subject):
    """Is there a place for the subject at all? Where not, ask whether there is such a subject before ``generation``."""
    return _folder(subject).exists()


def put(place, name, text):
    """Keep a page in the folder ``generation`` named, and return it; it is only returned when that has passed."""
    body = text.encode()
    page = Page(hashlib.sha256(body).hexdigest()[:32], body)
    if place is None:
        return page
    try:
        with tempfile.NamedTemporaryFile(dir=place, prefix=".", delete=False) as file:
            file.write(page.tag.encode() + b"\n" + body)
        os.replace(file.name, place / name)
    except FileNotFoundError:  # the folder was emptied meanwhile
        pass
    return page


def clear(subject):
    """Take the subject's pages away, now and for good: call it in the transaction that changes what they say."""
    folder = _folder(subject)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / HOLD).touch()
    (folder / NOW).unlink(missing_ok=True)
    transaction.on_commit(lambda: _begin(folder))


def sweep(at):
    """Remove pages that nobody asked anew for two days, and generations gone by. Returns how many files."""
    old = at.timestamp() - 2 * 24 * 3600
    gone = [page for page in settings.PAGES_ROOT.glob("*/g-*/*") if _made(page) < old]
    for page in gone:
        page.unlink(missing_ok=True)
    for folder in settings.PAGES_ROOT.glob("*/g-*"):
        if _made(folder) < old and not any(folder.iterdir()):
            shutil.rmtree(folder, ignore_errors=True)
    for folder in settings.PAGES_ROOT.glob("*"):
        if _made(folder) < old and not (folder / NOW).exists():
            _forget(folder)
    return len(gone)


def _forget(folder):
    """Remove the folder of a subject of which no generation is left, unless one begins meanwhile."""
    for name in (NOW, HOLD):
        (folder / name).unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # not empty: somebody has begun
        folder.rmdir()


def _made(path):
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")


def _folder(subject):
    return settings.PAGES_ROOT / subject


def _begin(folder):
    """Start a generation and let go of the one before. Returns its folder."""
    new = folder / f"g-{uuid.uuid4().hex}"
    new.mkdir(parents=True)
    link = folder / f".{new.name}"
    link.symlink_to(new.name)
    os.replace(link, folder / NOW)
    (folder / HOLD).unlink(missing_ok=True)
    for other in folder.glob("g-*"):
        if other != new and _made(other) < time.time() - HELD:
            shutil.rmtree(other, ignore_errors=True)
    return new
