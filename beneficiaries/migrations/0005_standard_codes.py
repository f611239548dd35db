"""The standard code lists, for offices to add to."""

from django.db import migrations

from beneficiaries.migrations import _seeds as seeds


class Migration(migrations.Migration):
    dependencies = [("beneficiaries", "0004_registry_in_depth")]

    operations = [migrations.RunPython(seeds.codes, migrations.RunPython.noop)]
