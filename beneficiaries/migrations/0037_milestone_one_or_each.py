from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Whose a milestone is: one organisation's or each community's, not both."""

    dependencies = [('beneficiaries', '0036_milestones_of_each_community')]

    operations = [
        migrations.AddConstraint(
            model_name='milestone',
            constraint=models.CheckConstraint(
                condition=Q(is_each_community=False) | Q(responsible_organisation=None),
                name='milestone_of_one_or_of_each',
                violation_error_message='勾选“各村(社区)的”，就不再填责任机构。',
            ),
        ),
    ]
