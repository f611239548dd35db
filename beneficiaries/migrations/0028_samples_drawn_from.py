from django.db import migrations, models


class Migration(migrations.Migration):
    """A sample keeps the numbers it was drawn from, so that it can be drawn again."""

    dependencies = [
        ("beneficiaries", "0027_relatives_of_staff"),
    ]

    operations = [
        migrations.AddField(
            model_name="samplecheck",
            name="drawn_from",
            field=models.TextField(
                blank=True, default="", help_text="numbers it was drawn from: 1-5、7", verbose_name="抽取范围"
            ),
            preserve_default=False,
        ),
    ]
