"""The subject ``registry`` of ``manage.py bench``."""

from pathlib import Path

from beneficiaries.benchmarks import baseline, data, exports, imports, indexes, pages, people, place

TEMPLATES = baseline.TEMPLATES
SOURCES = [Path(module.__file__) for module in (data, indexes, people, place)]


def fill(persons):
    """Make the registry of ``persons`` people in a migrated database."""
    data.fill(persons)


def cases(persons, *, fast):
    """Everything that is measured; ``fast`` leaves out the baseline's import."""
    return [*pages.cases(), *exports.cases(persons), *imports.cases(persons, fast=fast)]
