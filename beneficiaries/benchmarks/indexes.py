"""What a number or a name is found by, as COPY takes it; what many share is computed once."""

from functools import lru_cache

from welfare import crypto, pinyin
from welfare.database import loading


def tail(kind, number):
    """The index of the last four characters."""
    return _tail(kind, number and number[-4:])


@lru_cache(maxsize=200_000)
def terms(name):
    """The search terms of a name."""
    return loading.array(pinyin.search_terms(name))


@lru_cache(maxsize=40_000)
def _tail(kind, tail):
    return loading.binary(crypto.tail_index(kind, tail))
