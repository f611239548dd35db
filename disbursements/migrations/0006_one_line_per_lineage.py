from django.db import migrations, models


class Migration(migrations.Migration):
    """No two live lines for one beneficiary, whichever version of the roster they come from."""

    dependencies = [
        ("disbursements", "0005_fill_lineage"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='sheetline',
            name='sheet_line_entry_once_per_kind',
        ),
        migrations.AddConstraint(
            model_name='sheetline',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ('pending', 'received'))), fields=('lineage', 'is_goods'), name='sheet_line_entry_once_per_kind'),
        ),
    ]
