"""结对帮扶名单 as a workbook."""

from welfare.excel import SheetColumn, write_list

COLUMNS = (
    SheetColumn(key="number", heading="序号", kind="sequence"),
    SheetColumn(key="community", heading="村(社区)", width=3.2),
    SheetColumn(key="group", heading="组别", width=1.8),
    SheetColumn(key="household", heading="户编号", kind="id", width=3.6),
    SheetColumn(key="head", heading="户主", width=2.4),
    SheetColumn(key="cadres", heading="结对干部", width=4.6),
    SheetColumn(key="state", heading="是否结对", width=2.0),
)


def pairing_list(rows, target, *, on):
    """Write the households (``queries.pairings.households``) with their cadres to ``target``. Returns how many."""
    lines = (
        (
            number,
            str(one.organisation),
            one.group_name,
            one.number,
            one.head_name or "未登记户主",
            one.cadre_names,
            "已结对" if one.is_paired else "未结对",
        )
        for number, one in enumerate(rows.iterator(2000), start=1)
    )
    return write_list(
        target,
        title="结对帮扶名单",
        columns=COLUMNS,
        rows=lines,
        unit_line=f"截至 {on:%Y年%m月%d日}",
        sheet_name="结对帮扶",
    )
