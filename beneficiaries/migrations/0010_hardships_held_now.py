"""Who holds a category now, from the index alone."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('beneficiaries', '0009_import_kinds_and_staging'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='hardship',
            index=models.Index(condition=models.Q(('household__isnull', False), ('to_on', None)), fields=['category', 'household'], name='hardship_households_now'),
        ),
        migrations.AddIndex(
            model_name='hardship',
            index=models.Index(condition=models.Q(('person__isnull', False), ('to_on', None)), fields=['category', 'person'], name='hardship_persons_now'),
        ),
    ]
