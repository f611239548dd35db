"""Persons entered twice: pairs found by a scan, judged by somebody, merged when they are one."""

from beneficiaries.services.duplicates.judging import different, reconsider, same
from beneficiaries.services.duplicates.merging import merge_persons
from beneficiaries.services.duplicates.scanning import MOST_ALIKE, SCAN_JOB, Scanned, scan, start_scan

__all__ = [
    "MOST_ALIKE",
    "SCAN_JOB",
    "Scanned",
    "different",
    "merge_persons",
    "reconsider",
    "same",
    "scan",
    "start_scan",
]
