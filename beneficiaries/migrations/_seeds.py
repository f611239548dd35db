"""What a new database starts with. The models are those of the migration that calls."""

import csv
from datetime import date
from pathlib import Path

SAMPLES = Path(__file__).parents[1] / "samples"
COUNTY = "520399"


def hardship_categories(apps, schema_editor):
    """The standard hardship categories, for offices to add to."""
    category = apps.get_model("beneficiaries", "HardshipCategory")
    with (SAMPLES / "hardship_categories.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            category.objects.get_or_create(
                code=row["code"],
                defaults={
                    "name": row["name"],
                    "is_sensitive": row["is_sensitive"] == "1",
                    "is_personal": row["is_personal"] == "1",
                    "position": int(row["position"]),
                },
            )


def sample_organisations(apps, schema_editor):
    """The sample county in an empty database, so that a first register finds its communities.

    An office brings its own with ``manage.py load_organisations FILE``.
    """
    organisation = apps.get_model("welfare", "Organisation")
    if organisation.objects.exists():
        return
    made = {}
    with (SAMPLES / "organisations.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            parent = made.get(row.pop("parent_code"))
            one = organisation.objects.create(parent=parent, **row)
            one.path = f"{parent.path if parent else '/'}{one.pk}/"
            one.save(update_fields=["path"])
            made[one.code] = one
    line = apps.get_model("beneficiaries", "MinimumLine")
    for is_rural in (True, False):
        line.objects.create(
            organisation=made[COUNTY], is_rural=is_rural, from_on=date(2025, 7, 1), monthly_amount=780
        )


def codes(apps, schema_editor):
    """The standard code lists, for offices to add to."""
    code = apps.get_model("beneficiaries", "Code")
    with (SAMPLES / "codes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            code.objects.get_or_create(
                kind=row["kind"],
                code=row["code"],
                defaults={
                    "name": row["name"],
                    "aliases": [word for word in row["aliases"].split("|") if word],
                    "standard": row["standard"],
                    "position": int(row["position"]),
                },
            )
