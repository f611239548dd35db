"""Made-up registers, and the ways in which real ones are spoiled. Everything hangs on one seed."""

import csv
import io
import random
from datetime import date, datetime, time

from openpyxl import Workbook
from stdnum.iso7064 import mod_11_2
from stdnum.luhn import calc_check_digit

from beneficiaries.excel import register

ORDER = (
    *("村(社区)", "组别", "户编号", "姓名", "与户主关系", "身份证号", "联系电话", "家庭住址", "困难类别"),
    *("残疾类别", "残疾等级", "健康状况", "退役军人", "民族", "计入家庭人口", "不计入原因"),
    *("家庭月人均收入(元)", "收入核定日期", "开户银行", "银行卡号", "备注"),
)
REQUIRED = {"村(社区)", "户编号", "姓名", "与户主关系", "身份证号"}
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def clean_rows(rng, community, households=18):
    """Rows by heading of a register without any fault."""
    rows = []
    for home in range(households):
        for member in range(rng.randint(1, 4)):
            at = len(rows)
            rows.append(
                {
                    **{"村(社区)": community, "组别": f"{home % 4 + 1}组", "户编号": f"S{home:03}"},
                    **{"姓名": rng.choice("王李张刘") + rng.choice("伟芳娜敏") + rng.choice("一平英")},
                    "与户主关系": rng.choice(["配偶", "子女", "父母"]) if member else "户主",
                    "身份证号": id_number(rng, at),
                    **{"联系电话": f"139{at:08}", "家庭住址": f"{home}号", "困难类别": "低保户"},
                    **{
                        "残疾类别": "视力",
                        "残疾等级": 2,
                        "健康状况": "健康",
                        "退役军人": "否",
                        "民族": "汉族",
                    },
                    **{"计入家庭人口": "是", "不计入原因": "", "家庭月人均收入(元)": 1560},
                    **{"收入核定日期": date(2025, 3, 1), "开户银行": "农村信用社", "备注": ""},
                    "银行卡号": (card := f"621700{at:012}") + calc_check_digit(card),
                }
            )
    return rows


def id_number(rng, at, birth=None):
    body = f"520325{birth or f'19{rng.randint(40, 99)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}'}{at:03}"
    return body + mod_11_2.calc_check_digit(body)


def _wrong_digit(rng, value, at):
    return value[:-1] + ("1" if value[-1] != "1" else "2")


def _spoilt_luhn(rng, value, at):
    return value[:-1] + str((int(value[-1]) + 1) % 10)


# (heading, what is done to the cell): each must be reported at its own cell.
MUST = [
    ("村(社区)", lambda rng, value, at: "月亮村"),
    ("村(社区)", lambda rng, value, at: ""),
    ("户编号", lambda rng, value, at: ""),
    ("户编号", lambda rng, value, at: "S" * 31),
    ("姓名", lambda rng, value, at: rng.choice(["", "张3", "张" * 61, "#N/A", "(空)"])),
    ("与户主关系", lambda rng, value, at: rng.choice(["", "朋友圈", "户主的"])),
    ("身份证号", _wrong_digit),
    ("身份证号", lambda rng, value, at: value[:15]),
    ("身份证号", lambda rng, value, at: value[:17]),
    ("身份证号", lambda rng, value, at: float(value[:17] + "0")),
    ("身份证号", lambda rng, value, at: f"{float(value[:17] + '0'):.5E}"),
    ("身份证号", lambda rng, value, at: id_number(rng, at, "19870231")),
    ("身份证号", lambda rng, value, at: id_number(rng, at, "20370101")),
    ("身份证号", lambda rng, value, at: "99" + value[2:]),
    ("身份证号", lambda rng, value, at: rng.choice(["无", "", "待补", value + "1"])),
    ("联系电话", lambda rng, value, at: rng.choice(["1391234567", "没有电话", "12345678901", "139 0000"])),
    ("困难类别", lambda rng, value, at: rng.choice(["富豪", "低保户、富豪"])),
    ("残疾类别", lambda rng, value, at: "味觉"),
    ("残疾等级", lambda rng, value, at: rng.choice([7, "五级", 0, "重"])),
    ("健康状况", lambda rng, value, at: "很好吧"),
    ("退役军人", lambda rng, value, at: "也许"),
    ("民族", lambda rng, value, at: "火星族"),
    ("不计入原因", lambda rng, value, at: "…" * 101),
    (
        "家庭月人均收入(元)",
        lambda rng, value, at: rng.choice([-5, "约八百", "1万", "#REF!", "1e400", 10**13]),
    ),
    ("收入核定日期", lambda rng, value, at: rng.choice(["2025-13-40", "去年", "2099-01-01", "20250230"])),
    ("开户银行", lambda rng, value, at: ""),
    ("银行卡号", _spoilt_luhn),
    ("银行卡号", lambda rng, value, at: float(value)),
    ("银行卡号", lambda rng, value, at: value[:15]),
    ("备注", lambda rng, value, at: "长" * 301),
]
# Each must be read as what it stands for, without a word.
MAY_NOT = [
    ("身份证号", lambda rng, value, at: f"'{value[:6]} {value[6:14]}  {value[14:]}\u200b"),
    ("身份证号", lambda rng, value, at: value.translate(FULL_WIDTH).lower()),
    ("银行卡号", lambda rng, value, at: " ".join(value[i : i + 4] for i in range(0, 19, 4))),
    ("联系电话", lambda rng, value, at: f"+86 {value[:3]}-{value[3:7]}-{value[7:]}"),
    ("联系电话", lambda rng, value, at: float(value)),
    (
        "家庭月人均收入(元)",
        lambda rng, value, at: rng.choice(["1,560.00", "￥1560元", "１５６０", 1560.0, " 1560 "]),
    ),
    (
        "收入核定日期",
        lambda rng, value, at: rng.choice(
            ["2025年3月1日", "20250301", "2025/3/1", datetime.combine(date(2025, 3, 1), time())]
        ),
    ),
    ("残疾等级", lambda rng, value, at: rng.choice(["二级", "2级", "2", 2.0])),
    ("困难类别", lambda rng, value, at: rng.choice(["低保户，", " 低保户", "低保户；低保户"])),
    ("退役军人", lambda rng, value, at: rng.choice(["无", "×", "0", "n", False])),
    ("计入家庭人口", lambda rng, value, at: rng.choice(["√", "1", "有", True])),
    ("姓名", lambda rng, value, at: f" {value}\x07\n"),
    ("民族", lambda rng, value, at: "汉"),
    ("备注", lambda rng, value, at: "=1+1"),
]


