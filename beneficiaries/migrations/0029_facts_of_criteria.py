"""More facts that a criterion may test."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('beneficiaries', '0028_samples_drawn_from'),
    ]

    operations = [
        migrations.AlterField(
            model_name='criterion',
            name='fact',
            field=models.CharField(blank=True, choices=[('income', '家庭月人均收入（元）'), ('income_multiple', '月人均收入与低保标准之比（倍）'), ('medical', '近12个月自付医疗费（元）'), ('loss', '灾害事故损失（元）'), ('category', '持有困难类别'), ('disabled_count', '残疾人数'), ('severe_disabled_count', '重度残疾人数（1–2级）'), ('has_major_disease', '有重大疾病成员'), ('school_stage', '有在读学生（学段）'), ('child_count', '未成年人数'), ('member_count', '家庭人口'), ('eldest_age', '最年长成员年龄（岁）'), ('youngest_age', '最年幼成员年龄（岁）'), ('lives_alone', '独居'), ('party_member', '有中共党员'), ('veteran', '有退役军人'), ('helped_this_year', '本年度已获救助'), ('months_stopped', '单位停产月数'), ('is_bankrupt', '单位已进入破产程序'), ('helped_before', '以往获过救助（年度、方案编号）'), ('months_on_file', '建档满几个月'), ('listed_disease', '成员所患病种'), ('disability_grade', '成员残疾等级'), ('housing_danger', '房屋安全等级'), ('work_state', '成员就业状况'), ('veteran_kind', '成员优抚对象类别')], max_length=24, verbose_name='项目'),
        ),
        migrations.AlterField(
            model_name='evidencerequirement',
            name='assumed_fact',
            field=models.CharField(blank=True, choices=[('income', '家庭月人均收入（元）'), ('income_multiple', '月人均收入与低保标准之比（倍）'), ('medical', '近12个月自付医疗费（元）'), ('loss', '灾害事故损失（元）'), ('category', '持有困难类别'), ('disabled_count', '残疾人数'), ('severe_disabled_count', '重度残疾人数（1–2级）'), ('has_major_disease', '有重大疾病成员'), ('school_stage', '有在读学生（学段）'), ('child_count', '未成年人数'), ('member_count', '家庭人口'), ('eldest_age', '最年长成员年龄（岁）'), ('youngest_age', '最年幼成员年龄（岁）'), ('lives_alone', '独居'), ('party_member', '有中共党员'), ('veteran', '有退役军人'), ('helped_this_year', '本年度已获救助'), ('months_stopped', '单位停产月数'), ('is_bankrupt', '单位已进入破产程序'), ('helped_before', '以往获过救助（年度、方案编号）'), ('months_on_file', '建档满几个月'), ('listed_disease', '成员所患病种'), ('disability_grade', '成员残疾等级'), ('housing_danger', '房屋安全等级'), ('work_state', '成员就业状况'), ('veteran_kind', '成员优抚对象类别')], max_length=24, verbose_name='缺证明时推定'),
        ),
    ]
