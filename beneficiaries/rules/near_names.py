"""When two names in one household are so alike that one person may have been entered twice. Pure.

``services.duplicates.scanning`` asks the same in SQL; a test holds the two together.
"""

import re

SHORTEST, LONGEST = 2, 4
_SPOKEN = re.compile(r"[a-z]+")


def is_near(one, other, one_terms=(), other_terms=()):
    """Different names of two to four characters that differ by one character, or any two that sound the same.

    ``…_terms`` are the search terms of the names (``welfare.pinyin``).
    """
    if one == other:
        return False
    return is_one_apart(one, other) or sounds_the_same(one, one_terms, other_terms)


def is_one_apart(one, other):
    """One character changed, put in or left out; both names two to four characters long."""
    short, long = sorted((one, other), key=len)
    if len(short) < SHORTEST or len(long) > LONGEST or len(long) - len(short) > 1:
        return False
    if len(short) == len(long):
        return sum(a != b for a, b in zip(short, long, strict=True)) == 1
    return any(long[:at] + long[at + 1 :] == short for at in range(len(long)))


def sounds_the_same(one, one_terms, other_terms):
    """A full pinyin in common.

    Initials have as many letters as the name has characters, full pinyin more; what people type on the
    way to it (zhang, zhangxm) is a longer term with letters left out.
    """
    spoken = {term for term in one_terms if _SPOKEN.fullmatch(term) and len(term) > len(one)}
    whole = {term for term in spoken if not any(_is_cut_from(term, longer) for longer in spoken - {term})}
    return bool(whole & set(other_terms))


def _is_cut_from(term, longer):
    """Whether ``term`` is ``longer`` with letters left out after the first."""
    letters = iter(longer)
    return longer[0] == term[0] and all(letter in letters for letter in term)
