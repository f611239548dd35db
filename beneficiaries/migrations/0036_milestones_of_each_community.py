from django.db import migrations, models


class Migration(migrations.Migration):
    """A milestone may be each covered community's."""

    dependencies = [('beneficiaries', '0035_programme_versions_of_organisers')]

    operations = [
        migrations.AddField(
            model_name='milestone',
            name='is_each_community',
            field=models.BooleanField(
                default=False,
                help_text='勾选后，实施范围内各村(社区)都在待办中看到，直到主办机构登记完成',
                verbose_name='各村(社区)的',
            ),
        ),
    ]
