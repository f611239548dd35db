"""Who handed an entry down, what papers an application named, why it stands although in principle it should not."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('beneficiaries', '0013_programme_period_in_words'),
        ('welfare', '0003_seed_work_calendar'),
    ]

    operations = [
        migrations.AddField(
            model_name='rosterentry',
            name='assigned_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='welfare.organisation', verbose_name='指定机构'),
        ),
        migrations.AddField(
            model_name='rosterentry',
            name='evidence_named',
            field=models.CharField(blank=True, max_length=300, verbose_name='所附材料'),
        ),
        migrations.AddField(
            model_name='rosterentry',
            name='exception_reason',
            field=models.CharField(blank=True, help_text='原则上不再列入而仍列入的', max_length=200, verbose_name='仍列入的理由'),
        ),
    ]
