import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

TABLE = "audit_ownerchange"


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0002_initial"),
        ("audit", "0002_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="OwnerChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("subject_type", models.CharField(max_length=60)),
                ("subject_id", models.BigIntegerField()),
                ("field", models.CharField(max_length=40)),
                ("effective_on", models.DateField()),
                (
                    "after",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.department",
                    ),
                ),
                (
                    "before",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.department",
                    ),
                ),
            ],
            options={
                "verbose_name": "归属变更",
                "verbose_name_plural": "归属变更",
                "ordering": ["id"],
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        fields=["subject_type", "field", "subject_id"], name="owner_by_subject"
                    )
                ],
            },
        ),
        migrations.RunSQL(
            [
                f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {TABLE}"
                " FOR EACH ROW EXECUTE FUNCTION audit_refuse_change()",
                f"CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON {TABLE}"
                " FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change()",
            ],
            [
                f"DROP TRIGGER append_only_truncate ON {TABLE}",
                f"DROP TRIGGER append_only ON {TABLE}",
            ],
        ),
    ]
