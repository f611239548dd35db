"""Damaged workbooks: each is read or refused with a sentence, and the worker lives on.

``LEDGER_FUZZ=2000 pytest beneficiaries/tests/test_import_fuzz.py`` feeds as many, ``LEDGER_FUZZ=500-1000`` some of them.
"""

import collections
import io
import os
from pathlib import Path

import pytest

from beneficiaries.enums import ImportState
from beneficiaries.services import imports
from beneficiaries.tasks import check_upload
from beneficiaries.tests import mangling
from welfare.errors import Refusal
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
        try:
            upload = imports.upload(
                file=io.BytesIO(data),
                filename=name,
                organisation=place.community,
                by=None,
                at=AT,
                start_job=False,
            )
            checked = check_upload(upload, at=AT)
            if checked.state == ImportState.CHECKED and checked.new_count:
                imports.confirm(upload=checked, by=None, at=AT, leave_out_bad=True)
        except Refusal as refusal:  # of the confirmation: another file of the same people is written already
            assert refusal.message.endswith("。"), seed
            continue
        except Exception as error:
            raise AssertionError(f"seed {seed}: {name}, {len(data)} bytes") from error
        seen[checked.state] += 1
        assert checked.state in {ImportState.REFUSED, ImportState.CHECKED}, seed
        assert checked.state != ImportState.REFUSED or checked.message.endswith("。"), (seed, checked.message)
        assert all(reason.endswith("。") for row in checked.rows.all() for _c, _h, reason in row.errors), seed
        checked.file.delete(save=False)
    print(dict(seen))
    assert min(seen.values()) and len(seen) == 2
