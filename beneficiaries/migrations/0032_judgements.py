"""Judged conditions of entries, answered by people."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('beneficiaries', '0031_tiers_tried_of_entries'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Judgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lap', models.PositiveSmallIntegerField(default=1, editable=False)),
                ('is_met', models.BooleanField(verbose_name='符合')),
                ('reason', models.CharField(max_length=300, verbose_name='理由')),
                ('is_by_vote', models.BooleanField(default=False, verbose_name='由表决认定')),
                ('consequence', models.CharField(blank=True, max_length=200, verbose_name='结果')),
                ('is_current', models.BooleanField(default=True, verbose_name='现行')),
                ('judged_at', models.DateTimeField(verbose_name='时间')),
            ],
            options={
                'verbose_name': '评议认定',
                'verbose_name_plural': '评议认定',
                'ordering': ['judged_at', 'id'],
            },
        ),
        migrations.AddField(
            model_name='judgement',
            name='criterion',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='beneficiaries.criterion', verbose_name='认定内容'),
        ),
        migrations.AddField(
            model_name='judgement',
            name='entry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='judgements', to='beneficiaries.rosterentry', verbose_name='慰问对象'),
        ),
        migrations.AddField(
            model_name='judgement',
            name='judged_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='认定人'),
        ),
        migrations.AddField(
            model_name='judgement',
            name='moved_from',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='beneficiaries.aidcategory', verbose_name='原类别'),
        ),
        migrations.AddField(
            model_name='judgement',
            name='moved_to',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='beneficiaries.aidcategory', verbose_name='改列类别'),
        ),
        migrations.AddField(
            model_name='judgement',
            name='step',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='beneficiaries.procedurestep', verbose_name='环节'),
        ),
        migrations.AddConstraint(
            model_name='judgement',
            constraint=models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('entry', 'criterion'), name='judgement_current_once'),
        ),
        migrations.AddConstraint(
            model_name='judgement',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='judgement_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='judgement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('moved_from', None), ('moved_to', None)), models.Q(('moved_from__isnull', False), ('moved_to__isnull', False), models.Q(('moved_from', models.F('moved_to')), _negated=True)), _connector='OR'), name='judgement_moved_from_and_to'),
        ),
    ]
