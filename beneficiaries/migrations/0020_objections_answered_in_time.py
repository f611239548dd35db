from django.db import migrations, models


def say_what_was_done(apps, schema_editor):
    """Objections answered before it was asked: the papers were checked at least."""
    apps.get_model("beneficiaries", "Objection").objects.filter(status="answered").update(action="checked")


class Migration(migrations.Migration):

    dependencies = [
        ('beneficiaries', '0019_notice_channels'),
        ('welfare', '0003_seed_work_calendar'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='objection',
            name='objection_answered_with_words',
        ),
        migrations.AddField(
            model_name='objection',
            name='acted_on',
            field=models.DateField(blank=True, null=True, verbose_name='核查日期'),
        ),
        migrations.AddField(
            model_name='objection',
            name='action',
            field=models.CharField(blank=True, choices=[('checked', '核对材料'), ('resurveyed', '入户复核'), ('reassess', '重新评议')], max_length=12, verbose_name='核查方式'),
        ),
        migrations.AddField(
            model_name='objection',
            name='due_on',
            field=models.DateField(editable=False, null=True, verbose_name='答复期限'),
        ),
        migrations.RunPython(say_what_was_done, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='objection',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('action', ''), ('answered_at', None), ('is_upheld', None), ('status', 'open')), models.Q(('answered_at__isnull', False), ('status', 'answered'), models.Q(('answer', ''), _negated=True), models.Q(models.Q(('action__in', ['checked', 'resurveyed']), ('is_upheld__isnull', False)), models.Q(('action', 'reassess'), ('is_upheld', None)), _connector='OR')), _connector='OR'), name='objection_answered_with_words'),
        ),
        migrations.AddConstraint(
            model_name='objection',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('action__in', ['resurveyed']), _negated=True), ('acted_on__isnull', False), _connector='OR'), name='objection_resurvey_has_day'),
        ),
    ]
