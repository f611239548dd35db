"""What a sheet says, in one canonical text, and its SHA-256: fixed at approval, printed on every export."""

import hashlib
import json
from decimal import Decimal


def content_hash(head, rows):
    """SHA-256 (hex) of ``head`` (dict) and ``rows`` (list of dicts): same content, same hash, whatever the order of keys.

    Values are text, integers, Decimals and lists of them; never floats.
    """
    canonical = json.dumps(
        {"head": _plain(head), "rows": _plain(rows)},
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def _plain(value):
    if isinstance(value, float):
        raise TypeError("A sheet holds Decimals, never floats.")
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value
