from django.db import migrations

# The order of catalog.choices.Grade when this was written.
FILL = """
    UPDATE catalog_catalogentry AS entry
    SET grade = (ARRAY['general_1', 'general_2', 'general_3', 'general_4', 'important', 'core'])[found.highest]
    FROM (
        SELECT item.entry_id, count(*) = count(graded.id) AS is_complete, max(array_position(
            ARRAY['general_1', 'general_2', 'general_3', 'general_4', 'important', 'core'],
            graded.grade::text
        )) AS highest
        FROM catalog_dataitem AS item
        LEFT JOIN security_itemgrade AS graded
            ON graded.item_id = item.id
            AND graded.confirmed_for = item.name || '|' || item.data_type
        GROUP BY item.entry_id
    ) AS found
    WHERE found.entry_id = entry.id AND found.is_complete
"""


class Migration(migrations.Migration):
    dependencies = [("security", "0002_grades_of_revisions"), ("catalog", "0021_grade_of_entries")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
