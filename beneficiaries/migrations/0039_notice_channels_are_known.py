from django.db import migrations, models


class Migration(migrations.Migration):
    """A notice is shown through one channel at least, and only through those there are."""

    dependencies = [('beneficiaries', '0038_notice_channels_asked_for')]

    operations = [
        migrations.AddConstraint(
            model_name='procedurestep',
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ('channels__contained_by', ['wall', 'congress', 'press', 'site', 'broadcast', 'chat', 'other']),
                    models.Q(models.Q(('kind', 'notice'), _negated=True), models.Q(('channels', []), _negated=True), _connector='OR'),
                ),
                name='procedure_step_notice_has_known_channels',
            ),
        ),
    ]
