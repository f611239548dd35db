"""A quota that names no organisation is one for each community."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('beneficiaries', '0032_judgements'),
        ('welfare', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='quota',
            name='organisation',
            field=models.ForeignKey(blank=True, help_text='填镇(街道)的，其下各名册合计；不填的，每个村(社区)各有此名额', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='welfare.organisation', verbose_name='村(社区)'),
        ),
    ]
