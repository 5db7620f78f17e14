"""Duties that mergers handed over before owner changes were recorded: from the audit trail."""

from django.db import migrations


def fill(apps, schema_editor):
    records = apps.get_model("audit", "AuditRecord")
    changes = apps.get_model("audit", "OwnerChange")
    departments = apps.get_model("organizations", "Department")
    ids = dict(departments.objects.values_list("name", "pk"))
    # Who has no name any more was renamed after it took something over.
    renamed = apps.get_model("organizations", "DepartmentChange")
    ids |= {
        old: pk
        for old, pk in renamed.objects.values_list("old_name", "department_id")
        if old not in ids
    }
    merged = dict(departments.objects.values_list("pk", "retired_on"))
    rows = records.objects.filter(verb="duties.handed_over").order_by("id")
    found = []
    for at, duty, data in rows.values_list("at", "subject_id", "data"):
        before, after = ids.get(data["from"]), ids.get(data["to"])
        if before is None or after is None:
            continue
        found.append(
            changes(
                at=at,
                subject_type="duties.Duty",
                subject_id=duty,
                field="department",
                before_id=before,
                after_id=after,
                effective_on=merged[before] or at.date(),
            )
        )
    changes.objects.bulk_create(found)


class Migration(migrations.Migration):
    dependencies = [
        ("duties", "0002_keep_duties"),
        ("audit", "0003_owner_changes"),
        ("organizations", "0002_initial"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
