"""Numbers that identify people: ID number (GB 11643), phone, bank card. Pure: no model, no clock.

Every ``parse_…`` takes what a person typed or Excel kept, returns the cleaned number, and raises
``Invalid`` with a Chinese sentence that says what is wrong and how to mend it.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from stdnum import luhn
from stdnum.iso7064 import mod_11_2

# GB/T 2260 provinces; 81, 82, 83 also stand on residence permits of people from 港澳台.
PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
    ]
)
MALE, FEMALE = "1", "2"  # GB/T 2261.1
_EARLIEST_YEAR = 1880
_SCIENTIFIC = re.compile(r"\d(\.\d*)?[eE]\+?\d+")
_INVISIBLE = dict.fromkeys(map(ord, "'`\"‘’“”′\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))
# Excel keeps 15 significant digits; a longer number in a number cell has lost its last ones.
_EXCEL_EXACT = 10**15


class Invalid(ValueError):
    """What is wrong with a number and how to mend it, as one Chinese sentence."""


@dataclass(frozen=True, slots=True)
class IdNumber:
    number: str
    birth_on: date
    sex: str  # GB/T 2261.1: "1" male, "2" female
    division: str  # GB/T 2260, six digits


def clean_number(value):
    """``value`` as bare text: half-width, without blanks, quotes and invisible characters, upper-case.

    None becomes "" and a whole number its digits (13900000000.0 → "13900000000").
    """
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = unicodedata.normalize("NFKC", str(value)).translate(_INVISIBLE)
    return "".join(text.split()).upper()


def parse_id_number(text, *, on=None):
    """The ID number in ``text`` with what it tells. Raises Invalid.

    ``on`` is the day the number is judged: a birth after it is refused. Without it no such test.
    """
    _refuse_lost_digits(text, "身份证号")
    number = clean_number(text)
    if not number:
        raise Invalid("身份证号没有填写，请补填 18 位公民身份号码。")
    _check_id_shape(number)
    if number[:2] not in PROVINCES:
        raise Invalid(f"身份证号开头“{number[:2]}”不是省级行政区划代码，请对照证件核对前两位。")
    birth_on = _birth(number[6:14])
    if on is not None and birth_on > on:
        raise Invalid("身份证号中的出生日期晚于今天，请对照证件核对第 7–14 位。")
    if not mod_11_2.is_valid(number):
        hint = "末尾是 000，可能是 Excel 丢失了末几位；" if number.endswith("000") else ""
        raise Invalid(f"身份证号校验码不对，{hint}请对照证件逐位核对。")
    return IdNumber(number, birth_on, MALE if int(number[16]) % 2 else FEMALE, number[:6])


def parse_phone(text):
    """A mobile number as 11 digits, or a landline as 0851-1234567. Raises Invalid."""
    number = clean_number(text).translate(dict.fromkeys(map(ord, "-()—–‐−"))).removeprefix("+")
    if not number:
        raise Invalid("联系电话没有填写，请补填手机号或带区号的座机。")
    number = re.sub(r"^(?:00)?86(?=1\d{10}$|0\d{9,11}$)", "", number)
    if not number.isascii() or not number.isdigit():
        raise Invalid("联系电话中有数字以外的字符，一格只填一个手机号或带区号的座机。")
    if re.fullmatch(r"1[3-9]\d{9}", number):
        return number
    landline = re.fullmatch(r"(010|02\d|0[3-9]\d{2})([2-9]\d{6,7})", number)
    if landline:
        return "-".join(landline.groups())
    if number.startswith("1"):
        raise Invalid(f"手机号应为 11 位、以 13–19 开头，现为 {len(number)} 位，请核对是否多写或漏写。")
    raise Invalid(
        f"电话号码应为 11 位手机号或带区号的座机（如 0851-1234567），现为 {len(number)} 位，请核对。"
    )


def parse_bank_card(text):
    """A bank card number of 16–19 digits that passes Luhn. Raises Invalid."""
    _refuse_lost_digits(text, "银行卡号")
    number = clean_number(text).replace("-", "")
    if not number:
        raise Invalid("银行卡号没有填写，请补填本人银行卡号。")
    if not number.isascii() or not number.isdigit():
        raise Invalid("银行卡号中有数字以外的字符，请只填卡号。")
    if not 16 <= len(number) <= 19:
        raise Invalid(f"银行卡号应为 16–19 位，现为 {len(number)} 位，请对照银行卡核对。")
    if not luhn.is_valid(number):
        raise Invalid("银行卡号校验不通过，有数字写错，请对照银行卡逐位核对。")
    return number


@dataclass(frozen=True, slots=True)
class DisabilityCertificate:
    number: str
    id_number: str
    kind: int  # GB/T 26341 as the certificate codes it: 1 视力 … 7 多重
    grade: int  # 1 (heaviest) to 4


def parse_disability_certificate(text):
    """The certificate number (ID number + kind + grade, and B with a digit on a replacement). Raises Invalid."""
    _refuse_lost_digits(text, "残疾证号")
    number = clean_number(text)
    found = re.fullmatch(r"([0-9]{17}[0-9X])([1-7])([1-4])(B[0-9])?", number)
    if not found:
        raise Invalid(
            "残疾证号应为 18 位身份证号加 1 位类别（1–7）和 1 位等级（1–4），补发的再加 B 和次数，请对照证件核对。"
        )
    if not mod_11_2.is_valid(found[1]):
        raise Invalid("残疾证号前 18 位的校验码不对，请对照证件逐位核对。")
    return DisabilityCertificate(number, found[1], int(found[2]), int(found[3]))


def age_on(birth_on, on):
    """Full years (周岁) on ``on``; who was born on 29 February turns on 1 March."""
    return on.year - birth_on.year - ((on.month, on.day) < (birth_on.month, birth_on.day))


def _refuse_lost_digits(value, what):
    lost = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= _EXCEL_EXACT
    if lost or _SCIENTIFIC.fullmatch(clean_number(value)):
        raise Invalid(
            f"{what}被 Excel 存成了数字（科学计数），后几位已丢失，请把该列设为“文本”格式后重新填写。"
        )


def _check_id_shape(number):
    if re.fullmatch(r"[0-9]{15}", number):
        raise Invalid("这是 15 位旧身份证号，已停用，请填写 18 位公民身份号码。")
    if len(number) == 17:
        raise Invalid("身份证号只有 17 位，少了 1 位，请对照证件补全。")
    if len(number) != 18:
        raise Invalid(f"身份证号应为 18 位，现为 {len(number)} 位，请对照证件核对。")
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise Invalid("身份证号应为 17 位数字加 1 位校验码（数字或 X），其中有别的字符，请核对。")


def _birth(digits):
    try:
        birth_on = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        birth_on = None
    if birth_on is None or birth_on.year < _EARLIEST_YEAR:
        shown = f"{digits[:4]}年{digits[4:6]}月{digits[6:]}日"
        raise Invalid(f"身份证号中的出生日期“{shown}”不存在，请对照证件核对第 7–14 位。")
    return birth_on
