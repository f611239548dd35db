"""Factories: registry."""
