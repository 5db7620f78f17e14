"""A code that the bureau has suspended is resumed by the bureau alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sharing", "0023_charts_from_the_index")]

    operations = [
        migrations.AddField(
            model_name="authorizationcode",
            name="held_by_bureau",
            field=models.BooleanField(default=False, verbose_name="由主管部门暂停"),
        ),
    ]
