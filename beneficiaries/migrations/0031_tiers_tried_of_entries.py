"""An entry keeps the categories tried, and whether it was found to fit none."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('beneficiaries', '0030_assumed_amounts'),
    ]

    operations = [
        migrations.AddField(
            model_name='rosterentry',
            name='fits_none',
            field=models.BooleanField(default=False, editable=False, help_text='by what was judged; striking stays a human act', verbose_name='经认定不符合任何类别'),
        ),
        migrations.AddField(
            model_name='rosterentry',
            name='tried',
            field=models.JSONField(default=list, editable=False, help_text='the other categories tried, in order: [{category, fits, lines}], lines as in explanation'),
        ),
    ]
