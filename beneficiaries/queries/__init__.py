"""Reads with a name: what pages, services and the rooms to the right ask."""
