"""Uploaded lists of people to be listed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('beneficiaries', '0017_refusal_letters'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('welfare', '0003_seed_work_calendar'),
    ]

    operations = [
        migrations.CreateModel(
            name='EntryList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_handed_down', models.BooleanField(default=False, verbose_name='下达必访对象')),
                ('file', models.FileField(upload_to='lists/%Y/%m/')),
                ('filename', models.CharField(max_length=200, verbose_name='文件名')),
                ('sheet', models.CharField(blank=True, max_length=100)),
                ('header_row', models.PositiveSmallIntegerField(default=0)),
                ('remarks', models.TextField(blank=True, help_text='what was not read, one a line')),
                ('state', models.CharField(choices=[('uploaded', '已上传'), ('checked', '待确认'), ('confirmed', '已写入'), ('cancelled', '已取消'), ('refused', '不能读取')], default='uploaded', max_length=10, verbose_name='状态')),
                ('good_count', models.PositiveIntegerField(default=0, verbose_name='可列入')),
                ('bad_count', models.PositiveIntegerField(default=0, verbose_name='有误')),
                ('uploaded_at', models.DateTimeField(verbose_name='上传时间')),
                ('confirmed_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': '导入名单',
                'verbose_name_plural': '导入名单',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='EntryListRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('excel_row', models.PositiveIntegerField()),
                ('shown', models.JSONField(default=dict, help_text='the words of the row by column key, without numbers')),
                ('errors', models.JSONField(default=list, help_text='[cell, heading, reason]')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='列入理由')),
                ('exception_reason', models.CharField(blank=True, max_length=200, verbose_name='仍列入的理由')),
            ],
            options={
                'verbose_name': '导入名单行',
                'verbose_name_plural': '导入名单行',
                'ordering': ['excel_row'],
            },
        ),
        migrations.AddField(
            model_name='entrylist',
            name='confirmed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='entrylist',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='welfare.organisation', verbose_name='机构'),
        ),
        migrations.AddField(
            model_name='entrylist',
            name='programme',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='beneficiaries.programme', verbose_name='方案'),
        ),
        migrations.AddField(
            model_name='entrylist',
            name='roster',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='beneficiaries.roster', verbose_name='名册'),
        ),
        migrations.AddField(
            model_name='entrylist',
            name='uploaded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='上传人'),
        ),
        migrations.AddField(
            model_name='entrylistrow',
            name='category',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='beneficiaries.aidcategory'),
        ),
        migrations.AddField(
            model_name='entrylistrow',
            name='household',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='beneficiaries.household'),
        ),
        migrations.AddField(
            model_name='entrylistrow',
            name='institution',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='beneficiaries.institution'),
        ),
        migrations.AddField(
            model_name='entrylistrow',
            name='person',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='beneficiaries.person'),
        ),
        migrations.AddField(
            model_name='entrylistrow',
            name='roster',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='beneficiaries.roster'),
        ),
        migrations.AddField(
            model_name='entrylistrow',
            name='upload',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='beneficiaries.entrylist'),
        ),
        migrations.AddConstraint(
            model_name='entrylist',
            constraint=models.CheckConstraint(condition=models.Q(('is_handed_down', True), ('roster__isnull', False), _connector='OR'), name='entry_list_of_a_roster_or_handed_down'),
        ),
        migrations.AddConstraint(
            model_name='entrylist',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at', None), ('confirmed_by', None)), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False)), _connector='OR'), name='entry_list_confirmed_at_by_together'),
        ),
        migrations.AddConstraint(
            model_name='entrylistrow',
            constraint=models.UniqueConstraint(fields=('upload', 'excel_row'), name='entry_list_row_once'),
        ),
        migrations.AddConstraint(
            model_name='entrylistrow',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('errors', []), _negated=True), models.Q(('category__isnull', False), ('household__isnull', False), ('roster__isnull', False)), models.Q(('category__isnull', False), ('person__isnull', False), ('roster__isnull', False)), models.Q(('category__isnull', False), ('institution__isnull', False), ('roster__isnull', False)), _connector='OR'), name='entry_list_row_good_is_whole'),
        ),
    ]
