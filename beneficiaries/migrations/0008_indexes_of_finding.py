"""The orders of the list of households, and households by a fact of a member, each from one index."""

import datetime
import django.db.models.functions
import django.db.models.functions.comparison
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('beneficiaries', '0007_evidence_file_once'),
        ('welfare', '0003_seed_work_calendar'),
    ]

    operations = [
        migrations.RemoveIndex(model_name='household', name='household_number_prefix'),
        migrations.AddIndex(
            model_name='household',
            index=models.Index(django.db.models.functions.Collate('number', 'C'), name='household_number_prefix'),
        ),
        migrations.AddIndex(
            model_name='household',
            index=models.Index(django.db.models.functions.comparison.Coalesce('monthly_income', models.Value(Decimal('-1')), output_field=models.DecimalField()), models.F('organisation'), models.F('id'), name='household_by_income'),
        ),
        migrations.AddIndex(
            model_name='household',
            index=models.Index(django.db.models.functions.comparison.Coalesce('facts_on', models.Value(datetime.date(1, 1, 1)), output_field=models.DateField()), models.F('organisation'), models.F('id'), name='household_by_facts'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(condition=models.Q(('died_on', None), ('left_on', None)), fields=['household'], name='person_present'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(condition=models.Q(('died_on', None), ('left_on', None)), fields=['birth_on', 'household'], name='person_born'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(condition=models.Q(('died_on', None), ('left_on', None), models.Q(('disability_kind', ''), _negated=True)), fields=['household'], name='person_disabled'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(condition=models.Q(('died_on', None), ('left_on', None), models.Q(('school_stage', ''), _negated=True)), fields=['household'], name='person_student'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(condition=models.Q(('died_on', None), ('left_on', None), ('is_veteran', True)), fields=['household'], name='person_veteran'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(condition=models.Q(('died_on', None), ('left_on', None), ('work_state__isnull', False)), fields=['work_state', 'household'], name='person_work_state'),
        ),
    ]
