import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """An entry may be marked as doubtful, and a meeting waived where nobody is."""

    dependencies = [
        ("beneficiaries", "0023_complaints"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='rosterentry',
            name='doubt',
            field=models.CharField(blank=True, help_text='标明后须经民主评议', max_length=200, verbose_name='疑义'),
        ),
        migrations.AddField(
            model_name='rosterentry',
            name='doubted_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='标明时间'),
        ),
        migrations.AddField(
            model_name='rosterentry',
            name='doubted_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='标明人'),
        ),
        migrations.AlterField(
            model_name='decision',
            name='outcome',
            field=models.CharField(choices=[('agreed', '同意'), ('returned', '退回'), ('struck', '不予列入'), ('waived', '免予评议')], max_length=10, verbose_name='意见'),
        ),
        migrations.AddConstraint(
            model_name='rosterentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('doubt', ''), ('doubted_at', None), ('doubted_by', None)), models.Q(models.Q(('doubt', ''), _negated=True), ('doubted_at__isnull', False), ('doubted_by__isnull', False)), _connector='OR'), name='roster_entry_doubt_by_at_together'),
        ),
    ]
