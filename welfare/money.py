"""Yuan: rounding in one place, amounts in words (大写), how amounts are shown, and the model field.

Money is ``Decimal`` with two places. A float is refused wherever it turns up.
"""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

import cn2an
from django.core.exceptions import ValidationError
from django.db import models

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
LIMIT = Decimal(10) ** 12  # MoneyField holds twelve digits before the point


class Invalid(ValueError):
    """Why a value is no amount, as one Chinese sentence."""


def yuan(value):
    """``value`` (Decimal, int or text such as "1,560.00") in yuan, rounded half up to the fen.

    Raises TypeError for a float or bool (the caller lost precision already) and Invalid for text that
    is no amount, NaN, infinity, or 10**12 and more.
    """
    if isinstance(value, bool) or not isinstance(value, Decimal | int | str):
        raise TypeError(f"Money is Decimal, int or text, never {type(value).__name__}.")
    try:
        amount = Decimal(
            value.replace(",", "").replace("，", "").strip() if isinstance(value, str) else value
        )
    except InvalidOperation:
        raise Invalid(f"“{value}”不是金额，请填数字。") from None
    if not amount.is_finite():
        raise Invalid(f"“{value}”不是金额，请填数字。")
    if abs(amount) >= LIMIT:
        raise Invalid("金额过大，请核对是否多写了几位。")
    return amount.quantize(CENT, rounding=ROUND_HALF_UP) + ZERO  # + 0 turns -0.00 into 0.00


def total(amounts):
    """The sum of ``amounts`` in yuan, 0.00 for none."""
    return sum((yuan(amount) for amount in amounts), ZERO)


def show(amount):
    """1,234.00"""
    return f"{yuan(amount):,.2f}"


def in_words(amount):
    """The amount in words for signed sheets: 伍万贰仟元整, 壹拾元零伍分, 负叁元贰角整, 零元整.

    整 closes an amount that ends at 元 or 角 (正确填写票据和结算凭证的基本规定: 元 must, 角 may).
    """
    words = cn2an.an2cn(f"{yuan(amount):.2f}", "rmb")
    return words + "整" if words.endswith("角") else words


class MoneyField(models.DecimalField):
    """An amount in yuan: 12 digits and two places. Floats are refused."""

    description = "Yuan"

    def __init__(self, *args, **kwargs):
        kwargs["max_digits"], kwargs["decimal_places"] = 14, 2
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_digits"], kwargs["decimal_places"]
        return name, path, args, kwargs

    def to_python(self, value):
        if isinstance(value, float):
            raise ValidationError("金额不能用浮点数。", code="float")
        return super().to_python(value)
