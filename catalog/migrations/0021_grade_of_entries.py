from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0020_libraries_and_sources")]

    operations = [
        migrations.AddField(
            model_name="catalogentry",
            name="grade",
            field=models.CharField(
                choices=[
                    ("general_1", "一般数据1级"),
                    ("general_2", "一般数据2级"),
                    ("general_3", "一般数据3级"),
                    ("general_4", "一般数据4级"),
                    ("important", "重要数据"),
                    ("core", "核心数据"),
                ],
                editable=False,
                max_length=12,
                null=True,
                verbose_name="数据级别",
            ),
        ),
        migrations.RemoveIndex(model_name="catalogentry", name="entry_facets"),
        migrations.AddIndex(
            model_name="catalogentry",
            index=models.Index(
                fields=[
                    "state",
                    "theme",
                    "sharing_type",
                    "format_class",
                    "update_cycle",
                    "grade",
                    "department",
                    "data_updated_at",
                    "published_on",
                ],
                name="entry_facets",
            ),
        ),
    ]
