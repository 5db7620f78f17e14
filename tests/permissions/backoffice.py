"""The back office's lines of the matrix: its registers, and the times of background work."""

from typing import Any

from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from citybrain.administration.backoffice import site
from citybrain.organizations.models import Department, User
from tests import scenes
from tests.permissions.rows import Row, only
from tests.personas import World

LOOKERS = only("admin", "auditor")
ADMIN = only("admin")
REGISTERS = ("organizations_department", "organizations_user", "duties_duty", "duties_calendarday")
TIMES = (
    "django_celery_beat_periodictask",
    "django_celery_beat_crontabschedule",
    "django_celery_beat_intervalschedule",
)


def an_object(name: str) -> Any:
    """The arguments of the pages of one object of the model `name`, which is made if need be."""

    def scene(world: World) -> dict[str, Any]:
        model = next(
            model
            for model in site._registry
            if f"{model._meta.app_label}_{model._meta.model_name}" == name
        )
        makers = {
            Department: lambda: world.water,
            User: lambda: world.water_head,
            CrontabSchedule: lambda: CrontabSchedule.objects.create(hour="6"),
            IntervalSchedule: lambda: IntervalSchedule.objects.create(every=5, period="minutes"),
            PeriodicTask: a_task,
        }
        if model in makers:
            return {"object_id": makers[model]().pk}
        if not model.objects.exists():
            scenes.a_submitted_entry(world)
        return {"object_id": model.objects.first().pk}

    return scene


def a_task() -> PeriodicTask:
    interval = IntervalSchedule.objects.create(every=5, period="minutes")
    return PeriodicTask.objects.create(name="resume-reports", task="x", interval=interval)


def register_rows(name: str) -> list[Row]:
    address = f"backoffice:{name}"
    return [
        Row(f"{address}_changelist", allowed=LOOKERS),
        Row(f"{address}_export", allowed=LOOKERS),
        Row(f"{address}_add", allowed=only()),
        Row(f"{address}_change", allowed=LOOKERS, scene=an_object(name)),
        Row(f"{address}_history", allowed=LOOKERS, scene=an_object(name)),
        Row(f"{address}_delete", allowed=only(), scene=an_object(name)),
    ]


def time_rows(name: str) -> list[Row]:
    address = f"backoffice:{name}"
    may_add = only() if name.endswith("periodictask") else ADMIN
    return [
        Row(f"{address}_changelist", allowed=LOOKERS),
        Row(f"{address}_add", allowed=may_add),
        Row(f"{address}_change", allowed=LOOKERS, scene=an_object(name)),
        Row(f"{address}_change", allowed=ADMIN, scene=an_object(name), method="post", note="-post"),
        Row(f"{address}_history", allowed=LOOKERS, scene=an_object(name)),
        Row(f"{address}_delete", allowed=only(), scene=an_object(name)),
    ]


ROWS = [
    Row("backoffice:index", allowed=LOOKERS),
    Row("backoffice:app_list", allowed=LOOKERS, scene=lambda world: {"app_label": "duties"}),
    Row("backoffice:jsi18n", allowed=LOOKERS),
    Row("backoffice:logout", allowed=LOOKERS, method="post"),
    Row("backoffice:password_change", allowed=LOOKERS),
    *(row for name in REGISTERS for row in register_rows(name)),
    *(row for name in TIMES for row in time_rows(name)),
]
