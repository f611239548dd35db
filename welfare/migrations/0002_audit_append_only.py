"""The database refuses UPDATE, DELETE and TRUNCATE of the audit trail and of duty records."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION welfare_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
"""
TABLES = ["welfare_auditevent", "welfare_auditlink", "welfare_dutyrecord"]


def triggers(table):
    return (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION welfare_append_only();"
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION welfare_append_only();"
    )


class Migration(migrations.Migration):
    dependencies = [("welfare", "0001_initial")]

    operations = [
        migrations.RunSQL(FORWARD, "DROP FUNCTION welfare_append_only() CASCADE;"),
        *(migrations.RunSQL(triggers(table), migrations.RunSQL.noop) for table in TABLES),
    ]
