"""Machines of this app, one module per room; imported from ``apps.py: ready()`` so that they register."""

from beneficiaries.workflows import entries, programmes, review, rosters

__all__ = ["entries", "programmes", "review", "rosters"]
