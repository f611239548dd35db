import beneficiaries.models.complaints
import django.db.models.deletion
import welfare.crypto
import welfare.workflow
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('beneficiaries', '0022_final_lists'),
        ('welfare', '0003_seed_work_calendar'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Complaint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(default=beneficiaries.models.complaints._reference, editable=False, max_length=12, unique=True, verbose_name='编号')),
                ('channel', models.CharField(choices=[('phone', '电话'), ('letter', '来信'), ('visit', '来访'), ('web', '网上'), ('transferred', '上级转办')], max_length=12, verbose_name='来源')),
                ('about', models.CharField(choices=[('favour', '优亲厚友'), ('false_list', '对象不实'), ('left_out', '应列未列'), ('withheld', '截留、冒领、代领'), ('short', '发放不足或变相收费'), ('conduct', '工作作风'), ('other', '其他')], max_length=12, verbose_name='反映类别')),
                ('content', welfare.crypto.EncryptedTextField(verbose_name='反映内容')),
                ('complainant_name', welfare.crypto.EncryptedTextField(blank=True, null=True, verbose_name='举报人')),
                ('complainant_contact', welfare.crypto.EncryptedTextField(blank=True, null=True, verbose_name='联系方式')),
                ('received_on', models.DateField(verbose_name='收到日期')),
                ('received_at', models.DateTimeField(verbose_name='登记时间')),
                ('due_on', models.DateField(verbose_name='办结期限')),
                ('status', welfare.workflow.StatusField(choices=[('received', '待交办'), ('handling', '核查中'), ('concluded', '已查结'), ('closed', '已反馈')], default='received', editable=False, max_length=20, verbose_name='状态')),
                ('finding', models.CharField(blank=True, choices=[('true', '属实'), ('partly', '部分属实'), ('untrue', '不属实'), ('unclear', '无法查实')], max_length=8, verbose_name='核查结论')),
                ('result', welfare.crypto.EncryptedTextField(blank=True, null=True, verbose_name='核查情况')),
                ('concluded_at', models.DateTimeField(editable=False, null=True, verbose_name='查结时间')),
                ('feedback_on', models.DateField(blank=True, null=True, verbose_name='反馈日期')),
                ('feedback_way', models.CharField(blank=True, choices=[('phone', '电话'), ('letter', '书面'), ('visit', '当面'), ('none', '匿名，无法反馈')], max_length=8, verbose_name='反馈方式')),
            ],
            options={
                'verbose_name': '举报',
                'verbose_name_plural': '举报',
                'ordering': ['-received_at', '-id'],
            },
        ),
        migrations.AddField(
            model_name='complaint',
            name='concluded_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='complaint',
            name='entry',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='complaints', to='beneficiaries.rosterentry', verbose_name='涉及对象'),
        ),
        migrations.AddField(
            model_name='complaint',
            name='handler',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='承办人'),
        ),
        migrations.AddField(
            model_name='complaint',
            name='household',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='complaints', to='beneficiaries.household', verbose_name='涉及户'),
        ),
        migrations.AddField(
            model_name='complaint',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='complaints', to='welfare.organisation', verbose_name='被反映机构'),
        ),
        migrations.AddField(
            model_name='complaint',
            name='received_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人'),
        ),
        migrations.AddField(
            model_name='complaint',
            name='roster',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='complaints', to='beneficiaries.roster', verbose_name='涉及名册'),
        ),
        migrations.AddIndex(
            model_name='complaint',
            index=models.Index(condition=models.Q(('status', 'closed'), _negated=True), fields=['organisation', 'due_on'], name='complaint_waiting'),
        ),
        migrations.AddConstraint(
            model_name='complaint',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['received', 'handling', 'concluded', 'closed'])), name='complaint_status_known'),
        ),
        migrations.AddConstraint(
            model_name='complaint',
            constraint=models.CheckConstraint(condition=models.Q(('due_on__gte', models.F('received_on'))), name='complaint_dates_in_order'),
        ),
        migrations.AddConstraint(
            model_name='complaint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('handler', None), ('status', 'received')), models.Q(models.Q(('status', 'received'), _negated=True), ('handler__isnull', False)), _connector='OR'), name='complaint_handled_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='complaint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('concluded_at', None), ('concluded_by', None), ('finding', ''), ('result__isnull', True), ('status__in', ['received', 'handling'])), models.Q(('concluded_at__isnull', False), ('concluded_by__isnull', False), ('result__isnull', False), ('status__in', ['concluded', 'closed']), models.Q(('finding', ''), _negated=True)), _connector='OR'), name='complaint_concluded_with_words'),
        ),
        migrations.AddConstraint(
            model_name='complaint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('status', 'closed'), _negated=True), ('feedback_on', None), ('feedback_way', '')), models.Q(('feedback_on__isnull', False), ('status', 'closed'), models.Q(('feedback_way', ''), _negated=True)), _connector='OR'), name='complaint_closed_with_feedback'),
        ),
    ]
