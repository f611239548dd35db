"""Entries assigned from above before their sender was recorded: the organiser of the programme sent them."""

from django.db import migrations
from django.db.models import OuterRef, Subquery


def name_the_sender(apps, schema_editor):
    entry = apps.get_model("beneficiaries", "RosterEntry")
    programme = apps.get_model("beneficiaries", "Programme")
    organiser = programme.objects.filter(pk=OuterRef("programme")).values("organiser")[:1]
    entry.objects.filter(origin="assigned", assigned_by=None).update(assigned_by=Subquery(organiser))
    entry.objects.filter(origin__in=["application", "assigned", "import"], reason="").update(
        reason="（原未填写）"
    )


class Migration(migrations.Migration):
    dependencies = [("beneficiaries", "0014_entry_sender_and_reasons")]

    operations = [migrations.RunPython(name_the_sender, migrations.RunPython.noop)]
