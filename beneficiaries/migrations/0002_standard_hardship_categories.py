"""The standard hardship categories, for offices to add to."""

from django.db import migrations

from beneficiaries.migrations import _seeds as seeds


class Migration(migrations.Migration):
    dependencies = [("beneficiaries", "0001_initial")]

    operations = [migrations.RunPython(seeds.hardship_categories, migrations.RunPython.noop)]
