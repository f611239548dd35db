import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('beneficiaries', '0018_entry_lists'),
        ('welfare', '0003_seed_work_calendar'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='NoticeChannel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('wall', '居(村)务公开栏'), ('congress', '居民(村民)代表大会'), ('press', '报刊'), ('site', '网站'), ('broadcast', '广播'), ('chat', '微信公众号(群)'), ('other', '其他')], max_length=10, verbose_name='方式')),
                ('place', models.CharField(max_length=100, verbose_name='地点或名称')),
                ('shown_on', models.DateField(verbose_name='日期')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('proof', models.FileField(max_length=120, upload_to='notices/%Y/%m/', verbose_name='照片')),
                ('size', models.PositiveIntegerField(verbose_name='大小（字节）')),
                ('sha256', models.CharField(max_length=64)),
                ('recorded_at', models.DateTimeField(verbose_name='登记时间')),
                ('voided_at', models.DateTimeField(null=True, verbose_name='作废时间')),
                ('void_reason', models.CharField(blank=True, max_length=200, verbose_name='作废原因')),
            ],
            options={
                'verbose_name': '公示方式',
                'verbose_name_plural': '公示方式',
                'ordering': ['notice', 'shown_on', 'id'],
            },
        ),
        migrations.AddField(
            model_name='noticechannel',
            name='notice',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='channels', to='beneficiaries.publicnotice'),
        ),
        migrations.AddField(
            model_name='noticechannel',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人'),
        ),
        migrations.AddField(
            model_name='noticechannel',
            name='voided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='作废人'),
        ),
        migrations.AddConstraint(
            model_name='noticechannel',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['wall', 'congress', 'press', 'site', 'broadcast', 'chat', 'other'])), name='notice_channel_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='noticechannel',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('place', ''), _negated=True), models.Q(('proof', ''), _negated=True)), name='notice_channel_has_place_and_proof'),
        ),
        migrations.AddConstraint(
            model_name='noticechannel',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('void_reason', ''), ('voided_at', None), ('voided_by', None)), models.Q(('voided_at__isnull', False), ('voided_by__isnull', False), models.Q(('void_reason', ''), _negated=True)), _connector='OR'), name='notice_channel_void_complete'),
        ),
        migrations.AddConstraint(
            model_name='noticechannel',
            constraint=models.UniqueConstraint(condition=models.Q(('voided_at', None)), fields=('notice', 'sha256'), name='notice_channel_proof_once'),
        ),
    ]
