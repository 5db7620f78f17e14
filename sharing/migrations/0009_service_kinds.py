"""Services are of kinds: where their records come from."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sharing", "0008_applications_whole")]

    operations = [
        migrations.AddField(
            model_name="interfaceservice",
            name="kind",
            field=models.CharField(
                choices=[("hosted", "托管数据")],
                default="hosted",
                max_length=12,
                verbose_name="服务类型",
            ),
        ),
    ]
