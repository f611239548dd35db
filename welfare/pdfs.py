"""Uploaded PDF files, checked byte by byte: whole, readable without a password, and nothing in them that acts.

No PDF library opens them here. Names are compared as the format reads them (``/J#61vaScript`` is
``/JavaScript``), object streams are unpacked within bounds and read too; what is packed in an unusual
way is refused, since it cannot be judged. The answer to every refusal is the same simple act: print it to PDF again.
"""

import re
import zlib

MAX_BYTES = 10 * 1024 * 1024
MAX_PAGES = 300
MAX_UNPACKED = 64 * 1024 * 1024
MAX_OBJECT_STREAMS = 5_000

# What acts, carries other files, or sends something away. Long enough never to occur in packed bytes by chance.
_ACTIVE = (
    *(b"JavaScript", b"Launch", b"EmbeddedFile", b"EmbeddedFiles", b"FileAttachment", b"RichMedia"),
    *(b"GoToE", b"ImportData", b"SubmitForm", b"Rendition", b"XFA", b"Movie", b"Sound"),
)
_SHORT_ACTIVE = (b"JS", b"EF")  # looked for outside packed bytes only
_END = rb"(?=[\x00\t\n\f\r ()<>\[\]{}/%]|$)"
_ESCAPED = re.compile(
    rb"/[^\x00\t\n\f\r ()<>\[\]{}/%]{0,120}#[0-9A-Fa-f]{2}[^\x00\t\n\f\r ()<>\[\]{}/%]{0,120}"
)
_HEX = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"\bstream[ \t]*(?:\r\n|\n|\r)")
_HEAD = re.compile(rb"\d\s+\d+\s+obj\s*<<")
_PAGE = re.compile(rb"/Type\s*/Page" + _END)
_SIMPLE_FILTER = re.compile(rb"/Filter\s*(?:/FlateDecode" + _END + rb"|\[\s*/FlateDecode\s*\])")
_AGAIN = "请打开它，用“打印”另存为新的 PDF，或拍照、截图后上传图片。"


class Refused(ValueError):
    """Why a PDF is not taken and what to do, as one Chinese sentence."""


def is_pdf(data):
    """Whether the bytes begin like a PDF."""
    return data[:5] == b"%PDF-"


def check(data):
    """The number of pages of a PDF that is whole and does nothing.

    Raises Refused for what is too big, broken, encrypted, packed beyond bounds, longer than 300 pages, or
    carries scripts, actions that start something, forms that send, media, or other files.
    """
    if len(data) > MAX_BYTES:
        raise Refused(f"PDF 超过 {MAX_BYTES // 1024 // 1024} MB，请压缩或分成几个文件后再上传。")
    _check_frame(data)
    plain = _unescaped(data)
    if re.search(rb"/Encrypt" + _END, plain):
        raise Refused("PDF 设了密码或限制，请取消密码另存后再上传。")
    _refuse_active(plain, _ACTIVE)
    outside, packed = _split(data)
    _refuse_active(outside, _SHORT_ACTIVE)
    pages = len(_PAGE.findall(outside))
    for inner in packed:
        _refuse_active(inner, _ACTIVE + _SHORT_ACTIVE)
        pages += len(_PAGE.findall(inner))
    if not 0 < pages <= MAX_PAGES:
        many = f"PDF 有 {pages} 页，最多 {MAX_PAGES} 页，请分成几个文件上传。"
        raise Refused(many if pages else f"PDF 中没有页面，可能已损坏。{_AGAIN}")
    return pages


def _check_frame(data):
    is_whole = (
        re.match(rb"%PDF-[12]\.\d", data)
        and b"%%EOF" in data[-2048:]
        and re.search(rb"startxref\s+\d+\s+%%EOF", data[-2048:])
        and re.search(rb"\d+\s+\d+\s+obj\b", data)
    )
    if not is_whole:
        raise Refused(f"PDF 不完整或已损坏，无法打开。{_AGAIN}")


def _unescaped(data):
    """The bytes with escaped letters in names written plainly."""
    return _ESCAPED.sub(lambda name: _HEX.sub(lambda pair: bytes([int(pair[1], 16)]), name[0]), data)


def _refuse_active(text, names):
    if re.search(rb"/(?:" + b"|".join(names) + rb")" + _END, text):
        raise Refused(f"PDF 中含有脚本、附件或会自动执行的内容，不予接收。{_AGAIN}")


def _split(data):
    """(everything outside streams, unescaped; an iterator of the contents of object streams)."""
    parts, packed, place = [], [], 0
    for found in _STREAM.finditer(data):
        end = data.find(b"endstream", found.end())
        if end < 0:
            raise Refused(f"PDF 不完整或已损坏，无法打开。{_AGAIN}")
        dictionary = _unescaped(_dictionary_before(data, found.start()))
        if re.search(rb"/(?:ObjStm|First)" + _END, dictionary):
            packed.append((dictionary, found.end(), end))
        if found.start() >= place:  # not a word inside the stream before
            parts.append(data[place : found.start()])
            place = end
    parts.append(data[place:])
    if len(packed) > MAX_OBJECT_STREAMS:
        raise Refused(f"PDF 的结构过于复杂，不予打开。{_AGAIN}")
    return _unescaped(b"\n".join(parts)), _contents(data, packed)


def _dictionary_before(data, place):
    """The dictionary of the stream that begins at ``place``: back to the head of its object."""
    near = data[max(0, place - 4096) : place]
    heads = list(_HEAD.finditer(near))
    return near[heads[-1].start() :] if heads else near


def _contents(data, packed):
    left = MAX_UNPACKED
    for dictionary, start, end in packed:
        if not re.search(rb"/(?:Filter|F|DecodeParms|DP)" + _END, dictionary):
            yield _unescaped(data[start:end])
            continue
        if not _SIMPLE_FILTER.search(dictionary) or re.search(rb"/(?:DecodeParms|DP)" + _END, dictionary):
            raise Refused(f"PDF 用了少见的压缩方式，无法核对内容。{_AGAIN}")
        unpacked = _inflate(memoryview(data)[start:], left)
        left -= len(unpacked)
        yield _unescaped(unpacked)


def _inflate(data, most):
    machine = zlib.decompressobj()
    try:
        unpacked = machine.decompress(data, most + 1)
    except zlib.error as error:
        raise Refused(f"PDF 不完整或已损坏，无法打开。{_AGAIN}") from error
    if len(unpacked) > most:
        raise Refused(f"PDF 展开后异常庞大，不予打开。{_AGAIN}")
    return unpacked
