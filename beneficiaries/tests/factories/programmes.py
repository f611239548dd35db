"""Factories: programmes."""
