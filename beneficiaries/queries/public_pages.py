"""Which public pages stand on the shelf (``welfare.shelf``) under which name, and when they are taken off it."""

from welfare import shelf

INDEX = "index"


def of(token):
    """The subject under which the pages of one notice or final list stand."""
    return f"list-{token}"


def changed(token):
    """Take the pages of one notice or final list away, and the index that names it, in the caller's transaction."""
    shelf.clear(of(token))
    shelf.clear(INDEX)
