"""The sample county in an empty database, so that a first register finds its communities.

An office brings its own with ``manage.py load_organisations FILE``.
"""

import csv
from datetime import date
from pathlib import Path

from django.db import migrations

SOURCE = Path(__file__).parents[1] / "samples/organisations.csv"
COUNTY = "520399"


def load(apps, schema_editor):
    organisation = apps.get_model("welfare", "Organisation")
    if organisation.objects.exists():
        return
    made = {}
    with SOURCE.open(encoding="utf-8", newline="") as file:
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


class Migration(migrations.Migration):
    dependencies = [
        ("beneficiaries", "0002_standard_hardship_categories"),
        ("welfare", "0002_audit_append_only"),
    ]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
