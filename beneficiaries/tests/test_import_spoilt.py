"""Registers spoiled in the ways of real ones: each fault is told at its own cell, and nothing else."""

import os

import pytest

from beneficiaries.enums import RowKind
from beneficiaries.models import Person
from beneficiaries.services import imports
from beneficiaries.tests import spoiling
from beneficiaries.tests.test_imports import errors_of, uploaded
from welfare.testing.personas import AT, make_organisations

pytestmark = pytest.mark.django_db
SEEDS = range(int(os.environ.get("LEDGER_SPOIL", 6)))


@pytest.mark.parametrize("seed", SEEDS)
def test_each_fault_of_a_spoilt_register_is_told_at_its_cell_and_nothing_else(seed):
    rng, place = spoiling.dice(seed), make_organisations()
    clean = spoiling.clean_rows(rng, "甲村")
    rows = [dict(row) for row in clean]
    must, twins = spoiling.spoil(rng, rows)
    order, written = spoiling.layout(rng)
    as_csv = seed % 3 == 2
    data, places = spoiling.workbook(rng, rows, order, written, as_csv=as_csv)
    upload = uploaded(data, place.community, name="名册.csv" if as_csv else "名册.xlsx")
    index_of = {place: index for index, place in enumerate(places)}
    found = {(index_of[row], heading): reason for (row, heading), reason in errors_of(upload).items()}
    assert must - found.keys() == set(), (
        seed,
        [(cell, rows[cell[0]][cell[1]]) for cell in must - found.keys()],
    )
    bad_homes = {clean[index]["户编号"] for index, _heading in must} | {
        clean[index]["户编号"] for index in twins
    }
    for (index, heading), reason in found.items():
        is_twin = index in twins and heading == "身份证号"
        is_of_a_bad_head = (
            clean[index]["户编号"] in bad_homes and heading == "与户主关系" and "户主" in reason
        )
        assert (index, heading) in must or is_twin or is_of_a_bad_head, (seed, index, heading, reason)
    assert "家里几头牛" in upload.message
    as_it_should_be(upload, clean, index_of)


def as_it_should_be(upload, clean, index_of):
    """What was not wrong is written as it was before it was spoiled."""
    good = {
        index_of[row] for row in upload.rows.exclude(kind=RowKind.BAD).values_list("excel_row", flat=True)
    }
    imports.confirm(upload=upload, by=upload.uploaded_by, at=AT, leave_out_bad=True)
    known = {one.id_number: one for one in Person.objects.select_related("household", "ethnic_group")}
    assert len(known) == len(good)
    for row in (clean[index] for index in good):
        one = known[row["身份证号"]]
        assert (one.name, one.phone, one.household.number) == (row["姓名"], row["联系电话"], row["户编号"])
        assert (one.disability_grade, one.is_veteran, str(one.ethnic_group)) == (2, False, "汉族")
        assert one.bank_accounts.get().number == row["银行卡号"]
        assert (one.household.monthly_income, one.household.income_on) == (1560, row["收入核定日期"])
