"""Beat's scheduler: the settings say which jobs there are, the bureau's table when they run."""

from typing import Any

from django_celery_beat.models import PeriodicTask
from django_celery_beat.schedulers import DatabaseScheduler


class KeptScheduler(DatabaseScheduler):
    """Adds jobs that are new in the settings and leaves the times of the known ones alone.

    The library's own writes the settings' times over the table at every start, so that a time
    changed in the back office would last until the next update.
    """

    def update_from_dict(self, mapping: dict[str, dict[str, Any]]) -> None:
        known = set(PeriodicTask.objects.filter(name__in=mapping).values_list("name", flat=True))
        for name in known:
            PeriodicTask.objects.filter(name=name).update(task=mapping[name]["task"])
        super().update_from_dict({n: entry for n, entry in mapping.items() if n not in known})
