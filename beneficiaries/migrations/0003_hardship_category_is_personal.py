from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("beneficiaries", "0002_milestone_starts_on")]

    operations = [
        migrations.AddField(
            "hardshipcategory",
            "is_personal",
            models.BooleanField("属于个人", default=False, help_text="由本人持有（如退役军人），而非全户"),
        ),
    ]
