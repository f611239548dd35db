"""One thing that does not add up, and numbers as a sentence says them."""

from decimal import Decimal

from welfare.quantities import plain


class Finding(str):
    """One sentence; ``subject`` names the stated figure it concerns, or the part of the plan."""

    def __new__(cls, text, subject=""):
        found = super().__new__(cls, text)
        found.subject = subject
        return found


def show(number):
    """A sum in a sentence: 500, 52,000, 109.93"""
    number = Decimal(f"{number:f}")
    if abs(number) < 1000:
        return plain(number.quantize(Decimal("0.01")))
    return f"{number:,.2f}".removesuffix(".00")


def between(low, high):
    """500; 500～600; 不低于500 when there is no upper limit"""
    if low == high:
        return show(low)
    return f"{show(low)}～{show(high)}" if high.is_finite() else f"不低于{show(low)}"
