"""Which items a package holds: those that are barred later are not sent any more."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sharing", "0021_calls_without_locks")]

    operations = [
        migrations.AddField(
            model_name="exchangepackage",
            name="items",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(), editable=False, null=True, size=None
            ),
        ),
    ]
