"""PDF uploads: what is whole and quiet passes; what acts, hides, is locked or broken is refused in words."""

import random
import zlib

import pytest

from welfare import pdfs


def pdf(*objects, catalog=b"", trailer=b"", pages=1):
    """A small PDF; ``objects`` are further bodies, ``catalog`` and ``trailer`` go into those dictionaries."""
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>",
        b"<< /Type /Pages /Kids [] /Count %d >>" % pages,
        *[b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"] * pages,
        *objects,
    ]
    data = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    for number, body in enumerate(bodies, start=1):
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    return data + b"trailer << /Root 1 0 R " + trailer + b" >>\nstartxref\n9\n%%EOF\n"


def packed(content, extra=b"/Type /ObjStm /N 1 /First 5", filters=b"/Filter /FlateDecode"):
    """A stream object with ``content`` deflated."""
    deflated = zlib.compress(content)
    return b"<< %s %s /Length %d >>\nstream\n%s\nendstream" % (extra, filters, len(deflated), deflated)


def refusal(data):
    with pytest.raises(pdfs.Refused) as refused:
        pdfs.check(data)
    return str(refused.value)


def test_a_quiet_document_passes_and_its_pages_are_counted():
    assert pdfs.check(pdf(pages=3)) == 3
    assert pdfs.check(pdf(packed(b"1 0 << /Type /Page /Parent 2 0 R >>"), pages=0)) == 1
    assert pdfs.check(pdf(b"<< /S /URI /URI (http://example.org/JSON) >>")) == 1


@pytest.mark.parametrize(
    "evil",
    [
        pdf(catalog=b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"),
        pdf(catalog=b"/OpenAction << /S /J#61vaScript /#4a#53 (app.alert(1)) >>"),
        pdf(catalog=b"/OpenAction << /S /Launch /F (cmd.exe) >>"),
        pdf(catalog=b"/Names << /EmbeddedFiles << >> >>"),
        pdf(b"<< /Type /Filespec /EF << /F 9 0 R >> >>"),
        pdf(b"<< /Type /Annot /Subtype /FileAttachment >>"),
        pdf(catalog=b"/AcroForm << /XFA 9 0 R >>"),
        pdf(packed(b"9 0 << /S /JavaScript /JS (x) >>")),
        pdf(packed(b"9 0 << /S /Java#53cript >>", b"/Type /Obj#53tm /N 1 /#46irst 5")),
        pdf(packed(b"9 0 << /S /Launch >>", filters=b"/Filter [ /FlateDecode ]")),
        pdf(b"% stream\n" + packed(b"9 0 << /S /Launch >>")),
        pdf(b"<< /N 1 /First 4 /Length 24 >>\nstream\r\n9 0 << /S /Rend /JS (x) >>\nendstream"),
    ],
)
def test_what_acts_or_carries_files_is_refused_however_it_is_written(evil):
    assert "脚本、附件" in refusal(evil)


def test_packed_image_bytes_are_not_taken_for_a_script():
    image = b"<< /Subtype /Image /Filter /DCTDecode >>\nstream\n\xff\xd8 /JS (\x00) /EF \xff\xd9\nendstream"
    assert pdfs.check(pdf(image)) == 1


def test_what_cannot_be_judged_is_refused():
    odd = packed(b"9 0 << >>", filters=b"/Filter [ /ASCIIHexDecode /FlateDecode ]")
    assert "少见的压缩" in refusal(pdf(odd))
    assert "密码" in refusal(pdf(trailer=b"/Encrypt 9 0 R"))
    bomb = packed(b"0" * (pdfs.MAX_UNPACKED + 1))
    assert "异常庞大" in refusal(pdf(bomb))


def test_what_is_too_big_too_long_or_broken_is_refused():
    assert "10 MB" in refusal(pdf() + b" " * pdfs.MAX_BYTES)
    assert "301 页" in refusal(pdf(pages=301))
    assert "没有页面" in refusal(pdf(pages=0))
    for broken in (pdf()[:-20], b"%PDF-", b"%PDF-1.7\n%%EOF", pdf() + b"PK" * 4000, b"x" + pdf()):
        assert "损坏" in refusal(broken)


def test_damage_anywhere_is_a_sentence_or_passes():
    whole = pdf(packed(b"9 0 << /Type /Page >>"))
    dice = random.Random(7)
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(dice.randint(1, 12)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        try:
            pdfs.check(bytes(data[: dice.randint(1, len(data))]))
        except pdfs.Refused as refused:
            assert str(refused).endswith("。")
