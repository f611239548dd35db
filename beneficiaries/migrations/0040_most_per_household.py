"""Of one household, so many people at most in a category."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('beneficiaries', '0039_notice_channels_are_known'),
    ]

    operations = [
        migrations.AddField(
            model_name='aidcategory',
            name='most_per_household',
            field=models.PositiveSmallIntegerField(blank=True, help_text='同一户已有这么多人列入本方案的，不再列入本类别；不填，几人符合就列几人。只用于以人为对象的类别', null=True, verbose_name='每户最多（人）'),
        ),
        migrations.AddConstraint(
            model_name='aidcategory',
            constraint=models.CheckConstraint(condition=models.Q(('most_per_household', None), models.Q(('most_per_household__gte', 1), ('unit', 'person')), _connector='OR'), name='aid_category_most_of_persons', violation_error_message='“每户最多”只用于以人为对象的类别，至少1人。'),
        ),
    ]
