import beneficiaries.models.procedure
import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """Through which channels a notice must be shown: the wall, as before, unless the plan names others."""

    dependencies = [('beneficiaries', '0037_milestone_one_or_each')]

    operations = [
        migrations.AddField(
            model_name='procedurestep',
            name='channels',
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ('wall', '居(村)务公开栏'),
                        ('congress', '居民(村民)代表大会'),
                        ('press', '报刊'),
                        ('site', '网站'),
                        ('broadcast', '广播'),
                        ('chat', '微信公众号(群)'),
                        ('other', '其他'),
                    ],
                    max_length=10,
                ),
                blank=True,
                default=beneficiaries.models.procedure.wall,
                help_text='方案要求的每一种都须拍照（网站可截图）登记后才能办结',
                size=None,
                verbose_name='公示方式',
            ),
        ),
    ]
