"""What is assumed for want of a paper is an amount."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('beneficiaries', '0029_facts_of_criteria'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='evidencerequirement',
            constraint=models.CheckConstraint(condition=models.Q(('assumed_fact__in', ['', 'income', 'medical', 'loss']), models.Q(('assumed_value', None), ('assumed_value__gte', 0), _connector='OR')), name='evidence_requirement_assumes_an_amount'),
        ),
    ]
