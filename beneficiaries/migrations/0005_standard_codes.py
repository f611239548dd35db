"""The standard code lists, for offices to add to."""

import csv
from pathlib import Path

from django.db import migrations

SOURCE = Path(__file__).parents[1] / "samples/codes.csv"


def load(apps, schema_editor):
    code = apps.get_model("beneficiaries", "Code")
    with SOURCE.open(encoding="utf-8", newline="") as file:
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


class Migration(migrations.Migration):
    dependencies = [("beneficiaries", "0004_registry_in_depth")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
