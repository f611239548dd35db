import beneficiaries.models.final_lists
import django.db.models.deletion
import welfare.workflow
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('beneficiaries', '0021_supplementary_rosters'),
        ('welfare', '0003_seed_work_calendar'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FinalList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(default=beneficiaries.models.final_lists._token, editable=False, max_length=32, unique=True)),
                ('title', models.CharField(max_length=200, verbose_name='标题')),
                ('body', models.TextField(verbose_name='正文')),
                ('unit_name', models.CharField(max_length=100, verbose_name='公布单位')),
                ('community_name', models.CharField(max_length=100, verbose_name='村(社区)')),
                ('hotline', models.CharField(max_length=30, verbose_name='监督电话')),
                ('display_until_on', models.DateField(verbose_name='撤下日期')),
                ('is_rehearsal', models.BooleanField(default=False, verbose_name='演练')),
                ('status', welfare.workflow.StatusField(choices=[('published', '公布中'), ('withdrawn', '已撤下')], default='published', editable=False, max_length=20, verbose_name='状态')),
                ('published_at', models.DateTimeField(verbose_name='公布时间')),
            ],
            options={
                'verbose_name': '结果公布',
                'verbose_name_plural': '结果公布',
                'ordering': ['-published_at'],
            },
        ),
        migrations.CreateModel(
            name='FinalListRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField(verbose_name='序号')),
                ('shown_name', models.CharField(max_length=60, verbose_name='姓名')),
                ('group_name', models.CharField(blank=True, max_length=30, verbose_name='组')),
                ('family_size', models.PositiveSmallIntegerField(default=1, verbose_name='人口')),
                ('public_label', models.CharField(max_length=40, verbose_name='类别')),
                ('standard_text', models.CharField(max_length=200, verbose_name='标准')),
            ],
            options={
                'verbose_name': '公布名单',
                'verbose_name_plural': '公布名单',
                'ordering': ['final_list', 'position'],
            },
        ),
        migrations.AddField(
            model_name='finallist',
            name='published_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='公布人'),
        ),
        migrations.AddField(
            model_name='finallist',
            name='roster',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='final_lists', to='beneficiaries.roster'),
        ),
        migrations.AddField(
            model_name='finallistrow',
            name='entry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='final_rows', to='beneficiaries.rosterentry'),
        ),
        migrations.AddField(
            model_name='finallistrow',
            name='final_list',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='beneficiaries.finallist'),
        ),
        migrations.AddConstraint(
            model_name='finallist',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'published')), fields=('roster',), name='final_list_one_published_per_roster'),
        ),
        migrations.AddConstraint(
            model_name='finallist',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['published', 'withdrawn'])), name='final_list_status_known'),
        ),
        migrations.AddConstraint(
            model_name='finallistrow',
            constraint=models.UniqueConstraint(fields=('final_list', 'position'), name='final_list_row_position_once'),
        ),
        migrations.AddConstraint(
            model_name='finallistrow',
            constraint=models.UniqueConstraint(fields=('final_list', 'entry'), name='final_list_row_entry_once'),
        ),
        migrations.AddConstraint(
            model_name='finallistrow',
            constraint=models.CheckConstraint(condition=models.Q(('public_label', ''), _negated=True), name='final_list_row_has_public_label'),
        ),
    ]
