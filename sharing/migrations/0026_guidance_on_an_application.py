"""A question to a provider may be about one application (HK-18)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sharing", "0025_developers_told_of_corrections")]

    operations = [
        migrations.AddField(
            model_name="guidanceticket",
            name="application",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="guidance",
                to="sharing.shareapplication",
                verbose_name="共享申请",
            ),
        ),
    ]
