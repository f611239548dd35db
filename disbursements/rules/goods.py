"""Goods in words and in sums."""

from collections import defaultdict
from decimal import Decimal


def quantity_text(quantity):
    """2 for 2.00, 2.5 for 2.50."""
    text = f"{quantity:.2f}".rstrip("0").rstrip(".")
    return text or "0"


def goods_text(goods):
    """大米2袋、食用油1桶 of [(name, unit, quantity)]."""
    return "、".join(f"{name}{quantity_text(quantity)}{unit}" for name, unit, quantity in goods)


def add_up(pairs):
    """{item: total} of (item, quantity) pairs."""
    totals = defaultdict(Decimal)
    for item, quantity in pairs:
        totals[item] += quantity
    return dict(totals)
