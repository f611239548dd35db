"""Requests to take in a household from another community."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('beneficiaries', '0005_standard_codes'),
        ('welfare', '0003_seed_work_calendar'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MoveRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('left_on', models.DateField(verbose_name='迁出日期')),
                ('reason', models.CharField(max_length=200, verbose_name='迁移原因')),
                ('requested_at', models.DateTimeField(verbose_name='申请时间')),
                ('answer', models.CharField(blank=True, choices=[('accepted', '已接收'), ('declined', '已退回'), ('withdrawn', '已撤回')], max_length=10, verbose_name='结果')),
                ('answered_at', models.DateTimeField(null=True, verbose_name='办理时间')),
                ('answer_note', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='办理人')),
                ('household', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='move_requests', to='beneficiaries.household', verbose_name='户')),
                ('moved_to', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='welfare.organisation', verbose_name='迁入村(社区)')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='welfare.organisation', verbose_name='迁出村(社区)')),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='申请人')),
            ],
            options={
                'verbose_name': '迁移申请',
                'verbose_name_plural': '迁移申请',
                'ordering': ['-requested_at', '-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('answer', '')), fields=('household',), name='move_request_one_open_per_household'), models.CheckConstraint(condition=models.Q(('organisation', models.F('moved_to')), _negated=True), name='move_request_elsewhere'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='move_request_has_reason'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None), ('answered_by', None)), models.Q(models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='move_request_answered_complete')],
            },
        ),
    ]
