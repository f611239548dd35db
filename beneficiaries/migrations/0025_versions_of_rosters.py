import django.db.models.deletion
from django.db import migrations, models

import welfare.workflow


class Migration(migrations.Migration):
    """A final roster stands until its new version is final too."""

    dependencies = [
        ("beneficiaries", "0024_doubted_entries"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='roster',
            name='roster_one_live_per_organisation',
        ),
        migrations.RemoveConstraint(
            model_name='roster',
            name='roster_status_known',
        ),
        migrations.RemoveConstraint(
            model_name='roster',
            name='roster_step_while_walking',
        ),
        migrations.AddField(
            model_name='roster',
            name='holds_place',
            field=models.BooleanField(default=True, editable=False, help_text='false while the earlier version still stands'),
        ),
        migrations.AddField(
            model_name='roster',
            name='replaces',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='beneficiaries.roster', verbose_name='修订自'),
        ),
        migrations.AddField(
            model_name='roster',
            name='revision_reason',
            field=models.CharField(blank=True, editable=False, max_length=300, verbose_name='修订理由'),
        ),
        migrations.AlterField(
            model_name='roster',
            name='status',
            field=welfare.workflow.StatusField(choices=[('drafting', '拟订'), ('assessing', '评议中'), ('submitting', '待提交'), ('on_notice', '公示中'), ('checking', '抽查中'), ('reviewing', '审核中'), ('final', '已定案'), ('superseded', '已被新版取代'), ('cancelled', '已撤销')], default='drafting', editable=False, max_length=20, verbose_name='状态'),
        ),
        migrations.AddConstraint(
            model_name='roster',
            constraint=models.UniqueConstraint(condition=models.Q(models.Q(('status__in', ['cancelled', 'superseded']), _negated=True), ('holds_place', True), ('supplement_to', None)), fields=('programme', 'organisation'), name='roster_one_live_per_organisation'),
        ),
        migrations.AddConstraint(
            model_name='roster',
            constraint=models.UniqueConstraint(condition=models.Q(models.Q(('status__in', ['cancelled', 'superseded']), _negated=True), ('holds_place', False)), fields=('programme', 'organisation'), name='roster_one_revision_per_organisation'),
        ),
        migrations.AddConstraint(
            model_name='roster',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('holds_place', True), ('replaces', None), ('revision_reason', '')), models.Q(('replaces__isnull', False), models.Q(('revision_reason', ''), _negated=True), models.Q(('replaces', models.F('id')), _negated=True)), _connector='OR'), name='roster_revision_names_what_it_replaces'),
        ),
        migrations.AddConstraint(
            model_name='roster',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['final', 'superseded']), _negated=True), ('holds_place', True), _connector='OR'), name='roster_final_holds_its_place'),
        ),
        migrations.AddConstraint(
            model_name='roster',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['drafting', 'assessing', 'submitting', 'on_notice', 'checking', 'reviewing', 'final', 'superseded', 'cancelled'])), name='roster_status_known'),
        ),
        migrations.AddConstraint(
            model_name='roster',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['drafting', 'final', 'superseded', 'cancelled']), ('step', None)), models.Q(models.Q(('status__in', ['drafting', 'final', 'superseded', 'cancelled']), _negated=True), ('step__isnull', False)), _connector='OR'), name='roster_step_while_walking'),
        ),
    ]
