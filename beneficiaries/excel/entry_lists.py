"""Lists of people to be listed as workbooks: read, given out as a template, given back with their errors."""

from beneficiaries.excel import words
from beneficiaries.excel.columns import EXAMPLE_ID
from welfare import excel
from welfare.excel import CellError, Column

MAX_ROWS = 2_000  # checked and written while the page waits


def columns(programme):
    """The columns of a list of this programme."""
    categories = {category.name: category.pk for category in programme.categories.order_by("precedence")}
    return [
        Column(key="name", heading="姓名", parse=words.name, note="可不填；填了用来与在册的核对。"),
        Column(
            key="id_number",
            heading="身份证号",
            kind="id",
            aliases=("身份证号码", "公民身份号码", "身份证"),
            note="以人为对象的必填；以户为对象的，可填家中任何一人的身份证号。",
        ),
        Column(
            key="number",
            heading="户编号",
            max_length=30,
            aliases=("户号", "家庭编号"),
            is_text=True,
            note="以户为对象的，可代替身份证号。",
        ),
        Column(
            key="institution",
            heading="单位名称",
            max_length=100,
            aliases=("企业名称",),
            note="以单位为对象的填写，与登记的名称相同。",
        ),
        Column(
            key="category",
            heading="慰问类别",
            kind="choice",
            required=True,
            choices=categories,
            aliases=("类别", "档次"),
            note="照本方案的类别名称填写。",
        ),
        Column(
            key="reason",
            heading="列入理由",
            required=True,
            max_length=500,
            aliases=("理由", "困难情况"),
            note="写明困难情况和依据。",
        ),
        Column(
            key="exception_reason",
            heading="仍列入的理由",
            max_length=200,
            note="往年已享受、原则上不再列入而仍须列入的，写明理由。",
        ),
    ]


def read(file, filename, *, programme, on):
    """A list as ``welfare.excel.Reading``. Raises ``excel.Refused`` when it cannot be read as a whole."""
    return excel.read_workbook(file, columns=columns(programme), filename=filename, on=on, max_rows=MAX_ROWS)


def write_template(target, *, programme):
    """An empty list to fill in, with the programme's categories to choose from."""
    first = programme.categories.order_by("precedence").first()
    example = {"name": "张大明", "id_number": EXAMPLE_ID, "reason": "户主患病，家庭支出大"}
    excel.write_template(
        target,
        title=f"{programme}慰问对象名单",
        columns=columns(programme),
        unit_line="填报单位：              填报日期：",
        examples=({**example, "category": str(first or "")},),
    )


def marked(upload):
    """The user's own workbook (xlsx bytes) with the cells in error coloured and a column of reasons.

    Raises ``excel.Refused`` when the stored file cannot be read.
    """
    rows = upload.rows.exclude(errors=[]).order_by("excel_row").values_list("excel_row", "errors")
    errors = [CellError(row, heading, cell, reason) for row, found in rows for cell, heading, reason in found]
    with upload.file.open("rb") as file:
        return excel.mark_errors(
            file, errors, filename=upload.filename, sheet=upload.sheet, header_row=upload.header_row
        )
