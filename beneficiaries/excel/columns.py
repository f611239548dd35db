"""The columns of each kind of register, with a word on how to fill them and an example."""

from collections.abc import Callable
from dataclasses import dataclass

from beneficiaries.enums import CodeKind, ImportKind
from beneficiaries.excel import words
from welfare.excel import Column

EXAMPLE_ID = "11010519491231002X"  # the one in GB 11643


@dataclass(frozen=True)
class Layout:
    """One kind of register: ``columns(on)`` makes its columns, ``examples`` are rows by key for the example sheet,
    ``shown`` the keys that the preview names a row by."""

    title: str
    columns: Callable
    examples: tuple
    shown: tuple


def _persons(on):
    codes = words.codes()
    return [
        Column(key="position", heading="序号", note="可不填。"),
        _community(note="须在导入范围内。几个乡镇有同名的村时，连同乡镇写，如“上坪镇甲村”。"),
        *_home_facts()[:1],
        _number(note="同一户各行相同；新户自编，不与别户重复。"),
        Column(
            key="name",
            heading="姓名",
            required=True,
            parse=words.name,
            aliases=("家庭成员", "成员姓名"),
            note="只填姓名，照身份证写。",
        ),
        Column(
            key="relation",
            heading="与户主关系",
            kind="choice",
            required=True,
            choices=words.relations(),
            aliases=("关系",),
            note="一户要有且只有一名户主。",
        ),
        _id_number(required=True),
        Column(
            key="phone",
            heading="联系电话",
            kind="phone",
            aliases=("电话", "手机号", "手机"),
            note="手机号，或带区号的座机。",
        ),
        *_home_facts()[1:2],
        _choices("categories", "困难类别", words.categories(), note="有几种的，用顿号隔开。只增加，不终止。"),
        _choice("disability_kind", "残疾类别", words.disability_kinds()),
        Column(key="disability_grade", heading="残疾等级", parse=words.grade, note="1–4 级，1 级最重。"),
        Column(
            key="disability_certificate",
            heading="残疾证号",
            parse=words.certificate,
            aliases=("残疾人证号", "残疾证号码"),
            is_text=True,
            note="身份证号加类别、等级共 20 位；填了可以不填残疾类别和等级。",
        ),
        _choice("health", "健康状况", words.health()),
        Column(key="major_disease", heading="重大疾病", max_length=60, note="病名，照诊断证明写。"),
        _choice("listed_disease", "病种", codes[CodeKind.DISEASE], aliases=("大病病种", "重大疾病病种")),
        _choice("school_stage", "在读阶段", words.stages(), aliases=("就读阶段",)),
        _choice("political_status", "政治面貌", words.politics()),
        Column(key="is_veteran", heading="退役军人", kind="flag"),
        _choice("veteran_kind", "优抚对象类别", codes[CodeKind.VETERAN_KIND], aliases=("优抚类别",)),
        _choice("ethnic_group", "民族", codes[CodeKind.ETHNIC_GROUP]),
        _choice("marriage", "婚姻状况", codes[CodeKind.MARRIAGE], aliases=("婚姻",)),
        _choice("work_state", "就业状况", codes[CodeKind.WORK_STATE], aliases=("职业", "就业情况")),
        Column(key="is_counted", heading="计入家庭人口", kind="flag", note="不计入的，写明原因。"),
        Column(key="not_counted_reason", heading="不计入原因", max_length=100),
        *_dated_facts(codes, on),
        Column(
            key="bank_name",
            heading="开户银行",
            max_length=60,
            aliases=("开户行",),
            note="填了银行卡号就要填。",
        ),
        Column(
            key="bank_number",
            heading="银行卡号",
            kind="bank",
            aliases=("一卡通账号", "银行账号"),
            note="本人的卡。",
        ),
        Column(key="note", heading="备注", max_length=300),
    ]


def _households(on):
    return [
        _number(note="在册的户编号。"),
        _community(required=False, note="可不填；填了须与在册的相同。"),
        *_home_facts(),
        Column(
            key="is_rural", heading="农村", kind="flag", note="农村填“是”，城镇填“否”：决定用哪条低保标准。"
        ),
        *_dated_facts(words.codes(), on),
        Column(key="home_note", heading="备注", max_length=300),
    ]


