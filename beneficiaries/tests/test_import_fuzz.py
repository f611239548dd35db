"""Damaged workbooks: each is read or refused with a sentence, and the worker lives on.

``LEDGER_FUZZ=2000 pytest beneficiaries/tests/test_import_fuzz.py`` feeds as many, ``LEDGER_FUZZ=500-1000`` some of them.
"""

import collections
import io
import os
from pathlib import Path

import pytest
from django.db import transaction

from beneficiaries.enums import ImportState
from beneficiaries.services import imports
from beneficiaries.tasks import check_upload
from beneficiaries.tests import mangling
from welfare.testing.personas import AT, make_organisations

pytestmark = pytest.mark.django_db
FROM, _dash, TO = os.environ.get("LEDGER_FUZZ", "60").rpartition("-")
SEEDS = range(int(FROM or 0), int(TO))
XLS = Path(__file__).resolve().parents[2] / "welfare/tests/data/small.xls"


def test_whatever_is_uploaded_is_read_or_refused_with_a_sentence():
    place, xls = make_organisations(), XLS.read_bytes()
    seen = collections.Counter()
    for seed in SEEDS:
        name, data = mangling.damaged(seed, xls)
        with transaction.atomic():  # taken back: each file meets the same registry
            try:
                seen[lived_through(name, data, place.community)] += 1
            except Exception as error:
                raise AssertionError(f"seed {seed}: {name}, {len(data)} bytes") from error
            transaction.set_rollback(True)
    print(dict(seen))
    assert len(seen) == 2 and sum(seen.values()) == len(SEEDS)


def lived_through(name, data, organisation):
    """Upload, check and confirm; the state after the check. Every refusal is a sentence."""
    upload = imports.upload(
        file=io.BytesIO(data), filename=name, organisation=organisation, by=None, at=AT, start_job=False
    )
    checked = check_upload(upload, at=AT)
    state = checked.state
    assert state in {ImportState.REFUSED, ImportState.CHECKED}
    assert state != ImportState.REFUSED or checked.message.endswith("。")
    for row in checked.rows.all():
        assert all(reason.endswith("。") for _cell, _heading, reason in row.errors)
    if state == ImportState.CHECKED and checked.new_count:
        imports.confirm(upload=checked, by=None, at=AT, leave_out_bad=True)
    checked.file.delete(save=False)
    return state
