"""The registry in depth: dated facts, code lists, history, papers, pairs, saved filters, exports."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
import welfare.crypto
import welfare.money
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('beneficiaries', '0003_sample_organisations'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('welfare', '0003_seed_work_calendar'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('employer', '工作单位'), ('school', '就读学校')], max_length=10, verbose_name='关系')),
                ('place', models.CharField(blank=True, max_length=60, verbose_name='部门或班级')),
                ('from_on', models.DateField(verbose_name='起')),
                ('to_on', models.DateField(blank=True, null=True, verbose_name='止')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'verbose_name': '单位人员',
                'verbose_name_plural': '单位人员',
                'ordering': ['organisation', 'id'],
            },
        ),
        migrations.CreateModel(
            name='AttachmentVersion',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('purpose', models.CharField(choices=[('employer', '工作单位'), ('school', '就读学校')], max_length=10, verbose_name='关系')),
                ('place', models.CharField(blank=True, max_length=60, verbose_name='部门或班级')),
                ('from_on', models.DateField(verbose_name='起')),
                ('to_on', models.DateField(blank=True, null=True, verbose_name='止')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'verbose_name': '单位人员的历史',
                'verbose_name_plural': '单位人员的历史',
            },
        ),
        migrations.CreateModel(
            name='BankAccountVersion',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('bank_name', models.CharField(max_length=60, verbose_name='开户银行')),
                ('number', welfare.crypto.EncryptedTextField(verbose_name='银行卡号')),
                ('number_index', welfare.crypto.BlindIndexField()),
                ('is_current', models.BooleanField(default=True, verbose_name='使用中')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'verbose_name': '银行卡的历史',
                'verbose_name_plural': '银行卡的历史',
            },
        ),
        migrations.CreateModel(
            name='Code',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('ethnic_group', '民族'), ('marriage', '婚姻状况'), ('work_state', '就业状况'), ('veteran_kind', '优抚对象类别'), ('disease', '重大疾病病种'), ('housing', '住房情况'), ('housing_danger', '房屋安全等级'), ('institution_kind', '单位类型'), ('evidence_kind', '证明材料种类')], max_length=20, verbose_name='代码表')),
                ('code', models.CharField(max_length=30, verbose_name='代码')),
                ('name', models.CharField(max_length=40, verbose_name='名称')),
                ('aliases', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, help_text='导入时也认得的写法，用逗号隔开', size=None, verbose_name='别名')),
                ('standard', models.CharField(blank=True, max_length=40, verbose_name='所依标准')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='次序')),
                ('is_active', models.BooleanField(default=True, verbose_name='启用')),
            ],
            options={
                'verbose_name': '代码表',
                'verbose_name_plural': '代码表',
                'ordering': ['kind', 'position', 'code'],
            },
        ),
        migrations.CreateModel(
            name='DuplicatePair',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reasons', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('name_birth', '姓名和出生日期相同'), ('phone', '电话相同'), ('bank_card', '银行卡号相同'), ('near_name', '同户姓名相近')], max_length=12), size=None, verbose_name='相同之处')),
                ('found_at', models.DateTimeField(verbose_name='发现时间')),
                ('verdict', models.CharField(blank=True, choices=[('same', '同一人'), ('different', '不是同一人')], max_length=10, verbose_name='结论')),
                ('judged_at', models.DateTimeField(null=True, verbose_name='判定时间')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='说明')),
            ],
            options={
                'verbose_name': '疑似重复',
                'verbose_name_plural': '疑似重复',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(blank=True, max_length=100, verbose_name='名称')),
                ('file', models.FileField(max_length=120, upload_to='evidence/%Y/%m/')),
                ('content_type', models.CharField(max_length=40)),
                ('size', models.PositiveIntegerField(verbose_name='大小（字节）')),
                ('sha256', models.CharField(max_length=64)),
                ('issued_on', models.DateField(blank=True, null=True, verbose_name='出具日期')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='有效期至')),
                ('uploaded_at', models.DateTimeField(verbose_name='上传时间')),
                ('voided_at', models.DateTimeField(null=True, verbose_name='作废时间')),
                ('void_reason', models.CharField(blank=True, max_length=200, verbose_name='作废原因')),
            ],
            options={
                'verbose_name': '证明材料',
                'verbose_name_plural': '证明材料',
                'ordering': ['-uploaded_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='FormerResidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('left_on', models.DateField(verbose_name='迁出日期')),
                ('left_at', models.DateTimeField(help_text="when it was recorded: the state before it is the old community's")),
                ('reason', models.CharField(max_length=200, verbose_name='迁移原因')),
            ],
            options={
                'verbose_name': '迁出户',
                'verbose_name_plural': '迁出户',
                'ordering': ['-left_on', '-id'],
            },
        ),
        migrations.CreateModel(
            name='HardshipVersion',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('level', models.CharField(blank=True, max_length=20, verbose_name='等级')),
                ('basis', models.CharField(blank=True, max_length=200, verbose_name='认定依据')),
                ('from_on', models.DateField(verbose_name='起')),
                ('to_on', models.DateField(blank=True, null=True, verbose_name='止')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'verbose_name': '困难情况的历史',
                'verbose_name_plural': '困难情况的历史',
            },
        ),
        migrations.CreateModel(
            name='HouseholdVersion',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('number', models.CharField(max_length=30, verbose_name='户编号')),
                ('group_name', models.CharField(blank=True, max_length=30, verbose_name='组别')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='家庭住址')),
                ('is_rural', models.BooleanField(default=True, verbose_name='农村')),
                ('monthly_income', welfare.money.MoneyField(blank=True, null=True, verbose_name='家庭月人均收入（元）')),
                ('income_on', models.DateField(blank=True, null=True, verbose_name='收入核定日期')),
                ('medical_cost', welfare.money.MoneyField(blank=True, null=True, verbose_name='近12个月自付医疗费（元）')),
                ('medical_on', models.DateField(blank=True, null=True, verbose_name='医疗费截至日期')),
                ('disaster_loss', welfare.money.MoneyField(blank=True, null=True, verbose_name='灾害事故损失（元）')),
                ('loss_on', models.DateField(blank=True, null=True, verbose_name='受灾或事故日期')),
                ('facts_on', models.DateField(blank=True, null=True, verbose_name='数据日期')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='备注')),
                ('registered_on', models.DateField(verbose_name='建档日期')),
                ('is_archived', models.BooleanField(default=False, verbose_name='已归档')),
                ('archived_on', models.DateField(blank=True, null=True, verbose_name='归档日期')),
                ('archived_reason', models.CharField(blank=True, max_length=200, verbose_name='归档原因')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'verbose_name': '户的历史',
                'verbose_name_plural': '户的历史',
            },
        ),
        migrations.CreateModel(
            name='InstitutionVersion',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('name', models.CharField(max_length=100, verbose_name='单位名称')),
                ('credit_code', models.CharField(blank=True, max_length=18, verbose_name='统一社会信用代码')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='地址')),
                ('contact_name', models.CharField(blank=True, max_length=50, verbose_name='联系人')),
                ('contact_phone', welfare.crypto.EncryptedTextField(blank=True, null=True, verbose_name='联系电话')),
                ('stopped_months', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='停产月数')),
                ('bankrupt_on', models.DateField(blank=True, null=True, verbose_name='进入破产程序日期')),
                ('staff_count', models.PositiveIntegerField(blank=True, null=True, verbose_name='职工人数')),
                ('facts_on', models.DateField(blank=True, null=True, verbose_name='数据日期')),
                ('registered_on', models.DateField(verbose_name='建档日期')),
                ('is_archived', models.BooleanField(default=False, verbose_name='已归档')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='备注')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'verbose_name': '单位的历史',
                'verbose_name_plural': '单位的历史',
            },
        ),
        migrations.CreateModel(
            name='ListExport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200, verbose_name='内容')),
                ('query', models.CharField(help_text='the filter it was taken with', max_length=1000)),
                ('is_unmasked', models.BooleanField(default=False, verbose_name='含完整号码')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='用途')),
                ('row_count', models.PositiveIntegerField(null=True, verbose_name='行数')),
                ('file', models.FileField(blank=True, max_length=120, upload_to='exports/%Y/%m/')),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('requested_at', models.DateTimeField(verbose_name='申请时间')),
            ],
            options={
                'verbose_name': '名单导出',
                'verbose_name_plural': '名单导出',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Pairing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit', models.CharField(blank=True, max_length=100, verbose_name='帮扶单位')),
                ('from_on', models.DateField(verbose_name='起')),
                ('to_on', models.DateField(blank=True, null=True, verbose_name='止')),
                ('end_reason', models.CharField(blank=True, max_length=200, verbose_name='结束原因')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
            ],
            options={
                'verbose_name': '结对帮扶',
                'verbose_name_plural': '结对帮扶',
                'ordering': ['-from_on', '-id'],
            },
        ),
        migrations.CreateModel(
            name='PersonVersion',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('id', models.BigIntegerField()),
                ('name', models.CharField(max_length=60, verbose_name='姓名')),
                ('relation', models.CharField(choices=[('head', '户主'), ('spouse', '配偶'), ('child', '子女'), ('grandchild', '孙子女'), ('parent', '父母'), ('grandparent', '祖父母'), ('sibling', '兄弟姐妹'), ('child_in_law', '儿媳女婿'), ('other', '其他')], max_length=14, verbose_name='与户主关系')),
                ('id_number', welfare.crypto.EncryptedTextField(blank=True, null=True, verbose_name='身份证号')),
                ('id_number_index', welfare.crypto.BlindIndexField(null=True)),
                ('phone', welfare.crypto.EncryptedTextField(blank=True, null=True, verbose_name='联系电话')),
                ('phone_index', welfare.crypto.BlindIndexField(null=True)),
                ('sex', models.CharField(choices=[('0', '未知'), ('1', '男'), ('2', '女'), ('9', '未说明')], default='0', max_length=1, verbose_name='性别')),
                ('birth_on', models.DateField(blank=True, null=True, verbose_name='出生日期')),
                ('health', models.CharField(choices=[('healthy', '健康'), ('chronic', '慢性病'), ('severe', '重病'), ('disabled', '残疾')], default='healthy', max_length=10, verbose_name='健康状况')),
                ('disability_kind', models.CharField(blank=True, choices=[('visual', '视力'), ('hearing', '听力'), ('speech', '言语'), ('physical', '肢体'), ('intellectual', '智力'), ('mental', '精神'), ('multiple', '多重')], max_length=14, verbose_name='残疾类别')),
                ('disability_grade', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='残疾等级')),
                ('disability_certificate', welfare.crypto.EncryptedTextField(blank=True, null=True, verbose_name='残疾证号')),
                ('major_disease', models.CharField(blank=True, max_length=60, verbose_name='重大疾病')),
                ('school_stage', models.CharField(blank=True, choices=[('preschool', '学前'), ('primary', '小学'), ('junior', '初中'), ('senior', '高中/中专'), ('university', '大学')], max_length=12, verbose_name='在读阶段')),
                ('political_status', models.CharField(choices=[('masses', '群众'), ('party_member', '中共党员'), ('probationary', '中共预备党员'), ('league_member', '共青团员'), ('other', '其他')], default='masses', max_length=14, verbose_name='政治面貌')),
                ('is_veteran', models.BooleanField(default=False, verbose_name='退役军人')),
                ('is_counted', models.BooleanField(default=True, verbose_name='计入家庭人口')),
                ('not_counted_reason', models.CharField(blank=True, max_length=100, verbose_name='不计入原因')),
                ('died_on', models.DateField(blank=True, null=True, verbose_name='死亡日期')),
                ('left_on', models.DateField(blank=True, null=True, verbose_name='迁出日期')),
                ('left_reason', models.CharField(blank=True, max_length=200, verbose_name='迁出原因')),
                ('registered_on', models.DateField(blank=True, null=True, verbose_name='登记日期')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='备注')),
            ],
            options={
                'verbose_name': '人员的历史',
                'verbose_name_plural': '人员的历史',
            },
        ),
        migrations.CreateModel(
            name='SavedFilter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('page', models.CharField(help_text="name of the list's address", max_length=40)),
                ('name', models.CharField(max_length=40, verbose_name='名称')),
                ('query', models.CharField(help_text='the query string, without page and order', max_length=1000)),
                ('position', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'verbose_name': '常用筛选',
                'verbose_name_plural': '常用筛选',
                'ordering': ['position', 'name', 'id'],
            },
        ),
        migrations.AddField(
            model_name='bankaccount',
            name='created_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.AddField(
            model_name='hardship',
            name='created_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.AddField(
            model_name='household',
            name='archived_on',
            field=models.DateField(blank=True, null=True, verbose_name='归档日期'),
        ),
        migrations.AddField(
            model_name='household',
            name='archived_reason',
            field=models.CharField(blank=True, max_length=200, verbose_name='归档原因'),
        ),
        migrations.AddField(
            model_name='household',
            name='created_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.AddField(
            model_name='household',
            name='income_on',
            field=models.DateField(blank=True, null=True, verbose_name='收入核定日期'),
        ),
        migrations.AddField(
            model_name='household',
            name='loss_on',
            field=models.DateField(blank=True, null=True, verbose_name='受灾或事故日期'),
        ),
        migrations.AddField(
            model_name='household',
            name='medical_on',
            field=models.DateField(blank=True, null=True, verbose_name='医疗费截至日期'),
        ),
        migrations.AddField(
            model_name='household',
            name='merged_into',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='absorbed', to='beneficiaries.household', verbose_name='并入'),
        ),
        migrations.AddField(
            model_name='institution',
            name='bankrupt_on',
            field=models.DateField(blank=True, null=True, verbose_name='进入破产程序日期'),
        ),
        migrations.AddField(
            model_name='institution',
            name='created_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.AddField(
            model_name='institution',
            name='facts_on',
            field=models.DateField(blank=True, null=True, verbose_name='数据日期'),
        ),
        migrations.AddField(
            model_name='institution',
            name='is_archived',
            field=models.BooleanField(default=False, verbose_name='已归档'),
        ),
        migrations.AddField(
            model_name='person',
            name='created_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.AddField(
            model_name='person',
            name='disability_certificate',
            field=welfare.crypto.EncryptedTextField(blank=True, null=True, verbose_name='残疾证号'),
        ),
        migrations.AddField(
            model_name='person',
            name='id_tail6_index',
            field=welfare.crypto.BlindIndexField(db_index=True, null=True),
        ),
        migrations.AddField(
            model_name='person',
            name='left_reason',
            field=models.CharField(blank=True, max_length=200, verbose_name='迁出原因'),
        ),
        migrations.AddField(
            model_name='person',
            name='merged_into',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='absorbed', to='beneficiaries.person', verbose_name='并入'),
        ),
        migrations.AddField(
            model_name='person',
            name='registered_on',
            field=models.DateField(blank=True, null=True, verbose_name='登记日期'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bankaccount',
            trigger=pgtrigger.compiler.Trigger(name='changed_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "beneficiaries_bankaccountversion" ("bank_name", "created_at", "id", "is_current", "number", "number_index", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT old_values."bank_name", old_values."created_at", old_values."id", old_values."is_current", old_values."number", old_values."number_index", old_values."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'changed\', old_values."id" FROM ( SELECT old_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."bank_name" IS DISTINCT FROM (new_values."bank_name") OR old_values."created_at" IS DISTINCT FROM (new_values."created_at") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."is_current" IS DISTINCT FROM (new_values."is_current") OR old_values."number_index" IS DISTINCT FROM (new_values."number_index") OR old_values."person_id" IS DISTINCT FROM (new_values."person_id")) ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='30436590e3387c8be70efff9658eee4901cba102', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_changed_update_e089c', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='beneficiaries_bankaccount', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='bankaccount',
            trigger=pgtrigger.compiler.Trigger(name='deleted_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "beneficiaries_bankaccountversion" ("bank_name", "created_at", "id", "is_current", "number", "number_index", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id") SELECT old_values."bank_name", old_values."created_at", old_values."id", old_values."is_current", old_values."number", old_values."number_index", old_values."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'deleted\', old_values."id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='16aa60a61ad6965ade143df06846249d138ec464', level='STATEMENT', operation='DELETE', pgid='pgtrigger_deleted_delete_8d2aa', referencing='REFERENCING OLD TABLE AS old_values ', table='beneficiaries_bankaccount', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='hardship',
            trigger=pgtrigger.compiler.Trigger(name='changed_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "beneficiaries_hardshipversion" ("basis", "category_id", "created_at", "from_on", "household_id", "id", "level", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "to_on") SELECT old_values."basis", old_values."category_id", old_values."created_at", old_values."from_on", old_values."household_id", old_values."id", old_values."level", old_values."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'changed\', old_values."id", old_values."to_on" FROM ( SELECT old_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='0a197d6b4ba850de62dea05f0b669a9039703081', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_changed_update_d4687', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='beneficiaries_hardship', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='hardship',
            trigger=pgtrigger.compiler.Trigger(name='deleted_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "beneficiaries_hardshipversion" ("basis", "category_id", "created_at", "from_on", "household_id", "id", "level", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "to_on") SELECT old_values."basis", old_values."category_id", old_values."created_at", old_values."from_on", old_values."household_id", old_values."id", old_values."level", old_values."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'deleted\', old_values."id", old_values."to_on" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='35967d263c05776587abd1d5ed1980c91c27cdd5', level='STATEMENT', operation='DELETE', pgid='pgtrigger_deleted_delete_c5677', referencing='REFERENCING OLD TABLE AS old_values ', table='beneficiaries_hardship', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='household',
            trigger=pgtrigger.compiler.Trigger(name='changed_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "beneficiaries_householdversion" ("address", "archived_on", "archived_reason", "created_at", "disaster_loss", "facts_on", "group_name", "housing_danger_id", "housing_id", "id", "income_on", "is_archived", "is_rural", "loss_on", "medical_cost", "medical_on", "merged_into_id", "monthly_income", "note", "number", "organisation_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "registered_on") SELECT old_values."address", old_values."archived_on", old_values."archived_reason", old_values."created_at", old_values."disaster_loss", old_values."facts_on", old_values."group_name", old_values."housing_danger_id", old_values."housing_id", old_values."id", old_values."income_on", old_values."is_archived", old_values."is_rural", old_values."loss_on", old_values."medical_cost", old_values."medical_on", old_values."merged_into_id", old_values."monthly_income", old_values."note", old_values."number", old_values."organisation_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'changed\', old_values."id", old_values."registered_on" FROM ( SELECT old_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='e6acfa4250a482702cdf54fd18c71eac33654e86', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_changed_update_9e2bf', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='beneficiaries_household', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='household',
            trigger=pgtrigger.compiler.Trigger(name='deleted_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "beneficiaries_householdversion" ("address", "archived_on", "archived_reason", "created_at", "disaster_loss", "facts_on", "group_name", "housing_danger_id", "housing_id", "id", "income_on", "is_archived", "is_rural", "loss_on", "medical_cost", "medical_on", "merged_into_id", "monthly_income", "note", "number", "organisation_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "registered_on") SELECT old_values."address", old_values."archived_on", old_values."archived_reason", old_values."created_at", old_values."disaster_loss", old_values."facts_on", old_values."group_name", old_values."housing_danger_id", old_values."housing_id", old_values."id", old_values."income_on", old_values."is_archived", old_values."is_rural", old_values."loss_on", old_values."medical_cost", old_values."medical_on", old_values."merged_into_id", old_values."monthly_income", old_values."note", old_values."number", old_values."organisation_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'deleted\', old_values."id", old_values."registered_on" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='f2f6a597c5cba0c99167d1d153513d8e603424ed', level='STATEMENT', operation='DELETE', pgid='pgtrigger_deleted_delete_74e4f', referencing='REFERENCING OLD TABLE AS old_values ', table='beneficiaries_household', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='institution',
            trigger=pgtrigger.compiler.Trigger(name='changed_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "beneficiaries_institutionversion" ("address", "bankrupt_on", "contact_name", "contact_phone", "created_at", "credit_code", "facts_on", "id", "is_archived", "kind_id", "name", "note", "organisation_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "registered_on", "staff_count", "stopped_months") SELECT old_values."address", old_values."bankrupt_on", old_values."contact_name", old_values."contact_phone", old_values."created_at", old_values."credit_code", old_values."facts_on", old_values."id", old_values."is_archived", old_values."kind_id", old_values."name", old_values."note", old_values."organisation_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'changed\', old_values."id", old_values."registered_on", old_values."staff_count", old_values."stopped_months" FROM ( SELECT old_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."address" IS DISTINCT FROM (new_values."address") OR old_values."bankrupt_on" IS DISTINCT FROM (new_values."bankrupt_on") OR old_values."contact_name" IS DISTINCT FROM (new_values."contact_name") OR old_values."created_at" IS DISTINCT FROM (new_values."created_at") OR old_values."credit_code" IS DISTINCT FROM (new_values."credit_code") OR old_values."facts_on" IS DISTINCT FROM (new_values."facts_on") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."is_archived" IS DISTINCT FROM (new_values."is_archived") OR old_values."kind_id" IS DISTINCT FROM (new_values."kind_id") OR old_values."name" IS DISTINCT FROM (new_values."name") OR old_values."note" IS DISTINCT FROM (new_values."note") OR old_values."organisation_id" IS DISTINCT FROM (new_values."organisation_id") OR old_values."registered_on" IS DISTINCT FROM (new_values."registered_on") OR old_values."staff_count" IS DISTINCT FROM (new_values."staff_count") OR old_values."stopped_months" IS DISTINCT FROM (new_values."stopped_months")) ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='4a7d6143a3406febd37efa3354b86755b4218c7b', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_changed_update_a3260', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='beneficiaries_institution', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='institution',
            trigger=pgtrigger.compiler.Trigger(name='deleted_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "beneficiaries_institutionversion" ("address", "bankrupt_on", "contact_name", "contact_phone", "created_at", "credit_code", "facts_on", "id", "is_archived", "kind_id", "name", "note", "organisation_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "registered_on", "staff_count", "stopped_months") SELECT old_values."address", old_values."bankrupt_on", old_values."contact_name", old_values."contact_phone", old_values."created_at", old_values."credit_code", old_values."facts_on", old_values."id", old_values."is_archived", old_values."kind_id", old_values."name", old_values."note", old_values."organisation_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'deleted\', old_values."id", old_values."registered_on", old_values."staff_count", old_values."stopped_months" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='d7e440f6ffba9850d477a5591ebe9dab9ead600b', level='STATEMENT', operation='DELETE', pgid='pgtrigger_deleted_delete_4a511', referencing='REFERENCING OLD TABLE AS old_values ', table='beneficiaries_institution', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='person',
            trigger=pgtrigger.compiler.Trigger(name='changed_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "beneficiaries_personversion" ("birth_on", "created_at", "died_on", "disability_certificate", "disability_grade", "disability_kind", "ethnic_group_id", "health", "household_id", "id", "id_number", "id_number_index", "is_counted", "is_veteran", "left_on", "left_reason", "listed_disease_id", "major_disease", "marriage_id", "merged_into_id", "name", "not_counted_reason", "note", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "phone_index", "political_status", "registered_on", "relation", "school_stage", "sex", "veteran_kind_id", "work_state_id") SELECT old_values."birth_on", old_values."created_at", old_values."died_on", old_values."disability_certificate", old_values."disability_grade", old_values."disability_kind", old_values."ethnic_group_id", old_values."health", old_values."household_id", old_values."id", old_values."id_number", old_values."id_number_index", old_values."is_counted", old_values."is_veteran", old_values."left_on", old_values."left_reason", old_values."listed_disease_id", old_values."major_disease", old_values."marriage_id", old_values."merged_into_id", old_values."name", old_values."not_counted_reason", old_values."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'changed\', old_values."id", old_values."phone", old_values."phone_index", old_values."political_status", old_values."registered_on", old_values."relation", old_values."school_stage", old_values."sex", old_values."veteran_kind_id", old_values."work_state_id" FROM ( SELECT old_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values."birth_on" IS DISTINCT FROM (new_values."birth_on") OR old_values."created_at" IS DISTINCT FROM (new_values."created_at") OR old_values."died_on" IS DISTINCT FROM (new_values."died_on") OR old_values."disability_grade" IS DISTINCT FROM (new_values."disability_grade") OR old_values."disability_kind" IS DISTINCT FROM (new_values."disability_kind") OR old_values."ethnic_group_id" IS DISTINCT FROM (new_values."ethnic_group_id") OR old_values."health" IS DISTINCT FROM (new_values."health") OR old_values."household_id" IS DISTINCT FROM (new_values."household_id") OR old_values."id" IS DISTINCT FROM (new_values."id") OR old_values."id_number_index" IS DISTINCT FROM (new_values."id_number_index") OR old_values."is_counted" IS DISTINCT FROM (new_values."is_counted") OR old_values."is_veteran" IS DISTINCT FROM (new_values."is_veteran") OR old_values."left_on" IS DISTINCT FROM (new_values."left_on") OR old_values."left_reason" IS DISTINCT FROM (new_values."left_reason") OR old_values."listed_disease_id" IS DISTINCT FROM (new_values."listed_disease_id") OR old_values."major_disease" IS DISTINCT FROM (new_values."major_disease") OR old_values."marriage_id" IS DISTINCT FROM (new_values."marriage_id") OR old_values."merged_into_id" IS DISTINCT FROM (new_values."merged_into_id") OR old_values."name" IS DISTINCT FROM (new_values."name") OR old_values."not_counted_reason" IS DISTINCT FROM (new_values."not_counted_reason") OR old_values."note" IS DISTINCT FROM (new_values."note") OR old_values."phone_index" IS DISTINCT FROM (new_values."phone_index") OR old_values."political_status" IS DISTINCT FROM (new_values."political_status") OR old_values."registered_on" IS DISTINCT FROM (new_values."registered_on") OR old_values."relation" IS DISTINCT FROM (new_values."relation") OR old_values."school_stage" IS DISTINCT FROM (new_values."school_stage") OR old_values."sex" IS DISTINCT FROM (new_values."sex") OR old_values."veteran_kind_id" IS DISTINCT FROM (new_values."veteran_kind_id") OR old_values."work_state_id" IS DISTINCT FROM (new_values."work_state_id")) ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='d18b32513530bec97ff735f0c71b85415fb30613', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_changed_update_4083d', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='beneficiaries_person', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='person',
            trigger=pgtrigger.compiler.Trigger(name='deleted_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "beneficiaries_personversion" ("birth_on", "created_at", "died_on", "disability_certificate", "disability_grade", "disability_kind", "ethnic_group_id", "health", "household_id", "id", "id_number", "id_number_index", "is_counted", "is_veteran", "left_on", "left_reason", "listed_disease_id", "major_disease", "marriage_id", "merged_into_id", "name", "not_counted_reason", "note", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "phone_index", "political_status", "registered_on", "relation", "school_stage", "sex", "veteran_kind_id", "work_state_id") SELECT old_values."birth_on", old_values."created_at", old_values."died_on", old_values."disability_certificate", old_values."disability_grade", old_values."disability_kind", old_values."ethnic_group_id", old_values."health", old_values."household_id", old_values."id", old_values."id_number", old_values."id_number_index", old_values."is_counted", old_values."is_veteran", old_values."left_on", old_values."left_reason", old_values."listed_disease_id", old_values."major_disease", old_values."marriage_id", old_values."merged_into_id", old_values."name", old_values."not_counted_reason", old_values."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'deleted\', old_values."id", old_values."phone", old_values."phone_index", old_values."political_status", old_values."registered_on", old_values."relation", old_values."school_stage", old_values."sex", old_values."veteran_kind_id", old_values."work_state_id" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='b1dafefd4f68e1eddf5d820956a65757c1a29dc6', level='STATEMENT', operation='DELETE', pgid='pgtrigger_deleted_delete_ac7f5', referencing='REFERENCING OLD TABLE AS old_values ', table='beneficiaries_person', when='AFTER')),
        ),
        migrations.AddField(
            model_name='attachment',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='welfare.organisation', verbose_name='单位'),
        ),
        migrations.AddField(
            model_name='attachment',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='beneficiaries.person', verbose_name='人员'),
        ),
        migrations.AddField(
            model_name='attachmentversion',
            name='organisation',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='welfare.organisation', verbose_name='单位'),
        ),
        migrations.AddField(
            model_name='attachmentversion',
            name='person',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='beneficiaries.person', verbose_name='人员'),
        ),
        migrations.AddField(
            model_name='attachmentversion',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='versions', to='beneficiaries.attachment'),
        ),
        migrations.AddField(
            model_name='bankaccountversion',
            name='person',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='beneficiaries.person', verbose_name='持卡人'),
        ),
        migrations.AddField(
            model_name='bankaccountversion',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='versions', to='beneficiaries.bankaccount'),
        ),
        migrations.AddConstraint(
            model_name='code',
            constraint=models.UniqueConstraint(fields=('kind', 'code'), name='code_once_per_kind'),
        ),
        migrations.AddConstraint(
            model_name='code',
            constraint=models.UniqueConstraint(fields=('kind', 'name'), name='code_name_once_per_kind'),
        ),
        migrations.AddField(
            model_name='household',
            name='housing',
            field=models.ForeignKey(blank=True, db_index=False, limit_choices_to={'is_active': True, 'kind': 'housing'}, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='beneficiaries.code', verbose_name='住房情况'),
        ),
        migrations.AddField(
            model_name='household',
            name='housing_danger',
            field=models.ForeignKey(blank=True, db_index=False, limit_choices_to={'is_active': True, 'kind': 'housing_danger'}, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='beneficiaries.code', verbose_name='房屋安全等级'),
        ),
        migrations.AddField(
            model_name='institution',
            name='kind',
            field=models.ForeignKey(blank=True, db_index=False, limit_choices_to={'is_active': True, 'kind': 'institution_kind'}, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='beneficiaries.code', verbose_name='单位类型'),
        ),
        migrations.AddField(
            model_name='person',
            name='ethnic_group',
            field=models.ForeignKey(blank=True, db_index=False, limit_choices_to={'is_active': True, 'kind': 'ethnic_group'}, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='beneficiaries.code', verbose_name='民族'),
        ),
        migrations.AddField(
            model_name='person',
            name='listed_disease',
            field=models.ForeignKey(blank=True, db_index=False, limit_choices_to={'is_active': True, 'kind': 'disease'}, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='beneficiaries.code', verbose_name='病种'),
        ),
        migrations.AddField(
            model_name='person',
            name='marriage',
            field=models.ForeignKey(blank=True, db_index=False, limit_choices_to={'is_active': True, 'kind': 'marriage'}, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='beneficiaries.code', verbose_name='婚姻状况'),
        ),
        migrations.AddField(
            model_name='person',
            name='veteran_kind',
            field=models.ForeignKey(blank=True, db_index=False, limit_choices_to={'is_active': True, 'kind': 'veteran_kind'}, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='beneficiaries.code', verbose_name='优抚对象类别'),
        ),
        migrations.AddField(
            model_name='person',
            name='work_state',
            field=models.ForeignKey(blank=True, db_index=False, limit_choices_to={'is_active': True, 'kind': 'work_state'}, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='beneficiaries.code', verbose_name='就业状况'),
        ),
        migrations.AddIndex(
            model_name='household',
            index=models.Index(fields=['number'], name='household_number_prefix', opclasses=['varchar_pattern_ops']),
        ),
        migrations.AddConstraint(
            model_name='household',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('archived_on', None), ('archived_reason', ''), ('is_archived', False), ('merged_into', None)), models.Q(('archived_on__isnull', False), ('is_archived', True), models.Q(('archived_reason', ''), _negated=True)), _connector='OR'), name='household_archived_with_date_and_reason'),
        ),
        migrations.AddConstraint(
            model_name='household',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into', None), models.Q(('merged_into', models.F('id')), _negated=True), _connector='OR'), name='household_not_into_itself'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.CheckConstraint(condition=models.Q(('veteran_kind', None), ('is_veteran', True), _connector='OR'), name='person_veteran_kind_of_veteran'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into', None), models.Q(('left_on__isnull', False), models.Q(('merged_into', models.F('id')), _negated=True)), _connector='OR'), name='person_merged_has_left'),
        ),
        migrations.AddField(
            model_name='duplicatepair',
            name='first',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='beneficiaries.person', verbose_name='甲'),
        ),
        migrations.AddField(
            model_name='duplicatepair',
            name='judged_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='判定人'),
        ),
        migrations.AddField(
            model_name='duplicatepair',
            name='second',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='beneficiaries.person', verbose_name='乙'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='hardship',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='beneficiaries.hardship', verbose_name='证明的困难情况'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='household',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='beneficiaries.household'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='institution',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='beneficiaries.institution'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='kind',
            field=models.ForeignKey(blank=True, db_index=False, limit_choices_to={'is_active': True, 'kind': 'evidence_kind'}, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='beneficiaries.code', verbose_name='种类'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='person',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='beneficiaries.person'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='uploaded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='上传人'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='voided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='作废人'),
        ),
        migrations.AddField(
            model_name='formerresidence',
            name='household',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='former_residences', to='beneficiaries.household', verbose_name='户'),
        ),
        migrations.AddField(
            model_name='formerresidence',
            name='moved_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='经办人'),
        ),
        migrations.AddField(
            model_name='formerresidence',
            name='moved_to',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='welfare.organisation', verbose_name='迁入村(社区)'),
        ),
        migrations.AddField(
            model_name='formerresidence',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='welfare.organisation', verbose_name='迁出村(社区)'),
        ),
        migrations.AddField(
            model_name='hardshipversion',
            name='category',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='beneficiaries.hardshipcategory', verbose_name='困难类别'),
        ),
        migrations.AddField(
            model_name='hardshipversion',
            name='household',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='beneficiaries.household'),
        ),
        migrations.AddField(
            model_name='hardshipversion',
            name='person',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='beneficiaries.person'),
        ),
        migrations.AddField(
            model_name='hardshipversion',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='versions', to='beneficiaries.hardship'),
        ),
        migrations.AddField(
            model_name='householdversion',
            name='housing',
            field=models.ForeignKey(blank=True, db_constraint=False, limit_choices_to={'is_active': True, 'kind': 'housing'}, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='beneficiaries.code', verbose_name='住房情况'),
        ),
        migrations.AddField(
            model_name='householdversion',
            name='housing_danger',
            field=models.ForeignKey(blank=True, db_constraint=False, limit_choices_to={'is_active': True, 'kind': 'housing_danger'}, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='beneficiaries.code', verbose_name='房屋安全等级'),
        ),
        migrations.AddField(
            model_name='householdversion',
            name='merged_into',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='beneficiaries.household', verbose_name='并入'),
        ),
        migrations.AddField(
            model_name='householdversion',
            name='organisation',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='welfare.organisation', verbose_name='村(社区)'),
        ),
        migrations.AddField(
            model_name='householdversion',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='versions', to='beneficiaries.household'),
        ),
        migrations.AddField(
            model_name='institutionversion',
            name='kind',
            field=models.ForeignKey(blank=True, db_constraint=False, limit_choices_to={'is_active': True, 'kind': 'institution_kind'}, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='beneficiaries.code', verbose_name='单位类型'),
        ),
        migrations.AddField(
            model_name='institutionversion',
            name='organisation',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='welfare.organisation', verbose_name='所在机构'),
        ),
        migrations.AddField(
            model_name='institutionversion',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='versions', to='beneficiaries.institution'),
        ),
        migrations.AddField(
            model_name='listexport',
            name='job',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='welfare.job'),
        ),
        migrations.AddField(
            model_name='listexport',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='welfare.organisation', verbose_name='范围'),
        ),
        migrations.AddField(
            model_name='listexport',
            name='requested_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='导出人'),
        ),
        migrations.AddField(
            model_name='pairing',
            name='cadre',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pairings', to=settings.AUTH_USER_MODEL, verbose_name='帮扶干部'),
        ),
        migrations.AddField(
            model_name='pairing',
            name='household',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pairings', to='beneficiaries.household', verbose_name='户'),
        ),
        migrations.AddField(
            model_name='personversion',
            name='ethnic_group',
            field=models.ForeignKey(blank=True, db_constraint=False, limit_choices_to={'is_active': True, 'kind': 'ethnic_group'}, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='beneficiaries.code', verbose_name='民族'),
        ),
        migrations.AddField(
            model_name='personversion',
            name='household',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='beneficiaries.household', verbose_name='户'),
        ),
        migrations.AddField(
            model_name='personversion',
            name='listed_disease',
            field=models.ForeignKey(blank=True, db_constraint=False, limit_choices_to={'is_active': True, 'kind': 'disease'}, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='beneficiaries.code', verbose_name='病种'),
        ),
        migrations.AddField(
            model_name='personversion',
            name='marriage',
            field=models.ForeignKey(blank=True, db_constraint=False, limit_choices_to={'is_active': True, 'kind': 'marriage'}, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='beneficiaries.code', verbose_name='婚姻状况'),
        ),
        migrations.AddField(
            model_name='personversion',
            name='merged_into',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='beneficiaries.person', verbose_name='并入'),
        ),
        migrations.AddField(
            model_name='personversion',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='versions', to='beneficiaries.person'),
        ),
        migrations.AddField(
            model_name='personversion',
            name='veteran_kind',
            field=models.ForeignKey(blank=True, db_constraint=False, limit_choices_to={'is_active': True, 'kind': 'veteran_kind'}, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='beneficiaries.code', verbose_name='优抚对象类别'),
        ),
        migrations.AddField(
            model_name='personversion',
            name='work_state',
            field=models.ForeignKey(blank=True, db_constraint=False, limit_choices_to={'is_active': True, 'kind': 'work_state'}, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='beneficiaries.code', verbose_name='就业状况'),
        ),
        migrations.AddField(
            model_name='savedfilter',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_filters', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.UniqueConstraint(condition=models.Q(('to_on', None)), fields=('person', 'organisation', 'purpose'), name='attachment_once_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.CheckConstraint(condition=models.Q(('to_on', None), ('to_on__gte', models.F('from_on')), _connector='OR'), name='attachment_dates_in_order'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attachment',
            trigger=pgtrigger.compiler.Trigger(name='changed_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "beneficiaries_attachmentversion" ("created_at", "from_on", "id", "organisation_id", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "purpose", "to_on") SELECT old_values."created_at", old_values."from_on", old_values."id", old_values."organisation_id", old_values."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'changed\', old_values."id", old_values."place", old_values."purpose", old_values."to_on" FROM ( SELECT old_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='b0a416d461ec989ee2bdf9da9d64b9c29ffb9598', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_changed_update_fbeb8', referencing='REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ', table='beneficiaries_attachment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attachment',
            trigger=pgtrigger.compiler.Trigger(name='deleted_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "beneficiaries_attachmentversion" ("created_at", "from_on", "id", "organisation_id", "person_id", "pgh_context", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "purpose", "to_on") SELECT old_values."created_at", old_values."from_on", old_values."id", old_values."organisation_id", old_values."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, CLOCK_TIMESTAMP(), \'deleted\', old_values."id", old_values."place", old_values."purpose", old_values."to_on" FROM ( SELECT old_values.* FROM old_values  ) AS old_values, _pgh_attached_context; RETURN NULL;', hash='7dfd91cf4c853ca63b6a8942059c14287d36ec7b', level='STATEMENT', operation='DELETE', pgid='pgtrigger_deleted_delete_051ca', referencing='REFERENCING OLD TABLE AS old_values ', table='beneficiaries_attachment', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='duplicatepair',
            constraint=models.UniqueConstraint(fields=('first', 'second'), name='duplicate_pair_once'),
        ),
        migrations.AddConstraint(
            model_name='duplicatepair',
            constraint=models.CheckConstraint(condition=models.Q(('first__lt', models.F('second'))), name='duplicate_pair_in_order'),
        ),
        migrations.AddConstraint(
            model_name='duplicatepair',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('judged_at', None), ('judged_by', None), ('verdict', '')), models.Q(models.Q(('verdict', ''), _negated=True), ('judged_at__isnull', False), ('judged_by__isnull', False)), _connector='OR'), name='duplicate_pair_judged_complete'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('household__isnull', False), ('institution', None), ('person', None)), models.Q(('household', None), ('institution', None), ('person__isnull', False)), models.Q(('household', None), ('institution__isnull', False), ('person', None)), _connector='OR'), name='evidence_one_subject'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('void_reason', ''), ('voided_at', None), ('voided_by', None)), models.Q(('voided_at__isnull', False), ('voided_by__isnull', False), models.Q(('void_reason', ''), _negated=True)), _connector='OR'), name='evidence_void_complete'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(('issued_on', None), ('valid_until', None), ('valid_until__gte', models.F('issued_on')), _connector='OR'), name='evidence_dates_in_order'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(('kind__isnull', False)), name='evidence_has_kind'),
        ),
        migrations.AddConstraint(
            model_name='formerresidence',
            constraint=models.CheckConstraint(condition=models.Q(('organisation', models.F('moved_to')), _negated=True), name='former_residence_elsewhere'),
        ),
        migrations.AddConstraint(
            model_name='formerresidence',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='former_residence_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='listexport',
            constraint=models.CheckConstraint(condition=models.Q(('is_unmasked', False), models.Q(('reason', ''), _negated=True), _connector='OR'), name='list_export_unmasked_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='pairing',
            constraint=models.UniqueConstraint(condition=models.Q(('to_on', None)), fields=('household', 'cadre'), name='pairing_once_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='pairing',
            constraint=models.CheckConstraint(condition=models.Q(('to_on', None), ('to_on__gte', models.F('from_on')), _connector='OR'), name='pairing_dates_in_order'),
        ),
        migrations.AddConstraint(
            model_name='pairing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('end_reason', ''), ('to_on', None)), models.Q(('to_on__isnull', False), models.Q(('end_reason', ''), _negated=True)), _connector='OR'), name='pairing_end_with_reason'),
        ),
        migrations.AddConstraint(
            model_name='savedfilter',
            constraint=models.UniqueConstraint(fields=('user', 'page', 'name'), name='saved_filter_name_once', violation_error_message='已有同名的常用筛选。'),
        ),
    ]
