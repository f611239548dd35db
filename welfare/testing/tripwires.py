"""Tripwires (follow)."""
