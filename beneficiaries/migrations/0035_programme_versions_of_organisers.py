from django.db import migrations, models


class Migration(migrations.Migration):
    """Versions of a programme are counted per organiser: two offices may load the same plan."""

    dependencies = [('beneficiaries', '0034_meeting_photos')]

    operations = [
        migrations.RemoveConstraint(model_name='programme', name='programme_code_version_once'),
        migrations.AddConstraint(
            model_name='programme',
            constraint=models.UniqueConstraint(
                fields=('organiser', 'code', 'version'), name='programme_code_version_once'
            ),
        ),
    ]
