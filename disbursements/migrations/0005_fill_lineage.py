from django.db import migrations


class Migration(migrations.Migration):
    """Lines drawn up so far."""

    dependencies = [
        ("disbursements", "0004_lines_know_their_lineage"),
    ]

    operations = [
        migrations.RunSQL(
            """
            UPDATE disbursements_sheetline AS line SET lineage = entry.lineage
            FROM beneficiaries_rosterentry AS entry WHERE entry.id = line.entry_id
            """,
            migrations.RunSQL.noop,
        ),
    ]
