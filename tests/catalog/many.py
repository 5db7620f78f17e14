"""Many entries at little cost, for lists and searches."""

from typing import Any

from django.utils import timezone

from catalog.models import CatalogEntry, ImportBatch
from catalog.services.bulk import Draft, compile_many
from citybrain.duties.services import open_duty
from citybrain.organizations.actors import Actor, system_actor
from citybrain.organizations.models import Department
from tests import scenes
from tests.personas import World, actor_of

ITEMS = scenes.ITEMS[:2]


def drafts(
    actor: Actor, department: Department, *changes: dict[str, Any], state: str = "draft"
) -> list[CatalogEntry]:
    """An entry for each of `changes`, all put into `state` without the way there.

    `items` among the changes are names of items.
    """
    made = compile_many(
        actor=actor,
        department=department,
        drafts=[
            Draft(
                scenes.entry_values(
                    **{"summary": "全市数据。", "system_name": "", **change, "items": None}
                ),
                [
                    {"name": name, "data_type": "C"}
                    for name in change.get("items", ("编号", "名称"))
                ],
            )
            for change in changes
        ],
    )
    published_on = timezone.localdate() if state == "published" else None
    CatalogEntry.objects.filter(pk__in=[entry.pk for entry in made]).update(
        state=state, published_on=published_on, submitted_by=actor.user
    )
    return made


def police(world: World, count: int, start: int = 0, **given: Any) -> list[CatalogEntry]:
    """Numbered entries of the police."""
    changes = [{"title": f"第{number}号登记信息"} for number in range(start, count)]
    return drafts(actor_of(world.police_cataloguer), world.police, *changes, **given)


def with_bureau_clocks(world: World, entries: list[CatalogEntry]) -> None:
    for entry in entries:
        open_duty(
            rule="review_catalog",
            subject=entry,
            department=world.bureau,
            for_department=world.police,
            actor=system_actor(),
        )


def batches(world: World, count: int, start: int = 0) -> None:
    ImportBatch.objects.bulk_create(
        ImportBatch(
            department=world.police,
            uploaded_by=world.police_cataloguer,
            file_name=f"目录{number}.xlsx",
            content=b"",
            state="applied",
        )
        for number in range(start, count)
    )
