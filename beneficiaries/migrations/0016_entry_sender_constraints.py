"""An assigned entry names who sent it, and whoever was told of by people gives a reason."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('beneficiaries', '0015_entries_assigned_by_organiser'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='rosterentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('origin__in', ['application', 'assigned', 'import']), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='roster_entry_told_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='rosterentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('assigned_by__isnull', False), ('origin', 'assigned')), models.Q(models.Q(('origin', 'assigned'), _negated=True), ('assigned_by', None)), _connector='OR'), name='roster_entry_assigned_by_whom'),
        ),
    ]