def spoil(rng, rows):
    """Spoil some cells in place. Returns (must, twins): {(index, heading)} that must be told, and the indexes of
    rows that share an ID number with one of them."""
    must, twins = set(), set()
    for index, row in enumerate(rows):
        lot = rng.random()
        heading, act = rng.choice(MUST if lot < 0.2 else MAY_NOT)
        if lot < 0.5:
            row[heading] = act(rng, row[heading], index)
            if lot < 0.2:
                must.add((index, heading))
    hale = [index for index, row in enumerate(rows) if index not in {bad for bad, _heading in must}]
    first, second = rng.sample(hale, 2)
    rows[second]["身份证号"] = rows[first]["身份证号"]
    must.add((second, "身份证号"))
    twins |= {first, second}
    heads = {row["户编号"] for row in rows if row["与户主关系"] == "户主"}
    for index in hale:
        if rows[index]["与户主关系"] != "户主" and rows[index]["户编号"] in heads and index not in twins:
            rows[index]["与户主关系"] = "户主"
            must.add((index, "与户主关系"))
            break
    for index in hale:
        if index not in twins and (index, "与户主关系") not in must:
            rows[index] |= {"计入家庭人口": "否", "不计入原因": ""}
            must.add((index, "不计入原因"))
            break
    return must, twins


def layout(rng):
    """(headings in some order, the same as an office might write them)."""
    known = {column.heading: column.aliases for column in register.columns()}
    order = list(ORDER)
    rng.shuffle(order)
    written = []
    for heading in order:
        words = rng.choice([heading, *known[heading]])
        written.append(
            rng.choice(
                [words, f"*{words}", f" {words} ", words.replace("(", "（").replace(")", "）"), f"{words}："]
            )
        )
    return order, written


def workbook(rng, rows, order, written, *, as_csv=False):
    """(bytes, Excel row of each row): title lines above, a strange column, blank lines between, a footer below."""
    lines = [["某镇登记表"], ["填报单位：", "", "日期"], []][: rng.randint(0, 3)] + [
        [] for _ in range(rng.randint(0, 6))
    ]
    left = rng.randint(0, 2)
    lines.append([""] * left + ["家里几头牛", *written])
    places = []
    for row in rows:
        if rng.random() < 0.05:
            lines.append([])
        lines.append([""] * left + ["3", *(row[heading] for heading in order)])
        places.append(len(lines))
    lines += [[], ["合计", len(rows)], ["制表：李敏"]]
    if as_csv:
        target = io.StringIO()
        csv.writer(target).writerows([_as_excel_saves(cell) for cell in line] for line in lines)
        return target.getvalue().encode(rng.choice(["utf-8-sig", "gb18030"])), places
    book = Workbook()
    for at, line in enumerate(lines, start=1):
        for column, value in enumerate(line, start=1):
            cell = book.active.cell(at, column)
            cell.value = value.replace("\x07", "") if isinstance(value, str) else value
            if isinstance(value, str):
                cell.data_type = "s"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue(), places


def _as_excel_saves(value):
    """A cell as Excel writes it into a CSV: eleven digits of a number, the rest as a power of ten."""
    if not isinstance(value, float):
        return value
    return int(value) if value.is_integer() and value < 1e11 else f"{value:.5E}"


def dice(seed):
    return random.Random(seed)
