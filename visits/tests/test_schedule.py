"""走访安排表 as a workbook."""

import io

import openpyxl
import pytest

from visits.documents import schedule
from visits.services import visits
from visits.tests import factories
from visits.tests.factories import BEFORE, DAY

pytestmark = pytest.mark.django_db


def test_the_workbook_says_who_goes_where_when_and_counts_the_households():
    made = factories.season(households=4)
    planned = visits.plan_all(team=made.team, entries=made.entries, days=[DAY], by=made.clerk, at=BEFORE)
    target = io.BytesIO()
    schedule.workbook(made.team, target, on=DAY)
    sheet = openpyxl.load_workbook(target).active
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    text = "\n".join(cells)
    assert f"组长：{made.leader} 组员：{made.member}" in text
    assert "集合时间地点：08:30 村委会" in text
    assert "面包车（李师傅）" in text
    assert [name for name in cells if name in {str(v.whom) for v in planned}] == [
        str(v.whom) for v in planned
    ]
    assert "合计（共 4 户）" in text
    assert "小计" not in text
    assert planned[0].household.head.phone not in text
    assert "139****" in text