def _institutions(on):
    return [
        Column(
            key="name",
            heading="单位名称",
            required=True,
            max_length=100,
            aliases=("企业名称", "名称"),
            note="照营业执照或公章写。",
        ),
        Column(
            key="credit_code",
            heading="统一社会信用代码",
            parse=words.credit_code,
            aliases=("信用代码", "社会信用代码"),
            is_text=True,
            note="18 位。没有的可不填，以单位名称认。",
        ),
        Column(
            key="community",
            heading="所在机构",
            max_length=100,
            aliases=("村(社区)", "所在村(社区)", "所属机构"),
            note="管这个单位的村(社区)、乡镇或县；不填即导入范围本身。",
        ),
        _choice("kind", "单位类型", words.codes()[CodeKind.INSTITUTION_KIND], aliases=("类型", "单位种类")),
        Column(key="address", heading="地址", max_length=200, aliases=("单位地址",)),
        Column(key="contact_name", heading="联系人", max_length=50),
        Column(key="contact_phone", heading="联系电话", kind="phone", aliases=("电话",)),
        Column(
            key="stopped_months",
            heading="停产月数",
            kind="integer",
            maximum=600,
            aliases=("停产停业月数",),
            note="连续停产几个月，只填数字。",
        ),
        Column(key="bankrupt_on", heading="进入破产程序日期", kind="date", maximum=on, aliases=("破产日期",)),
        Column(key="staff_count", heading="职工人数", kind="integer", maximum=1_000_000),
        Column(key="note", heading="备注", max_length=300),
    ]


def _hardships(on):
    return [
        Column(key="name", heading="姓名", parse=words.name, note="可不填；填了用来与在册的核对。"),
        _id_number(note="属于个人的类别（如残疾人）必填。只填身份证号的户类别，记在此人所在的户。"),
        _number(required=False, note="属于全户的类别（如低保户）可填户编号代替身份证号。"),
        _community(required=False, note="可不填；填了须与在册的相同。"),
        _choice("category", "困难类别", words.categories(), required=True, note="一行一种。"),
        Column(key="level", heading="等级", max_length=20, note="如“一级”“A类”。"),
        Column(
            key="basis",
            heading="认定依据",
            max_length=200,
            aliases=("依据",),
            note="批文或证件的名称和文号。",
        ),
        Column(
            key="from_on",
            heading="起始日期",
            kind="date",
            required=True,
            maximum=on,
            aliases=("起", "认定日期", "开始日期"),
            note="如 2026-01-05。",
        ),
        Column(
            key="to_on",
            heading="终止日期",
            kind="date",
            maximum=on,
            aliases=("止", "结束日期"),
            note="仍在享受的不填。",
        ),
    ]


def _bank_cards(on):
    return [
        Column(key="name", heading="姓名", parse=words.name, note="可不填；填了用来与在册的核对。"),
        _id_number(required=True, note="持卡人本人的身份证号。"),
        _community(required=False, note="可不填；填了须与在册的相同。"),
        Column(key="bank_name", heading="开户银行", required=True, max_length=60, aliases=("开户行",)),
        Column(
            key="bank_number",
            heading="银行卡号",
            kind="bank",
            required=True,
            aliases=("一卡通账号", "银行账号", "卡号"),
            note="本人在用的卡，16–19 位；换卡的，原卡留档。",
        ),
    ]


# -- columns that several kinds share ------------------------------------------------------------------
def _community(*, required=True, note):
    return Column(
        key="community",
        heading="村(社区)",
        required=required,
        max_length=100,
        aliases=("村", "社区", "村名", "村/社区"),
        note=note,
    )


def _number(*, required=True, note):
    return Column(
        key="number",
        heading="户编号",
        required=required,
        max_length=30,
        aliases=("户号", "家庭编号"),
        is_text=True,
        note=note,
    )


def _id_number(*, required=False, note="18 位。整列为文本格式，不要让 Excel 改成数字。"):
    return Column(
        key="id_number",
        heading="身份证号",
        kind="id",
        required=required,
        aliases=("身份证号码", "公民身份号码", "身份证"),
        note=note,
    )


def _choice(key, heading, choices, **more):
    return Column(key=key, heading=heading, kind="choice", choices=choices, **more)


def _choices(key, heading, choices, **more):
    return Column(key=key, heading=heading, kind="choices", choices=choices, **more)


