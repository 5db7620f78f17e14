"""Who used what is kept for at least three years (SC-29): the database itself refuses otherwise."""

from django.db import migrations

CREATE = """
CREATE FUNCTION sharing_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'calls: % on % is refused, records of use are append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON sharing_servicecall
    FOR EACH ROW EXECUTE FUNCTION sharing_refuse_change()
"""
DROP = "DROP TRIGGER append_only ON sharing_servicecall; DROP FUNCTION sharing_refuse_change()"


class Migration(migrations.Migration):
    dependencies = [("sharing", "0002_drafts_and_switches")]

    operations = [migrations.RunSQL(CREATE, DROP)]
