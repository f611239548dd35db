"""Factories: rosters."""
