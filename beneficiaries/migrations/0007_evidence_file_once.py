"""The same file is filed once with one household, person or institution."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('beneficiaries', '0006_move_requests'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.UniqueConstraint(condition=models.Q(('household__isnull', False), ('voided_at', None)), fields=('household', 'sha256'), name='evidence_file_once_of_household'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.UniqueConstraint(condition=models.Q(('person__isnull', False), ('voided_at', None)), fields=('person', 'sha256'), name='evidence_file_once_of_person'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.UniqueConstraint(condition=models.Q(('institution__isnull', False), ('voided_at', None)), fields=('institution', 'sha256'), name='evidence_file_once_of_institution'),
        ),
    ]
