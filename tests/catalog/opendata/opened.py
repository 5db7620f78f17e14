"""Open entries, reached the way people reach them."""

import io
from typing import Any

from catalog.choices import DataType, OpenType, SharingType
from catalog.models import CatalogEntry
from sharing.services import hosting
from tests import scenes
from tests.catalog import many
from tests.personas import World, actor_of

ITEMS: list[dict[str, Any]] = [
    {"name": "监测日期", "field": "jcrq", "data_type": DataType.DATE, "is_key": True},
    {"name": "监测站点", "data_type": DataType.CHARACTER, "length": 40, "description": "国控站点"},
    {"name": "空气质量指数", "data_type": DataType.INTEGER},
]
ROWS = [["2025-03-01", "海口东寨港", "21"], ["2025-03-02", "=1+1", "35"]]
TITLE = "空气质量日报"


def open_values(**changes: Any) -> dict[str, Any]:
    return {
        "title": TITLE,
        "summary": "全市各监测站点每日空气质量指数。",
        "sharing_type": SharingType.UNCONDITIONAL,
        "sharing_condition": "",
        "open_type": OpenType.OPEN,
        **changes,
    }


def an_open_entry(world: World, **values: Any) -> CatalogEntry:
    """A published open entry without personal information, of which the portal keeps no rows."""
    given = open_values(**values)
    given.setdefault("items", ITEMS)
    return scenes.a_published_entry(world, **given)


def with_rows(
    world: World, entry: CatalogEntry, rows: list[list[str]] | None = None
) -> CatalogEntry:
    headings = [item.name for item in entry.items.all()]
    file = scenes.csv_file(ROWS if rows is None else rows, headings)
    assert isinstance(file, io.BytesIO)
    upload = hosting.check_upload(entry=entry, file=file, file_name="日报.csv")
    hosting.host(actor=actor_of(world.police_cataloguer), entry=entry, upload=upload)
    return CatalogEntry.objects.get(pk=entry.pk)


def an_open_dataset(world: World, **values: Any) -> CatalogEntry:
    """An open entry with rows that the public gets."""
    return with_rows(world, an_open_entry(world, **values))


def many_open(world: World, count: int, start: int = 0) -> list[CatalogEntry]:
    """Numbered open entries of the police, without the way there."""
    made = many.police(world, count, start, state="published")
    CatalogEntry.objects.filter(pk__in=[entry.pk for entry in made]).update(
        open_type=OpenType.OPEN, sharing_type=SharingType.UNCONDITIONAL
    )
    return made
