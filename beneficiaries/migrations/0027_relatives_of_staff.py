import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """The register of relatives of staff, and the checks of their entries."""

    dependencies = [
        ("beneficiaries", "0026_entries_of_versions"),
        ("welfare", "0003_seed_work_calendar"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='StaffRelative',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('staff_name', models.CharField(max_length=50, verbose_name='工作人员姓名')),
                ('post', models.CharField(blank=True, max_length=50, verbose_name='职务')),
                ('name', models.CharField(max_length=50, verbose_name='近亲属姓名')),
                ('kinship', models.CharField(choices=[('spouse', '配偶'), ('parent', '父母'), ('child', '子女'), ('sibling', '兄弟姐妹'), ('grandparent', '祖父母、外祖父母'), ('grandchild', '孙子女、外孙子女')], max_length=12, verbose_name='与工作人员的关系')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('declared_at', models.DateTimeField(verbose_name='备案时间')),
                ('ended_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='注销时间')),
                ('end_reason', models.CharField(blank=True, editable=False, max_length=200, verbose_name='注销原因')),
            ],
            options={
                'verbose_name': '近亲属备案',
                'verbose_name_plural': '近亲属备案',
                'ordering': ['organisation', 'staff_name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='RelativeCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_true', models.BooleanField(verbose_name='情况属实')),
                ('finding', models.CharField(max_length=300, verbose_name='核查情况')),
                ('checked_on', models.DateField(verbose_name='核查日期')),
                ('checked_at', models.DateTimeField(verbose_name='登记时间')),
            ],
            options={
                'verbose_name': '近亲属核查',
                'verbose_name_plural': '近亲属核查',
                'ordering': ['entry', 'id'],
            },
        ),
        migrations.AddField(
            model_name='relativecheck',
            name='checked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='核查人'),
        ),
        migrations.AddField(
            model_name='relativecheck',
            name='entry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='relative_checks', to='beneficiaries.rosterentry'),
        ),
        migrations.AddField(
            model_name='staffrelative',
            name='declared_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='备案人'),
        ),
        migrations.AddField(
            model_name='staffrelative',
            name='ended_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='注销人'),
        ),
        migrations.AddField(
            model_name='staffrelative',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='welfare.organisation', verbose_name='工作单位'),
        ),
        migrations.AddField(
            model_name='staffrelative',
            name='person',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='staff_relatives', to='beneficiaries.person', verbose_name='在册人员'),
        ),
        migrations.AddField(
            model_name='staffrelative',
            name='staff',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='工作人员账号'),
        ),
        migrations.AddField(
            model_name='relativecheck',
            name='relative',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='beneficiaries.staffrelative'),
        ),
        migrations.AddConstraint(
            model_name='staffrelative',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('organisation', 'staff_name', 'name', 'kinship', 'person'), name='staff_relative_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='staffrelative',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('staff_name', ''), _negated=True), models.Q(('name', ''), _negated=True)), name='staff_relative_names_both'),
        ),
        migrations.AddConstraint(
            model_name='staffrelative',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('end_reason', ''), ('ended_at', None), ('ended_by', None)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False), models.Q(('end_reason', ''), _negated=True)), _connector='OR'), name='staff_relative_ended_whole'),
        ),
        migrations.AddConstraint(
            model_name='relativecheck',
            constraint=models.CheckConstraint(condition=models.Q(('finding', ''), _negated=True), name='relative_check_has_words'),
        ),
    ]
