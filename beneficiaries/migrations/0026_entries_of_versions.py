import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models

import welfare.workflow


class Migration(migrations.Migration):
    """Copied entries name what they were copied from; one of a lineage holds the place."""

    dependencies = [
        ("beneficiaries", "0025_versions_of_rosters"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='rosterentry',
            name='roster_entry_household_once_per_programme',
        ),
        migrations.RemoveConstraint(
            model_name='rosterentry',
            name='roster_entry_person_once_per_programme',
        ),
        migrations.RemoveConstraint(
            model_name='rosterentry',
            name='roster_entry_institution_once_per_programme',
        ),
        migrations.RemoveConstraint(
            model_name='rosterentry',
            name='roster_entry_status_known',
        ),
        migrations.AddField(
            model_name='rosterentry',
            name='earlier',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='later', to='beneficiaries.rosterentry'),
        ),
        migrations.AddField(
            model_name='rosterentry',
            name='holds_place',
            field=models.BooleanField(default=True, editable=False, help_text='false in a copy while the earlier entry still stands'),
        ),
        migrations.AddField(
            model_name='rosterentry',
            name='root',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='beneficiaries.rosterentry'),
        ),
        migrations.AlterField(
            model_name='rosterentry',
            name='status',
            field=welfare.workflow.StatusField(choices=[('listed', '列入'), ('stopped', '异议暂停'), ('rejected', '评议未通过'), ('struck', '不予列入'), ('withdrawn', '已撤下'), ('final', '已定案'), ('superseded', '已被新版取代')], default='listed', editable=False, max_length=20, verbose_name='状态'),
        ),
        migrations.AddField(
            model_name='rosterentry',
            name='lineage',
            field=models.GeneratedField(db_persist=True, expression=django.db.models.functions.comparison.Coalesce('root', 'id'), output_field=models.BigIntegerField()),
        ),
        migrations.AddIndex(
            model_name='rosterentry',
            index=models.Index(fields=['lineage'], name='roster_entry_lineage'),
        ),
        migrations.AddConstraint(
            model_name='rosterentry',
            constraint=models.UniqueConstraint(condition=models.Q(('holds_place', True), ('status__in', ('listed', 'stopped', 'final')), ('household__isnull', False)), fields=('programme', 'household'), name='roster_entry_household_once_per_programme'),
        ),
        migrations.AddConstraint(
            model_name='rosterentry',
            constraint=models.UniqueConstraint(condition=models.Q(('holds_place', True), ('status__in', ('listed', 'stopped', 'final')), ('person__isnull', False)), fields=('programme', 'person'), name='roster_entry_person_once_per_programme'),
        ),
        migrations.AddConstraint(
            model_name='rosterentry',
            constraint=models.UniqueConstraint(condition=models.Q(('holds_place', True), ('status__in', ('listed', 'stopped', 'final')), ('institution__isnull', False)), fields=('programme', 'institution'), name='roster_entry_institution_once_per_programme'),
        ),
        migrations.AddConstraint(
            model_name='rosterentry',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ('listed', 'stopped', 'final'))), fields=('earlier',), name='roster_entry_copied_once'),
        ),
        migrations.AddConstraint(
            model_name='rosterentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('earlier', None), ('holds_place', True), ('root', None)), models.Q(('earlier__isnull', False), ('root__isnull', False), models.Q(('earlier', models.F('id')), _negated=True)), _connector='OR'), name='roster_entry_copy_names_earlier_and_root'),
        ),
        migrations.AddConstraint(
            model_name='rosterentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['final', 'superseded']), _negated=True), ('holds_place', True), _connector='OR'), name='roster_entry_final_holds_its_place'),
        ),
        migrations.AddConstraint(
            model_name='rosterentry',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['listed', 'stopped', 'rejected', 'struck', 'withdrawn', 'final', 'superseded'])), name='roster_entry_status_known'),
        ),
    ]
