from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from welfare import money

NUMERALS = "零壹贰叁肆伍陆柒捌玖"
amounts = st.decimals(min_value=0, max_value=Decimal("999999999999.99"), places=2)


def read_words(words):
    """An independent reading of an amount in words, in fen."""
    sign = -1 if words.startswith("负") else 1
    total = section = digit = 0
    for sign_or_unit in words.removeprefix("负").removesuffix("整"):
        if sign_or_unit in NUMERALS:
            digit = NUMERALS.index(sign_or_unit)
        elif sign_or_unit in "拾佰仟":
            section += digit * 10 ** ("拾佰仟".index(sign_or_unit) + 1)
            digit = 0
        elif sign_or_unit == "万":
            total += (section + digit) * 10_000
            section = digit = 0
        elif sign_or_unit == "亿":
            total = (total + section + digit) * 10**8
            section = digit = 0
        elif sign_or_unit == "元":
            total = (total + section + digit) * 100
            section = digit = 0
        elif sign_or_unit in "角分":
            total += digit * (10 if sign_or_unit == "角" else 1)
            digit = 0
        else:
            raise AssertionError(words)
    return sign * total


@given(amounts)
def test_an_amount_in_words_reads_back_as_the_amount(amount):
    assert read_words(money.in_words(amount)) == amount * 100


@given(amounts)
def test_words_end_with_整_unless_there_are_fen(amount):
    words = money.in_words(amount)
    assert words.endswith("分" if amount * 100 % 10 else "整")
    assert "零零" not in words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零元整"),
        ("52000", "伍万贰仟元整"),
        ("10.5", "壹拾元伍角整"),
        ("10.05", "壹拾元零伍分"),
        ("0.05", "伍分"),
        ("0.3", "叁角整"),
        ("100000000", "壹亿元整"),
        ("-3.2", "负叁元贰角整"),
        ("109.925", "壹佰零玖元玖角叁分"),
        ("-0.001", "零元整"),
    ],
)
def test_amounts_in_words(amount, words):
    assert money.in_words(amount) == words


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        ("1,560.00", "1560.00"),
        ("1,560", "1560.00"),
        ("1，560", "1560.00"),
        ("２００", "200.00"),
        (200, "200.00"),
        (Decimal("0.005"), "0.01"),
        ("2.675", "2.68"),
        ("-2.675", "-2.68"),
    ],
)
def test_yuan_rounds_half_up_to_the_fen(value, amount):
    assert str(money.yuan(value)) == amount


@pytest.mark.parametrize("value", [1.5, float("nan"), True, None, b"1"])
def test_yuan_refuses_what_has_lost_its_precision(value):
    with pytest.raises(TypeError):
        money.yuan(value)


@pytest.mark.parametrize("value", ["八百左右", "", "NaN", "Infinity", Decimal("NaN"), "1e12", 10**12, "1-2"])
def test_yuan_refuses_what_is_no_amount(value):
    with pytest.raises(money.Invalid):
        money.yuan(value)


@given(st.lists(st.decimals(min_value=0, max_value=10**6, places=2)))
def test_a_total_is_the_sum_to_the_fen(values):
    assert money.total(values) == sum(values)


def test_amounts_are_shown_with_separators_and_fen():
    assert money.show("1234567.5") == "1,234,567.50"


def test_the_field_refuses_floats_and_survives_a_migration():
    field = money.MoneyField(default=0)
    assert field.deconstruct()[3] == {"default": 0}
    assert (field.max_digits, field.decimal_places) == (14, 2)
    with pytest.raises(ValidationError):
        field.to_python(1.5)
