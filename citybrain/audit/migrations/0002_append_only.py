"""The database itself refuses to change or remove what the audit trail says.

Rows and whole tables have separate triggers: test runs, which empty tables between transactional
tests, disable `append_only_truncate` in their own database and keep `append_only` in force.
"""

from django.db import migrations

TABLES = ("audit_auditrecord", "audit_statechange", "audit_seal", "audit_sealedrecord")

FUNCTION = """
CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit trail: % on % is refused, records are append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END
$$
"""


def triggers(table):
    return migrations.RunSQL(
        [
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION audit_refuse_change()",
            f"CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change()",
        ],
        [
            f"DROP TRIGGER append_only_truncate ON {table}",
            f"DROP TRIGGER append_only ON {table}",
        ],
    )


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION audit_refuse_change()"),
        *[triggers(table) for table in TABLES],
    ]
