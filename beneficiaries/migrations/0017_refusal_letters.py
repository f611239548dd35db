"""不予列入告知书 as issued."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('beneficiaries', '0016_entry_sender_constraints'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RefusalLetter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=100, unique=True, verbose_name='文号')),
                ('addressee', models.CharField(max_length=120, verbose_name='称呼')),
                ('reason', models.CharField(max_length=300, verbose_name='理由')),
                ('unit_name', models.CharField(max_length=100, verbose_name='告知单位')),
                ('hotline', models.CharField(blank=True, max_length=60, verbose_name='监督电话')),
                ('place', models.CharField(blank=True, max_length=200, verbose_name='受理地点')),
                ('objection_days', models.PositiveSmallIntegerField(verbose_name='答复期限（工作日）')),
                ('issued_at', models.DateTimeField(verbose_name='告知时间')),
            ],
            options={
                'verbose_name': '不予列入告知书',
                'verbose_name_plural': '不予列入告知书',
                'ordering': ['issued_at', 'id'],
            },
        ),
        migrations.AddField(
            model_name='refusalletter',
            name='entry',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='letter', to='beneficiaries.rosterentry'),
        ),
        migrations.AddField(
            model_name='refusalletter',
            name='issued_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='经办人'),
        ),
        migrations.AddConstraint(
            model_name='refusalletter',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='refusal_letter_has_reason'),
        ),
    ]
