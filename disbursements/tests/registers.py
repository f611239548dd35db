"""Small registers for tests, cut from the sample register."""

import csv
from pathlib import Path

from django.conf import settings
from python_calamine import CalamineWorkbook

SAMPLE = Path(settings.BASE_DIR) / "beneficiaries/samples/registry-sample.xlsx"
COMMUNITY, HOUSEHOLD = 1, 3


def small_register(path, *, communities=("青龙村", "白鹤村"), households=20, rename=None):
    """A csv register with the first ``households`` of each community. ``rename`` gives communities other names."""
    rows = CalamineWorkbook.from_path(str(SAMPLE)).get_sheet_by_index(0).to_python()
    kept, counts = rows[:3], {name: {} for name in communities}
    for row in rows[3:]:
        seen = counts.get(row[COMMUNITY])
        if seen is None or (row[HOUSEHOLD] not in seen and len(seen) >= households):
            continue
        seen[row[HOUSEHOLD]] = True
        kept.append([(rename or {}).get(row[COMMUNITY], row[COMMUNITY]), *row[2:]])
        kept[-1].insert(0, row[0])
    with Path(path).open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([_plain(cell) for cell in row] for row in kept)
    return Path(path)


def _plain(cell):
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell
