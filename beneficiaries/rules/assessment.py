"""Quorum and majority of an assessment meeting. Exact shares: fractions, never floats."""

import re
from decimal import Decimal
from fractions import Fraction

_DIGITS = "零一二三四五六七八九十"
_TOLERANCE = Fraction(1, 10_000)
_SEPARATORS = re.compile(r"[、，,;；\s]+")


def as_fraction(share):
    """The share that a stored decimal stands for: 0.6667 is two thirds, 0.5 a half, 0.85 itself.

    A stored decimal has four places; the nearest fraction with a denominator up to 10 within
    that precision is what the plan meant ("三分之二以上").
    """
    exact = Fraction(share)
    simple = exact.limit_denominator(10)
    return simple if abs(simple - exact) < _TOLERANCE else exact


def share_text(share):
    """三分之二, 全部, or 85%."""
    share = as_fraction(share)
    if share == 1:
        return "全部"
    if share.denominator <= 10:
        return f"{_DIGITS[share.denominator]}分之{_DIGITS[share.numerator]}"
    percent = (Decimal(share.numerator) * 100 / share.denominator).normalize()
    return f"{percent:f}%"


def reaches(count, total, share):
    """Is ``count`` of ``total`` at least ``share`` (以上, 含本数)? Nothing of nothing is not."""
    return total > 0 and Fraction(count) >= as_fraction(share) * total


def is_passed(*, agree, voters, share):
    """Did an entry pass? Without a share set by the programme, more than half must agree."""
    if share is None:
        return 2 * agree > voters
    return reaches(agree, voters, share)


def pass_text(share):
    """What was asked for, in words: 三分之二以上 or 过半数."""
    return "过半数" if share is None else f"{share_text(share)}以上"


def withdrawn_names(names):
    """The people whom ``names`` (separated by 、 or spaces) lists as having withdrawn (回避)."""
    return [name for name in _SEPARATORS.split(names.strip()) if name]


def withdrawn_count(names):
    """How many those are."""
    return len(withdrawn_names(names))


def vote_refusal(*, agree, against, abstain, withdrawn, present):
    """The Chinese sentence why these votes cannot be, or None: everybody present votes once or withdraws."""
    away = withdrawn_count(withdrawn)
    cast, expected = agree + against + abstain, present - away
    if cast == expected:
        return None
    return f"同意、反对、弃权共 {cast} 票；实到 {present} 人、回避 {away} 人，应为 {expected} 票。"


def strangers_refusal(withdrawn, present):
    """The Chinese sentence naming who withdrew and was not there, or None: only who came can stand back."""
    strangers = [name for name in withdrawn_names(withdrawn) if name not in present]
    return f"回避人“{'”“'.join(strangers)}”不在到会人员中，请核对姓名。" if strangers else None


def quorum_refusal(*, present, expected, share):
    """The Chinese sentence why the meeting cannot decide, or None."""
    if expected == 0 or present == 0:
        return "没有到会人员，评议无效。请先登记参会人员。"
    if share is None or reaches(present, expected, share):
        return None
    return f"应到 {expected} 人、实到 {present} 人，不足{share_text(share)}，评议无效。请把本次记录作废，另行召集会议。"
