"""A record that the cyberspace office has returned is entered anew under its number."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("security", "0004_data_abroad")]

    operations = [
        migrations.RemoveConstraint(
            model_name="exportassessment", name="export_assessment_once"
        ),
        migrations.AddConstraint(
            model_name="exportassessment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "returned"), _negated=True),
                fields=("way", "number"),
                name="export_assessment_once",
                violation_error_message="这一编号已登记过。",
            ),
        ),
    ]
