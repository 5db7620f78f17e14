"""Charts of years add up the days of one department from the index alone."""

from django.db import migrations, models

ADDED_UP = ("outcome", "calls", "milliseconds")


class Migration(migrations.Migration):
    dependencies = [("sharing", "0022_items_of_packages")]

    operations = [
        migrations.RemoveIndex(model_name="dailyuse", name="use_by_consumer"),
        migrations.RemoveIndex(model_name="dailyuse", name="use_by_provider"),
        migrations.AddIndex(
            model_name="dailyuse",
            index=models.Index(
                fields=["consumer", "day"], include=ADDED_UP, name="use_of_consumer"
            ),
        ),
        migrations.AddIndex(
            model_name="dailyuse",
            index=models.Index(
                fields=["provider", "day"], include=ADDED_UP, name="use_of_provider"
            ),
        ),
    ]
