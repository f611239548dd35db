"""The door: what kind of file was uploaded, and whether it is safe to open. Cheap tests come first."""

import io
import re
import zipfile
from pathlib import PurePath
from typing import NamedTuple

MAX_BYTES = 20 * 1024 * 1024
MAX_ENTRIES = 2_000
MAX_UNPACKED = 400 * 1024 * 1024
MAX_RATIO = 200  # a register's XML packs ten to forty times smaller, a bomb a thousand times
MAX_CELLS = 8_000_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CHUNK = 4 * 1024 * 1024
_SAVE_AGAIN = "请用 Excel 或 WPS 打开后“另存为”.xlsx 再上传。"
# The reader lays a sheet out densely up to its outermost cell and aborts the process when that does not
# fit, so outlying cells are found before it opens the file. A cell written otherwise than <c r="B7"
# (nobody's Excel does) cannot be measured this way and sends the file to the fenced reader.
_FAR_CELL = re.compile(rb"""<c\s+r="([A-Za-z]{2,}|[A-Za-z](?=\d{6}))(\d+)"(?![^>]{0,300}/>)""")
_ODD_CELL = re.compile(rb"""<c(?=[\s/>])(?!\s+r="[A-Za-z]+\d+")|<[\w.-]+:c[\s/>]""")


class Refused(ValueError):
    """The whole file cannot be read; a Chinese sentence that says why and what to do."""


class Upload(NamedTuple):
    data: bytes
    kind: str  # "xlsx", "xls" or "csv"
    is_plain: bool  # whether the reader may open it in this process


def load(file, filename, *, max_bytes=MAX_BYTES, max_unpacked=MAX_UNPACKED):
    """``file`` (path, bytes or file object) as an Upload; a workbook unpacks to at most ``max_unpacked`` bytes.

    Raises Refused for a file that is empty, too big, not what its name says, encrypted, with macros,
    broken, or made to exhaust the reader. Nothing is unpacked before the zip directory is found sound.
    """
    data = _bytes(file, max_bytes)
    if not data.strip(b"\0 \r\n\t"):
        raise Refused("文件是空的，请检查后重新上传。")
    extension = PurePath(filename or "").suffix.lower()
    if extension in {".xlsm", ".xltm", ".xlsb", ".xlam"}:
        raise Refused(f"不接收可带宏的 {extension} 文件，{_SAVE_AGAIN}")
    if extension not in {".xlsx", ".xls", ".csv"}:
        raise Refused(f"只接收 .xlsx、.xls 或 .csv 文件，{_SAVE_AGAIN}")
    kind = _sniff(data)
    if extension != f".{kind}":
        raise Refused(f"文件扩展名是 {extension}，内容却不是，可能被改过名或由其他系统导出。{_SAVE_AGAIN}")
    is_plain = kind == "csv" or (kind == "xlsx" and _check_zip(data, max_unpacked))
    return Upload(data, kind, is_plain)


def _bytes(file, max_bytes):
    if isinstance(file, bytes | bytearray | memoryview):
        data = bytes(file[: max_bytes + 1])
    elif hasattr(file, "read"):
        if hasattr(file, "seek"):
            file.seek(0)
        data = file.read(max_bytes + 1)
    else:
        with open(file, "rb") as opened:
            data = opened.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise Refused(
            f"文件超过 {max_bytes // 1024 // 1024} MB，请删去图片和多余的工作表，或分成几个文件上传。"
        )
    return data


def _sniff(data):
    if data.startswith(b"PK"):
        return "xlsx"
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Refused("文件设了打开密码，请在 Excel 中取消密码后另存再上传。")
        if "_VBA_PROJECT".encode("utf-16-le") in data:
            raise Refused(f"文件中含有宏，{_SAVE_AGAIN}")
        return "xls"
    head = data[:512].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith((b"<", b"%pdf", b"\x89png", b"\xff\xd8\xff", b"rar!", b"7z\xbc\xaf")):
        return "other"
    return "csv"


def _check_zip(data, max_unpacked):
    """Whether every sheet could be measured. Raises Refused."""
    is_plain = True
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_directory(entries, len(data), max_unpacked)
            for entry in entries:
                if entry.filename.lower().endswith((".xml", ".rels")):
                    is_plain &= _check_xml(archive, entry)
    except Refused:
        raise
    except (
        Exception
    ) as error:  # zipfile raises many kinds for a damaged file; zlib.error and NotImplementedError too
        raise Refused(f"文件已损坏，无法打开。{_SAVE_AGAIN}") from error
    return is_plain


def _check_directory(entries, packed_size, max_unpacked):
    names = {entry.filename.lower() for entry in entries}
    if any(name.endswith("vbaproject.bin") for name in names):
        raise Refused(f"文件中含有宏，{_SAVE_AGAIN}")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused("文件设了密码，请取消密码后另存再上传。")
    oversized = (
        len(entries) > MAX_ENTRIES
        or sum(entry.file_size for entry in entries) > max_unpacked
        or sum(entry.compress_size for entry in entries) > packed_size
        or any(
            entry.file_size > 1024 * 1024 and entry.file_size > MAX_RATIO * entry.compress_size
            for entry in entries
        )
    )
    if oversized:
        raise Refused(f"文件展开后异常庞大，不予打开。请把需要的内容复制到新的工作簿，{_SAVE_AGAIN}")
    if "xl/workbook.xml" not in names:
        raise Refused(f"这不是 Excel 工作簿，{_SAVE_AGAIN}")


def _check_xml(archive, entry):
    """Read one part through: size and checksum as declared, no entities, no cell far out. Whether it is measurable."""
    is_sheet = "/worksheets/" in entry.filename.lower()
    right, bottom, carry, is_plain = 26, 99_999, b"", True
    with archive.open(entry) as part:
        while chunk := part.read(_CHUNK):
            whole = carry + chunk
            cut = whole.rfind(b"<")
            text, carry = (whole[:cut], whole[cut:]) if len(chunk) == _CHUNK and cut > 0 else (whole, b"")
            if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                raise Refused(f"文件中含有不安全的内容，{_SAVE_AGAIN}")
            if is_sheet:
                is_plain = is_plain and _ODD_CELL.search(text) is None
                for letters, row in _FAR_CELL.findall(text):
                    right, bottom = max(right, _column_number(letters)), max(bottom, int(row[:12]))
                if right * bottom > MAX_CELLS:
                    raise Refused("工作表过大：远处的行列里有内容。请删去表格以外的行和列后再上传。")
    return is_plain


def _column_number(letters):
    number = 0
    for letter in letters.upper()[:8]:
        number = number * 26 + letter - 64
    return number
