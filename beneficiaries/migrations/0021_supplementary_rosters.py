import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('beneficiaries', '0020_objections_answered_in_time'),
        ('welfare', '0003_seed_work_calendar'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='roster',
            name='roster_version_once',
        ),
        migrations.RemoveConstraint(
            model_name='roster',
            name='roster_one_live_per_organisation',
        ),
        migrations.AddField(
            model_name='roster',
            name='supplement_to',
            field=models.ForeignKey(editable=False, help_text='the roster whose notice closed without these entries', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='supplements', to='beneficiaries.roster', verbose_name='补充于'),
        ),
        migrations.AddConstraint(
            model_name='roster',
            constraint=models.UniqueConstraint(condition=models.Q(('supplement_to', None)), fields=('programme', 'organisation', 'version'), name='roster_version_once'),
        ),
        migrations.AddConstraint(
            model_name='roster',
            constraint=models.UniqueConstraint(condition=models.Q(('supplement_to__isnull', False)), fields=('supplement_to', 'version'), name='roster_supplement_once'),
        ),
        migrations.AddConstraint(
            model_name='roster',
            constraint=models.UniqueConstraint(condition=models.Q(models.Q(('status', 'cancelled'), _negated=True), ('supplement_to', None)), fields=('programme', 'organisation'), name='roster_one_live_per_organisation'),
        ),
    ]
