"""Workbooks damaged in every way that bytes can be: what the upload check must live through."""

import io
import random
import re
import zipfile

from openpyxl import Workbook

from beneficiaries.tests import spoiling

XLS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
STRANGE = [
    "\x00\x01\x0b", "\ud83d\ude00" * 40, "9" * 400, "1e999", "-1e999", "NaN", "inf", "=cmd|' /C calc'!A0", "\u202e反", "٣٤",
    "𠮷" * 70, "a" * 40_000, "\t\n\r\\N\\.", "\\", "{}", "[]", "null", '"', "'; DROP TABLE x; --", "%s%(a)s", "²", "Ⅳ", "",
    "0x1F", "1/0", "2025-02-30", "9999-12-31", "0001-01-01", "١٩٨٧", "\ufeff", "\u200b", "_x0000_", "_xD800_",
]  # fmt: skip
NUMBERS = [
    1e308,
    -1e308,
    1e-300,
    2**63,
    -(2**63),
    10**40,
    0.1 + 0.2,
    float("1e15"),
    True,
    False,
    -0.0,
    2958466,
    60,
]


def strange_workbook(rng):
    """A register whose cells hold odd types, huge numbers and control characters."""
    rows = spoiling.clean_rows(rng, "甲村", households=4)
    order, written = spoiling.layout(rng)
    for row in rows:
        for heading in rng.sample(order, 4):
            row[heading] = rng.choice([*STRANGE, *NUMBERS])
    book = Workbook()
    book.active.append(written)
    for row in rows:
        book.active.append([_storable(row[heading]) for heading in order])
    for cell in book.active[2]:
        cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type
    if rng.random() < 0.2:
        book.active.merge_cells(
            start_row=2, end_row=rng.randint(3, 90), start_column=3, end_column=rng.choice([3, 9])
        )
    if rng.random() < 0.2:
        book.active.cell(rng.choice([1_048_576, 90_000, 300]), rng.choice([1, 60, 16_384]), "远")
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _storable(value):
    """openpyxl itself refuses some characters; those come in by the mangled XML and the CSV."""
    if not isinstance(value, str):
        return value
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]", "", value)[:32_000]


def strange_csv(rng):
    rows = spoiling.clean_rows(rng, "甲村", households=4)
    order, written = spoiling.layout(rng)
    lines = [written] + [
        [rng.choice([str(row[heading]), rng.choice(STRANGE)]) for heading in order] for row in rows
    ]
    text = rng.choice(["\n", "\r\n", "\r"]).join(rng.choice([",", "\t", ";"]).join(line) for line in lines)
    data = text.encode(rng.choice(["utf-8-sig", "utf-16", "utf-8"]), "surrogatepass")
    return data if rng.random() < 0.5 else flip(rng, data)


def flip(rng, data):
    """Some bytes are others."""
    spoilt = bytearray(data)
    for _ in range(rng.choice([1, 3, 20, 200])):
        spoilt[rng.randrange(len(spoilt))] = rng.randrange(256)
    return bytes(spoilt)


def cut(rng, data):
    """The end, the beginning, or a piece in the middle is gone."""
    start, end = sorted(rng.sample(range(len(data)), 2))
    return rng.choice([data[:end], data[start:], data[:start] + data[end:], data + data[start:end]])


def members(rng, data):
    """Parts of the zip are missing, twice, swapped, empty or something else."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    first, second = rng.sample(range(len(parts)), 2)
    name, content = parts[first]
    act = rng.randrange(5)
    if act == 0:
        del parts[first]
    elif act == 1:
        parts[first], parts[second] = (name, parts[second][1]), (parts[second][0], content)
    elif act == 2:
        parts[first] = (name, rng.choice([b"", b"<a/>", rng.randbytes(300), b"\x00" * 5000]))
    elif act == 3:
        parts.append(
            (rng.choice(["xl/vbaProject.bin", "../../etc/passwd", "xl/media/a.png", name]), rng.randbytes(90))
        )
    else:
        parts[first] = (name.upper(), content)
    return _zipped(parts)


def xml(rng, data):
    """The XML of the sheet, the strings or the book says something it should not."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    at = rng.choice([at for at, (name, _content) in enumerate(parts) if name.endswith((".xml", ".rels"))])
    name, content = parts[at]
    swaps = [
        (rb't="\w+"', b't="zz"'), (rb't="s"', b't="n"'), (rb't="n"', b't="s"'), (rb"<v>[^<]*</v>", b"<v>99999999999</v>"),
        (rb"<v>[^<]*</v>", b"<v>-1</v>"), (rb'r="[A-Z]+\d+"', b'r="ZZZZZ1"'), (rb'r="[A-Z]+\d+"', b'r="A0"'),
        (rb'r="[A-Z]+\d+"', b""), (rb"</\w+>", b""), (rb"<row", b"<rows"), (rb'ref="[^"]*"', b'ref="A1:XFD1048576"'),
        (rb'sheetId="\d+"', b'sheetId="x"'), (rb'count="\d+"', b'count="4000000000"'), (rb"UTF-8|utf-8", b"UTF-16"),
        (rb"<t[^>]*>", b"<t>&#0;&bad;"), (rb"<t[^>]*>", b"<t>&#x1F;&#xD800;"), (rb"<f>", b"<f><f>"), (rb's="\d+"', b's="77777"'),
        (rb"<\?xml[^>]*>", b'<!DOCTYPE a [<!ENTITY b "c">]>'), (rb"<sheetData", b"<c/><sheetData"), (rb"<(\w)", rb"<x:\1"),
    ]  # fmt: skip
    for pattern, instead in rng.sample(swaps, 3):
        content = re.sub(pattern, instead, content, count=rng.choice([0, 1, 5]))
    parts[at] = (name, content if rng.random() < 0.8 else flip(rng, content or b"x"))
    return _zipped(parts)


def _zipped(parts):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        names = set()
        for name, content in parts:
            if name not in names:
                archive.writestr(name, content)
            names.add(name)
    return target.getvalue()


def damaged(seed, xls):
    """(file name, bytes) of the damaged file of a seed; ``xls`` is a whole one."""
    rng = random.Random(seed)
    act = rng.choice(
        ["strange", "flip", "cut", "members", "members", "xml", "xml", "xml", "xls", "csv", "name"]
    )
    if act == "csv":
        return "名册.csv", strange_csv(rng)
    if act == "xls":
        return "名册.xls", rng.choice([flip, cut])(rng, xls)
    whole = strange_workbook(rng)
    if act == "strange":
        return "名册.xlsx", whole
    if act == "name":
        return rng.choice(
            [
                ("名册.csv", whole),
                ("名册.xls", whole),
                ("名册.xlsx", xls),
                ("名册", whole),
                ("名册.xlsx", b"PK" + whole),
            ]
        )
    return "名册.xlsx", {"flip": flip, "cut": cut, "members": members, "xml": xml}[act](rng, whole)
