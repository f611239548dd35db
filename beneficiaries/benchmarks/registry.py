"""The subject ``registry`` of ``manage.py bench``."""

from pathlib import Path

from django.utils import timezone

from beneficiaries.benchmarks import (
    baseline,
    data,
    duplicates,
    exports,
    imports,
    indexes,
    pages,
    people,
    place,
)
from beneficiaries.services.duplicates import scan

TEMPLATES = baseline.TEMPLATES
SOURCES = [Path(module.__file__) for module in (data, indexes, people, place)]


def fill(persons):
    """Make the registry of ``persons`` people in a migrated database."""
    data.fill(persons)


def cases(persons, *, fast):
    """Everything that is measured; ``fast`` leaves out the baseline's import."""
    scanned = duplicates.cases(lambda: scan(organisation=place.find().county, at=timezone.now()))
    return [*pages.cases(), *scanned, *exports.cases(persons), *imports.cases(persons, fast=fast)]