def _home_facts():
    return [
        Column(key="group_name", heading="组别", max_length=30, aliases=("组", "村民小组", "网格")),
        Column(key="address", heading="家庭住址", max_length=200, aliases=("住址", "地址")),
    ]


def _dated_facts(codes, on):
    once = "写在户主行，或各行相同。"
    return [
        Column(
            key="monthly_income",
            heading="家庭月人均收入(元)",
            kind="money",
            aliases=("家庭月人均收入", "月人均收入"),
            note=once,
        ),
        _day("income_on", "收入核定日期", on),
        Column(
            key="medical_cost",
            heading="近12个月自付医疗费(元)",
            kind="money",
            aliases=("自付医疗费",),
            note=f"全户合计。{once}",
        ),
        _day("medical_on", "医疗费截至日期", on),
        Column(
            key="disaster_loss",
            heading="灾害事故损失(元)",
            kind="money",
            aliases=("灾害事故损失", "灾害损失"),
            note=f"全户合计。{once}",
        ),
        _day("loss_on", "受灾或事故日期", on),
        _choice("housing", "住房情况", codes[CodeKind.HOUSING]),
        _choice(
            "housing_danger", "房屋安全等级", codes[CodeKind.HOUSING_DANGER], aliases=("房屋等级", "危房等级")
        ),
    ]


def _day(key, heading, on):
    return Column(key=key, heading=heading, kind="date", maximum=on, note="如 2026-01-05；不填即今天核定。")


# -- the kinds -----------------------------------------------------------------------------------------
_HOME = {"community": "青龙村", "number": "H001", "group_name": "1组", "address": "青龙村1组8号"}
_FACTS = {"monthly_income": 560, "income_on": "2026-01-05", "housing": "自有住房", "housing_danger": "B级"}
LAYOUTS = {
    ImportKind.PERSONS: Layout(
        title="困难群众基本信息登记表",
        columns=_persons,
        examples=(
            {
                **{**_HOME, **_FACTS, "position": 1, "name": "张大明", "relation": "户主"},
                **{"id_number": EXAMPLE_ID, "phone": "13900000000", "categories": "低保户、残疾人"},
                **{
                    "disability_kind": "肢体",
                    "disability_grade": 2,
                    "health": "残疾",
                    "ethnic_group": "汉族",
                },
                **{"is_veteran": "否", "bank_name": "农村信用社", "bank_number": "6217000000000000001"},
            },
            {
                **{**_HOME, "position": 2, "name": "张小明", "relation": "子女", "school_stage": "小学"},
                **{"id_number": "（本人的 18 位身份证号）", "health": "健康", "ethnic_group": "汉族"},
            },
        ),
        shown=("number", "name", "community", "relation"),
    ),
    ImportKind.HOUSEHOLDS: Layout(
        title="困难家庭情况表",
        columns=_households,
        examples=({**_HOME, **_FACTS, "is_rural": "是", "medical_cost": 12800, "medical_on": "2026-01-05"},),
        shown=("number", "community", "group_name", "address"),
    ),
    ImportKind.INSTITUTIONS: Layout(
        title="慰问单位登记表",
        columns=_institutions,
        examples=(
            {
                **{"name": "青龙砖瓦厂", "community": "青龙村", "kind": "困难企业", "address": "青龙村3组"},
                **{
                    "contact_name": "刘厂长",
                    "contact_phone": "13900000000",
                    "stopped_months": 8,
                    "staff_count": 46,
                },
            },
        ),
        shown=("name", "credit_code", "community", "contact_name"),
    ),
    ImportKind.HARDSHIPS: Layout(
        title="困难类别认定表",
        columns=_hardships,
        examples=(
            {
                **{"name": "张大明", "id_number": EXAMPLE_ID, "number": "H001", "category": "低保户"},
                **{"level": "A类", "basis": "县民政局低保证第 001 号", "from_on": "2026-01-05"},
            },
        ),
        shown=("number", "name", "community", "category"),
    ),
    ImportKind.BANK_CARDS: Layout(
        title="一卡通银行卡登记表",
        columns=_bank_cards,
        examples=(
            {
                **{"name": "张大明", "id_number": EXAMPLE_ID, "community": "青龙村"},
                **{"bank_name": "农村信用社", "bank_number": "6217000000000000001"},
            },
        ),
        shown=("name", "community", "bank_name"),
    ),
}
