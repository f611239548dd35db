"""The announced holidays and make-up working days known when this was written. Later years are entered in the admin."""

from django.db import migrations

from welfare.dates import seed_days

FIRST_YEAR, LAST_YEAR = 2024, 2026


def seed(apps, schema_editor):
    day = apps.get_model("welfare", "CalendarDay")
    day.objects.bulk_create(
        (day(on=d.on, is_working=d.is_working, name=d.name) for d in seed_days(FIRST_YEAR, LAST_YEAR)),
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("welfare", "0002_audit_append_only")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
