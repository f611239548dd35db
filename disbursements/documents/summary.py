"""汇总表: households, persons, cash and goods by category and by community, as the sheets say."""

from datetime import date
from decimal import Decimal

from disbursements.queries.summary import summary
from welfare import excel, money
from welfare.excel import OfficialSheet, SheetColumn


def summary_workbook(programme, target, on: date, user=None):
    """Write the summary of what was received to ``target`` (narrowed to what ``user`` sees). Returns its hash."""
    found = summary(programme, user)
    return excel.write_official(
        target,
        OfficialSheet(
            title=f"{programme.organiser}{programme.season}慰问发放汇总表",
            unit=programme.organiser.name,
            on=on,
            columns=[
                SheetColumn(key="n", heading="序号", kind="sequence"),
                SheetColumn(key="village", heading="村(社区)", width=3.4),
                SheetColumn(key="category", heading="慰问类别", width=5.6),
                SheetColumn(key="households", heading="户数", kind="quantity", unit="户"),
                SheetColumn(key="persons", heading="人数", kind="quantity", unit="人"),
                SheetColumn(key="cash", heading="慰问金", kind="money"),
                *(
                    SheetColumn(key=f"item{number}", heading=item.name, kind="quantity", unit=item.unit)
                    for number, item in enumerate(found.goods_by_item)
                ),
                SheetColumn(key="goods_value", heading="慰问品折价", kind="money"),
            ],
            rows=[_row(found, cell) for cell in found.cells],
            number=f"{programme.code}-{programme.year}-汇总",
            version=programme.version,
            count_unit="行",
            words_of="cash",
            notes=list(_notes(found)),
            is_rehearsal=programme.is_rehearsal,
            sheet_name="汇总表",
        ),
    )


def _row(found, cell):
    figures = cell.figures
    row = {
        "village": str(cell.organisation),
        "category": cell.category.name,
        "households": figures.households + figures.institutions,
        "persons": figures.persons,
        "cash": figures.cash,
        "goods_value": figures.goods_value,
    }
    for number, item in enumerate(found.goods_by_item):
        row[f"item{number}"] = cell.goods.get(item.item_id, Decimal(0))
    return row


def _notes(found):
    """What the table does not show: the card's part, who still waits, the funds and the sheets behind it."""
    totals = found.totals
    yield f"本表按发放表已签收（已代发）的明细汇总；其中一卡通代发{money.show(totals.by_card)}元。"
    if totals.waiting:
        yield f"另有{totals.waiting}户（人）尚未全部领取，未计入。"
    for allocation in found.funds:
        yield f"资金：{allocation.fund}安排{money.show(allocation.amount)}元，占用{money.show(allocation.committed)}元。"
    if found.sheets:
        yield "发放表：" + "、".join(str(sheet) for sheet in found.sheets)
