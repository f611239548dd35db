"""The register that communities keep, one row per person: its columns, and how a file of it is read."""

import re
from dataclasses import replace

from beneficiaries.enums import DisabilityKind, HealthState, PoliticalStatus, Relation, SchoolStage
from beneficiaries.models import HardshipCategory
from welfare import excel
from welfare.excel import CellError, Column

_NAME = re.compile(
    r"[\u3400-\u9fff\U00020000-\U0003ffff〇A-Za-z][\u3400-\u9fff\U00020000-\U0003ffff〇A-Za-z·•・.\s-]*"
)
_GRADES = {"一": 1, "二": 2, "三": 3, "四": 4}
RELATIONS = {
    Relation.HEAD: ("户主", "本人"),
    Relation.SPOUSE: ("配偶", "丈夫", "妻子", "夫", "妻"),
    Relation.CHILD: (
        "子女",
        "儿子",
        "女儿",
        "子",
        "女",
        "长子",
        "次子",
        "三子",
        "长女",
        "次女",
        "三女",
        "养子",
        "养女",
    ),
    Relation.GRANDCHILD: ("孙子女", "孙子", "孙女", "外孙", "外孙女", "孙"),
    Relation.PARENT: ("父母", "父亲", "母亲", "父", "母", "公公", "婆婆", "岳父", "岳母"),
    Relation.GRANDPARENT: ("祖父母", "祖父", "祖母", "外祖父", "外祖母", "爷爷", "奶奶"),
    Relation.SIBLING: ("兄弟姐妹", "兄", "弟", "姐", "妹", "哥哥", "弟弟", "姐姐", "妹妹"),
    Relation.CHILD_IN_LAW: ("儿媳女婿", "儿媳", "女婿"),
    Relation.OTHER: ("其他", "非亲属"),
}


def columns():
    """The columns of the register; hardship categories as the code list has them now."""
    categories = HardshipCategory.objects.filter(is_active=True)
    return [
        Column(key="position", heading="序号"),
        Column(
            key="community",
            heading="村(社区)",
            required=True,
            max_length=100,
            aliases=("村", "社区", "村名", "村/社区"),
        ),
        Column(key="group_name", heading="组别", max_length=30, aliases=("组", "村民小组", "网格")),
        Column(key="number", heading="户编号", required=True, max_length=30, aliases=("户号", "家庭编号")),
        Column(key="name", heading="姓名", required=True, parse=_name, aliases=("家庭成员", "成员姓名")),
        Column(
            key="relation",
            heading="与户主关系",
            kind="choice",
            required=True,
            choices=_relations(),
            aliases=("关系",),
        ),
        Column(
            key="id_number",
            heading="身份证号",
            kind="id",
            required=True,
            aliases=("身份证号码", "公民身份号码", "身份证"),
        ),
        Column(key="phone", heading="联系电话", kind="phone", aliases=("电话", "手机号", "手机")),
        Column(key="address", heading="家庭住址", max_length=200, aliases=("住址", "地址")),
        Column(
            key="categories",
            heading="困难类别",
            kind="choices",
            choices={one.name: one.code for one in categories},
        ),
        Column(key="disability_kind", heading="残疾类别", kind="choice", choices=_labels(DisabilityKind)),
        Column(key="disability_grade", heading="残疾等级", parse=_grade),
        Column(
            key="health",
            heading="健康状况",
            kind="choice",
            choices=_labels(HealthState) | {"良好": "healthy"},
        ),
        Column(key="major_disease", heading="重大疾病", max_length=60),
        Column(
            key="school_stage", heading="在读阶段", kind="choice", choices=_stages(), aliases=("就读阶段",)
        ),
        Column(key="political_status", heading="政治面貌", kind="choice", choices=_politics()),
        Column(key="is_veteran", heading="退役军人", kind="flag"),
        Column(
            key="monthly_income",
            heading="家庭月人均收入(元)",
            kind="money",
            aliases=("家庭月人均收入", "月人均收入"),
        ),
        Column(key="medical_cost", heading="近12个月自付医疗费(元)", kind="money", aliases=("自付医疗费",)),
        Column(
            key="disaster_loss",
            heading="灾害事故损失(元)",
            kind="money",
            aliases=("灾害事故损失", "灾害损失"),
        ),
        Column(key="bank_name", heading="开户银行", max_length=60, aliases=("开户行",)),
        Column(key="bank_number", heading="银行卡号", kind="bank", aliases=("一卡通账号", "银行账号")),
        Column(key="note", heading="备注", max_length=300),
    ]


def read(file, filename, *, on):
    """A register as ``welfare.excel.Reading``. Raises ``excel.Refused`` when it cannot be read as a whole."""
    return excel.read_workbook(file, columns=columns(), filename=filename, on=on)


def write_template(target):
    """An empty register to fill in, with drop-downs of the usual words."""
    usual = []
    for column in columns():
        choices = {}
        for label, value in (column.choices or {}).items():
            if value not in choices.values():
                choices[label] = value
        usual.append(replace(column, choices=choices or None))
    excel.write_template(
        target, title="困难群众基本信息登记表", columns=usual, unit_line="填报单位：              填报日期："
    )


def marked(upload):
    """The user's own workbook (xlsx bytes) with the cells in error coloured and a column of reasons."""
    errors = [
        CellError(row.excel_row, heading, cell, reason)
        for row in upload.rows.exclude(errors=[]).order_by("excel_row")
        for cell, heading, reason in row.errors
    ]
    with upload.file.open("rb") as file:
        return excel.mark_errors(
            file, errors, filename=upload.filename, sheet=upload.sheet, header_row=upload.header_row
        )


def _name(text):
    if len(text) > 60:
        raise ValueError("姓名最多 60 个字，请删减。")
    if not _NAME.fullmatch(text):
        raise ValueError("姓名中有不该出现的符号（如公式、数字、括号），请只填姓名。")
    return text


def _grade(text):
    bare = text.removesuffix("级").strip()
    grade = _GRADES.get(bare) or (int(bare) if bare.isascii() and bare.isdigit() else 0)
    if not 1 <= grade <= 4:
        raise ValueError(f"残疾等级“{text}”不对，应为 1–4 级（1 级最重），请对照残疾证填写。")
    return grade


def _labels(choices):
    return {label: value for value, label in choices.choices}


def _relations():
    return {label: relation for relation, labels in RELATIONS.items() for label in labels}


def _stages():
    return _labels(SchoolStage) | {
        "高中": "senior",
        "中专": "senior",
        "职高": "senior",
        "幼儿园": "preschool",
        "大专": "university",
    }


def _politics():
    return _labels(PoliticalStatus) | {
        "党员": "party_member",
        "团员": "league_member",
        "预备党员": "probationary",
    }
