"""Workbooks of the registry and of rosters: columns in, sheets out; by way of ``welfare.excel``."""
