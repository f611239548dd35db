"""Registers from upload to confirmed: our pages, the plain admin's pages, the raw floor, and the memory it takes."""

import re
import tempfile
import uuid
from pathlib import Path

from django.urls import reverse

from beneficiaries.benchmarks import floor, place
from beneficiaries.benchmarks.visitors import NotThePage, get, plain_visitor, post, visitor
from beneficiaries.benchmarks.workbook import Registers
from beneficiaries.enums import ImportState
from beneficiaries.models import Person, RegisterImport
from welfare.benchmark import Bar, Case, stopwatch
from welfare.peak_memory import peak_of

PLAIN_IMPORT = "/plain/beneficiaries/person/import/"
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
SMALL, LARGE = 10_000, 100_000
MOST_MEGABYTES = 300


def cases(persons, *, fast):
    """Imports of as many rows as the registry is large, 10,000 and 100,000 at the most."""
    found = place.find()
    communities = [one for one in found.communities if one.parent_id == found.township.pk]
    folder = tempfile.TemporaryDirectory(prefix="ledger-bench-registers-")
    registers = Registers(folder, communities)
    small, large = min(SMALL, persons), min(LARGE, persons)
    variants = {"own": _own(registers, small), "F": _floor(registers, small, found.township)}
    if not fast:
        variants["B"] = _plain(registers, small)
    bars = () if fast else (Bar(0.1, "B"),)
    told = "upload → checked preview → confirmed"
    return [
        Case("import10k", f"{small:,} rows: {told}", variants, bars, "s", once=frozenset("B"), writes=True),
        Case(
            "import100k",
            f"{large:,} rows: {told}",
            {"own": _own(registers, large), "F": _floor(registers, large, found.township)},
            (Bar(3, "F"),),
            "s",
            turns=0.4,
            writes=True,
        ),
        Case(
            "import100k",
            f"{large:,} rows: peak memory",
            {"own": _peak(registers, large)},
            (Bar(MOST_MEGABYTES),),
            "MB",
            turns=0,
            writes=True,
        ),
    ]


def through_pages(path):
    """Import a register as the clerk of the township does: upload, look at the preview, confirm. Returns the seconds."""
    client, organisation = visitor("township"), place.find().township
    with Path(path).open("rb") as file, stopwatch() as seconds:
        sent = {"kind": "persons", "organisation": organisation.pk, "file": file, **_key()}
        preview = post(client, reverse("import_new"), sent).url
        get(client, preview)
        upload = RegisterImport.objects.latest("pk")
        _expect(upload, ImportState.CHECKED)
        post(client, reverse("import_confirm", args=[upload.pk]), _key())
    upload.refresh_from_db()
    _expect(upload, ImportState.CONFIRMED)
    return seconds[0]


def through_plain_admin(path):
    """The same file through import-export's two pages. Returns the seconds."""
    client = plain_visitor()
    with Path(path).open("rb") as file, stopwatch() as seconds:
        preview = post(client, PLAIN_IMPORT, {"import_file": file, "format": "1", "resource": ""}, 200)
        confirm = dict(HIDDEN.findall(preview.content.decode()))
        if "import_file_name" not in confirm:
            raise NotThePage(f"The plain import shows no form to confirm: {preview.content.decode()[:2000]}")
        post(client, PLAIN_IMPORT.replace("import/", "process_import/"), confirm)
    return seconds[0]


def _own(registers, rows):
    return lambda: _growing_by(rows, through_pages, registers.next_one(rows))


def _plain(registers, rows):
    return lambda: _growing_by(rows, through_plain_admin, registers.next_one(rows))


def _floor(registers, rows, township):
    def run(path):
        with stopwatch() as seconds:
            floor.import_register(path, township)
        return seconds[0]

    return lambda: _growing_by(rows, run, registers.next_one(rows))


def _peak(registers, rows):
    def run(path):
        return peak_of("beneficiaries.benchmarks.imports.through_pages", path=path)

    return lambda: _growing_by(rows, run, registers.next_one(rows))


def _growing_by(rows, run, path):
    """What ``run(path)`` returns, if the registry has grown by so many people."""
    before = Person.objects.latest("pk").pk
    returned = run(path)
    grown = Person.objects.filter(pk__gt=before).count()
    Path(path).unlink()
    if grown != rows:
        raise NotThePage(f"The import wrote {grown} of {rows} people.")
    return returned


def _expect(upload, state):
    if upload.state != state or upload.bad_count:
        bad = upload.rows.exclude(errors=[]).values_list("errors", flat=True)[:3]
        raise NotThePage(
            f"The import is {upload.state}, {upload.bad_count} bad: {upload.message} {list(bad)}"
        )


def _key():
    return {"form_key": str(uuid.uuid4())}
