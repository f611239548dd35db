"""Machines of this app, one module per room; imported from ``apps.py: ready()`` so that they register."""

from beneficiaries.workflows import programmes, review, rosters

__all__ = ["programmes", "review", "rosters"]
