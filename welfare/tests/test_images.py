import io
import struct
import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from welfare import images, qr
from welfare.images import Refused


def saved(picture, kind, **options):
    target = io.BytesIO()
    picture.save(target, kind, **options)
    return target.getvalue()


def photo(size=(1200, 900), kind="JPEG", **options):
    return saved(Image.new("RGB", size, (200, 120, 40)), kind, **options)


def strokes(mode="RGBA", background=(0, 0, 0, 0), size=(600, 240)):
    picture = Image.new(mode, size, background)
    ImageDraw.Draw(picture).line([(100, 60), (200, 180), (300, 60)], fill=(0, 0, 0, 255), width=6)
    return picture


def bomb(width, height):
    """A PNG whose header claims a size that its data does not have."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_becomes_a_jpeg_of_bounded_size(kind):
    cleaned = Image.open(io.BytesIO(images.clean_photo(photo((4000, 3000), kind))))
    assert (cleaned.format, cleaned.size) == ("JPEG", (2048, 1536))


def test_a_photo_loses_its_metadata_and_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010E] = "secret place"
    exif.get_ifd(0x8825)[1] = "N"
    data = photo((400, 300), exif=exif, comment=b"secret place")
    assert b"secret place" in data
    cleaned = images.clean_photo(data)
    picture = Image.open(io.BytesIO(cleaned))
    assert picture.size == (300, 400)
    assert dict(picture.getexif()) == {}
    assert b"secret" not in cleaned


def test_what_is_hidden_behind_a_photo_is_dropped():
    assert b"<script>" not in images.clean_photo(photo() + b"<script>alert(1)</script>")


@pytest.mark.parametrize(
    "picture",
    [strokes(), strokes("RGB", (255, 255, 255)), strokes(size=(2400, 960))],
    ids=["clear", "white", "large"],
)
def test_a_signature_becomes_black_strokes_on_white_cut_to_size(picture):
    cleaned = Image.open(io.BytesIO(images.clean_signature(saved(picture, "PNG"))))
    assert (cleaned.format, cleaned.mode) == ("PNG", "L")
    assert cleaned.getpixel((0, 0)) == 255
    assert cleaned.getextrema()[0] < 60
    assert 200 < cleaned.width < 240
    assert 120 < cleaned.height < 160


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "空文件"),
        (b"GIF89a", "不是"),
        (b"<svg onload=alert(1)>", "不是"),
        (photo(), "不是 PNG"),
        (saved(Image.new("RGBA", (600, 240)), "PNG"), "空白"),
        (saved(Image.new("RGB", (600, 240), "white"), "PNG"), "空白"),
        (saved(strokes(), "PNG")[:-200], "损坏"),
        (bomb(100_000, 100_000), "像素过大"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 2_000_000, "超过 1 MB"),
    ],
)
def test_a_bad_signature_is_refused_in_words(data, sentence):
    with pytest.raises(Refused, match=sentence):
        images.clean_signature(data)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\x00\x00\x00\x18ftypheic", "兼容性最佳"),
        (photo()[:-4000] if len(photo()) > 8000 else photo()[:400], "损坏"),
        (bomb(60_000, 60_000), "像素过大"),
        (b"\xff\xd8\xff" + b"x" * 100, "损坏"),
    ],
)
def test_a_bad_photo_is_refused_in_words_and_soon(data, sentence):
    begun = time.perf_counter()
    with pytest.raises(Refused, match=sentence):
        images.clean_photo(io.BytesIO(data))
    assert time.perf_counter() - begun < 2


@given(
    st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF0000WEBP", b""]), st.binary(max_size=300)
)
def test_no_bytes_raise_anything_but_refused(head, rest):
    for clean in (images.clean_photo, images.clean_signature):
        with pytest.raises(Refused):
            clean(head + rest)


def test_a_qr_code_is_an_inline_svg_without_styles_or_scripts():
    drawn = qr.svg("https://example.gov.cn/notices/1", title='公示"<script>')
    assert drawn.startswith("<svg")
    assert "viewBox=" in drawn  # the page gives it a size: a code of any length is drawn whole
    assert "width=" not in drawn
    assert "style=" not in drawn
    assert "<script>" not in drawn
    assert drawn != qr.svg("https://example.gov.cn/notices/2")
