from django.db import migrations, models


class Migration(migrations.Migration):
    """A line knows the lineage of its entry."""

    dependencies = [
        ("beneficiaries", "0026_entries_of_versions"),
        ("disbursements", "0003_services_given"),
    ]

    operations = [
        migrations.AddField(
            model_name='sheetline',
            name='lineage',
            field=models.BigIntegerField(default=0, editable=False, help_text='of the entry: the same in every version of its roster'),
            preserve_default=False,
        ),
    ]
