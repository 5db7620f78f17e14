"""Who was told what is proof: the database itself refuses to remove it."""

from django.db import migrations

TABLES = ("notices_notice", "notices_delivery", "notices_reminder")
CREATE = """
CREATE FUNCTION notices_refuse_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'notices: DELETE on % is refused, who was told is kept', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
""" + "".join(
    f"CREATE TRIGGER keep_rows BEFORE DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION notices_refuse_delete();\n"
    for table in TABLES
)
DROP = "".join(f"DROP TRIGGER keep_rows ON {table};\n" for table in TABLES) + (
    "DROP FUNCTION notices_refuse_delete();"
)


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, DROP)]
