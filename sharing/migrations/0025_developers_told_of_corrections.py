"""Developers are told of corrected open data; how many were is kept, never who."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sharing", "0024_codes_held_by_the_bureau")]

    operations = [
        migrations.AlterField(
            model_name="developerletter",
            name="kind",
            field=models.CharField(
                choices=[
                    ("confirm", "确认注册"),
                    ("sign_in", "登录链接"),
                    ("suspended", "暂停使用通知"),
                    ("restored", "恢复使用通知"),
                    ("corrected", "数据更正通知"),
                ],
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="OpenRedelivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rows", models.PositiveIntegerField(default=0, verbose_name="更正的数据行")),
                ("developers", models.PositiveIntegerField(default=0, verbose_name="告知的开发者")),
                ("told_at", models.DateTimeField(verbose_name="告知时间")),
                (
                    "correction",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="open_redelivery",
                        to="sharing.correctionrequest",
                    ),
                ),
            ],
            options={
                "verbose_name": "更正数据告知开发者",
                "verbose_name_plural": "更正数据告知开发者",
                "default_permissions": (),
            },
        ),
    ]
