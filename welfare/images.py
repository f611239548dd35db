"""Uploaded pictures, checked and made anew: photos and their thumbnails as JPEG, signatures as PNG.

What is kept is drawn again from the pixels, so that no position, no camera data and nothing hidden in
the file survives. Size is judged from the header before anything is unpacked.
"""

import io
import warnings

from PIL import Image, ImageOps

PHOTO_BYTES = 12 * 1024 * 1024
PHOTO_PIXELS = 50_000_000
PHOTO_SIDE = 2048
THUMBNAIL_SIDE = 160  # a face or a stamp can be told, the number on a certificate cannot be read
SIGNATURE_BYTES = 1024 * 1024
SIGNATURE_PIXELS = 8_000_000
SIGNATURE_SIDE = 800

_MAGIC = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG"}
_MARGIN = 8
_INK = 128  # darker than this is a stroke
_LEAST_INK = 60  # pixels; a dot is no signature


class Refused(ValueError):
    """Why a picture is not taken and what to do, as one Chinese sentence."""


def clean_photo(data):
    """A photo (JPEG, PNG or WebP) as a JPEG of at most 2048 pixels a side, upright, without any metadata.

    Raises Refused for what is too big, no picture, or broken.
    """
    picture = _opened(data, PHOTO_BYTES, PHOTO_PIXELS, "照片", {"JPEG", "PNG", "WEBP"})
    picture.thumbnail((PHOTO_SIDE, PHOTO_SIDE))
    target = io.BytesIO()
    _on_white(picture).save(target, "JPEG", quality=82, optimize=True)
    return target.getvalue()


def thumbnail(data):
    """A small JPEG of a picture that ``clean_photo`` gave: to recognise it in a list, too small to read it."""
    picture = _opened(data, PHOTO_BYTES, PHOTO_PIXELS, "照片", {"JPEG"})
    picture.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    target = io.BytesIO()
    _on_white(picture).save(target, "JPEG", quality=75, optimize=True)
    return target.getvalue()


def clean_signature(data):
    """A signature drawn on screen (PNG) as a small grey PNG on white, cut to its strokes.

    Raises Refused for what is too big, no PNG, broken, or has hardly a stroke on it.
    """
    picture = _on_white(_opened(data, SIGNATURE_BYTES, SIGNATURE_PIXELS, "签字", {"PNG"})).convert("L")
    ink = picture.point(lambda grey: 255 if grey < _INK else 0)
    if ink.histogram()[255] < _LEAST_INK:
        raise Refused("签字是空白的或笔画太少，请本人重新签字。")
    left, top, right, bottom = ink.getbbox()
    box = (left - _MARGIN, top - _MARGIN, right + _MARGIN, bottom + _MARGIN)
    cut = Image.new("L", (box[2] - box[0], box[3] - box[1]), 255)
    cut.paste(picture.crop((left, top, right, bottom)), (_MARGIN, _MARGIN))
    cut.thumbnail((SIGNATURE_SIDE, SIGNATURE_SIDE))
    target = io.BytesIO()
    cut.save(target, "PNG", optimize=True)
    return target.getvalue()


def _opened(data, max_bytes, max_pixels, what, kinds):
    """The picture, decoded and upright. ``data`` is bytes or a file object."""
    if hasattr(data, "read"):
        data.seek(0)
        data = data.read(max_bytes + 1)
    if not data:
        raise Refused(f"{what}是空文件，请重新上传。")
    if len(data) > max_bytes:
        raise Refused(f"{what}超过 {max_bytes // 1024 // 1024} MB，请缩小后再上传。")
    kind = kind_of(data)
    if kind not in kinds:
        wanted = "JPG、PNG 或 WebP 图片" if "JPEG" in kinds else "PNG 图片"
        raise Refused(f"{what}不是 {wanted}，请换一张再上传（苹果手机请在相机设置中选“兼容性最佳”）。")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the library warns of sizes that are judged here
            picture = Image.open(io.BytesIO(data), formats=(kind,))
            if picture.width * picture.height > max_pixels:
                raise Image.DecompressionBombError
            picture.draft("RGB", (PHOTO_SIDE, PHOTO_SIDE))  # lets a big JPEG be decoded small
            picture.load()
            return ImageOps.exif_transpose(picture)
    except Image.DecompressionBombError as error:
        raise Refused(f"{what}的像素过大，请降低分辨率后再上传。") from error
    except Exception as error:  # a damaged picture makes the decoder raise nearly anything
        raise Refused(f"{what}已损坏，无法打开，请重新拍摄或上传。") from error


def kind_of(data):
    """ "JPEG", "PNG" or "WEBP" by the first bytes; "" for anything else."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    return next((kind for magic, kind in _MAGIC.items() if data.startswith(magic)), "")


def _on_white(picture):
    """RGB, transparent parts white: a finger's strokes on a clear canvas would otherwise be black on black."""
    rgba = picture.convert("RGBA")
    white = Image.new("RGBA", rgba.size, (255, 255, 255, 255))
    return Image.alpha_composite(white, rgba).convert("RGB")
