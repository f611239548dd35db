"""A random sample that anybody can draw again from its seed."""

import hashlib
import math

from beneficiaries.rules.assessment import as_fraction


def sample_size(total, *, share=None, number=None):
    """How many of ``total`` to draw: the share (rounded up) or the number, whichever is more; one at least."""
    wanted = max(math.ceil(as_fraction(share) * total) if share else 0, number or 0, 1)
    return min(wanted, total)


def draw(positions, *, seed, size):
    """``size`` of the ``positions`` (row numbers of the roster), in ascending order.

    Each number is weighed by the SHA-256 of "seed:number" and the lightest are drawn, so the same
    seed gives the same rows on every machine.
    """
    weighed = sorted(positions, key=lambda position: hashlib.sha256(f"{seed}:{position}".encode()).digest())
    return sorted(weighed[:size])


def in_ranges(positions):
    """1-5、7: row numbers as text, to be drawn from once more."""
    runs = []
    for position in sorted(positions):
        if runs and runs[-1][1] == position - 1:
            runs[-1][1] = position
        else:
            runs.append([position, position])
    return "、".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def from_ranges(text):
    """The row numbers that ``in_ranges`` wrote down."""
    found = []
    for run in text.split("、") if text else ():
        first, _, last = run.partition("-")
        found += range(int(first), int(last or first) + 1)
    return found
