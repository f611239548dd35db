"""The sample county in an empty database, so that a first register finds its communities.

An office brings its own with ``manage.py load_organisations FILE``.
"""

from django.db import migrations

from beneficiaries.migrations import _seeds as seeds


class Migration(migrations.Migration):
    dependencies = [
        ("beneficiaries", "0002_standard_hardship_categories"),
        ("welfare", "0002_audit_append_only"),
    ]

    operations = [migrations.RunPython(seeds.sample_organisations, migrations.RunPython.noop)]
