"""The database itself refuses to remove a duty: met or missed, it happened."""

from django.db import migrations

CREATE = """
CREATE FUNCTION duties_refuse_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'duties: DELETE on % is refused, duties are kept', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER keep_duties BEFORE DELETE ON duties_duty
    FOR EACH ROW EXECUTE FUNCTION duties_refuse_delete()
"""
DROP = "DROP TRIGGER keep_duties ON duties_duty; DROP FUNCTION duties_refuse_delete()"


class Migration(migrations.Migration):
    dependencies = [("duties", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, DROP)]
