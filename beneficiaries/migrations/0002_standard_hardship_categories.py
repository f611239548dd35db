"""The standard hardship categories, for offices to add to."""

import csv
from pathlib import Path

from django.db import migrations

SOURCE = Path(__file__).parents[1] / "samples/hardship_categories.csv"


def load(apps, schema_editor):
    category = apps.get_model("beneficiaries", "HardshipCategory")
    with SOURCE.open(encoding="utf-8", newline="") as file:
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


class Migration(migrations.Migration):
    dependencies = [("beneficiaries", "0001_initial")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
