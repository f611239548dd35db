"""Machines of this app, one module per room; imported from ``apps.py: ready()`` so that they register."""

from beneficiaries.workflows import complaints, entries, programmes, review, rosters

__all__ = ["complaints", "entries", "programmes", "review", "rosters"]
