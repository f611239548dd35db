from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_11_2

from welfare import identity
from welfare.identity import Invalid

TODAY = date(2026, 2, 10)


def full(seventeen):
    return seventeen + mod_11_2.calc_check_digit(seventeen)


id_numbers = st.builds(
    lambda province, area, day, order: full(f"{province}{area:04d}{day:%Y%m%d}{order:03d}"),
    st.sampled_from(sorted(identity.PROVINCES)),
    st.integers(0, 9999),
    st.dates(date(1900, 1, 1), TODAY),
    st.integers(0, 999),
)


@given(id_numbers)
def test_every_well_formed_number_is_read_with_its_birth_sex_and_division(number):
    parsed = identity.parse_id_number(number, on=TODAY)
    assert parsed.number == number
    assert f"{parsed.birth_on:%Y%m%d}" == number[6:14]
    assert parsed.sex == ("1" if number[16] in "13579" else "2")
    assert parsed.division == number[:6]


@given(id_numbers, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(number, place, shift):
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    with pytest.raises(Invalid):
        identity.parse_id_number(wrong)


@pytest.mark.parametrize(
    "typed",
    [
        "51012119681208388X",
        "51012119681208388x",
        "'51012119681208388X",
        " 510121 19681208 388X ",
        "５１０１２１１９６８１２０８３８８Ｘ",
        "\ufeff51012119681208388X\u200b",
        "‘51012119681208388X’",
    ],
)
def test_a_number_is_read_however_it_was_typed(typed):
    assert identity.parse_id_number(typed).number == "51012119681208388X"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (None, "没有填写"),
        ("", "没有填写"),
        (5.10121199510036e17, "后几位已丢失"),
        (510121199510036000, "后几位已丢失"),
        ("5.10121E+17", "后几位已丢失"),
        ("510121951003673", "15 位旧身份证号"),
        ("52032519790408153", "只有 17 位"),
        ("5203251979040815312", "现为 19 位"),
        ("5203251979040815A1", "别的字符"),
        ("510121196812083８é1", "别的字符"),
        ("640425195306276420", "校验码不对"),
        ("510121199510036000", "Excel 丢失"),
        ("51012119511332085X", "1951年13月32日”不存在"),
        (full("01012119510102085"), "行政区划"),
        (full("51012118790102085"), "不存在"),
        (full("51012120260211085"), "晚于今天"),
    ],
)
def test_a_wrong_number_says_what_is_wrong(typed, sentence):
    with pytest.raises(Invalid, match=sentence):
        identity.parse_id_number(typed, on=TODAY)


def test_without_a_day_a_future_birth_is_not_judged():
    assert identity.parse_id_number(full("51012120260211085")).birth_on == date(2026, 2, 11)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("13996030824", "13996030824"),
        (13996030824.0, "13996030824"),
        ("139 9603 0824", "13996030824"),
        ("+86 139-9603-0824", "13996030824"),
        ("008613996030824", "13996030824"),
        ("0851-28221234", "0851-28221234"),
        ("(010)62345678", "010-62345678"),
        ("０８５１２８２２１２３", "0851-2822123"),
        ("86-0851-28221234", "0851-28221234"),
    ],
)
def test_a_phone_number_is_read_however_it_was_typed(typed, number):
    assert identity.parse_phone(typed) == number


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "没有填写"),
        ("1390000000", "现为 10 位"),
        ("12345678901", "13–19 开头"),
        ("28221234", "区号"),
        ("13996030824/13996030825", "一格只填一个"),
        ("无", "一格只填一个"),
    ],
)
def test_a_wrong_phone_number_says_what_is_wrong(typed, sentence):
    with pytest.raises(Invalid, match=sentence):
        identity.parse_phone(typed)


@pytest.mark.parametrize(
    "typed", ["6217001993518190938", "6217 0019 9351 8190 938", "'6217-0019-9351-8190-938"]
)
def test_a_bank_card_is_read_however_it_was_typed(typed):
    assert identity.parse_bank_card(typed) == "6217001993518190938"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "没有填写"),
        ("6217001234567890123", "校验不通过"),
        ("621700123456789", "现为 15 位"),
        (6.21700199351819e18, "后几位已丢失"),
        ("建行6217001993518190938", "只填卡号"),
    ],
)
def test_a_wrong_bank_card_says_what_is_wrong(typed, sentence):
    with pytest.raises(Invalid, match=sentence):
        identity.parse_bank_card(typed)


@given(st.text() | st.floats() | st.integers() | st.none())
def test_nothing_but_invalid_is_ever_raised(value):
    for parse in (identity.parse_id_number, identity.parse_phone, identity.parse_bank_card):
        try:
            parse(value)
        except Invalid as error:
            assert str(error).endswith("。")


@pytest.mark.parametrize(
    ("birth_on", "on", "age"),
    [
        (date(1946, 2, 10), date(2026, 2, 10), 80),
        (date(1946, 2, 11), date(2026, 2, 10), 79),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_age_is_counted_in_full_years(birth_on, on, age):
    assert identity.age_on(birth_on, on) == age
