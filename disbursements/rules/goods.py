"""Goods in sums."""

from collections import defaultdict
from decimal import Decimal


def add_up(pairs):
    """{item: total} of (item, quantity) pairs."""
    totals = defaultdict(Decimal)
    for item, quantity in pairs:
        totals[item] += quantity
    return dict(totals)
