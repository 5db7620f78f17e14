"""Haikou's districts, what they need of the province, and what comes down for them."""

import io
from datetime import date
from typing import Any

from django.utils import timezone

from catalog.models import CatalogEntry
from citybrain.organizations.choices import Level
from citybrain.organizations.models import Department, User
from sharing.models import ReturnNeed, ReturnPackage
from sharing.returnflow.services import needs, packages
from tests import personas, scenes
from tests.personas import World, actor_of

ITEMS: list[dict[str, Any]] = [
    {"name": "身份证件号", "data_type": "C", "length": 18, "is_key": True},
    {"name": "行政区划代码", "data_type": "C", "length": 12},
]
ROWS = [
    ["460105199001010018", "460105001000"],
    ["460106199001010015", "460106"],
    ["460105199202020026", "460105"],
    ["460100199303030033", "460100"],
]
NEED = {
    "source": "province",
    "title": "省级人口基础信息（本区）",
    "holder": "省公安厅",
    "items": "公民身份号码\n行政区划代码",
    "ground": "《海南省政务数据管理办法》第二十条",
    "purpose": "社区矫正对象核查",
}


def a_district(code: str = "460105", name: str = "海口市秀英区民政局") -> dict[str, User]:
    """A department of a district with its cataloguer and head."""
    made = personas._department(f"d{code}", name, name[3:])
    Department.objects.filter(pk=made.pk).update(region_code=code, level=Level.DISTRICT)
    made.refresh_from_db()
    people = {}
    for suffix, role in (("cataloguer", "cataloguer"), ("head", "sharing_head")):
        key = f"d{code}_{suffix}"
        personas.NAMES.setdefault(key, f"区{suffix[:1]}{code[-1]}")
        people[suffix] = personas._person(key, made, role)
    return people


def a_need(people: dict[str, User]) -> ReturnNeed:
    """Written and signed: it waits for the bureau."""
    need = needs.draft(actor=actor_of(people["cataloguer"]), **NEED)
    needs.move("submit", actor=actor_of(people["cataloguer"]), need=need)
    return needs.move("sign", actor=actor_of(people["head"]), need=need)


def filed(world: World, need: ReturnNeed, day: date | None = None) -> ReturnNeed:
    given = {
        "provincial_number": "琼数共〔2026〕0317",
        "filed_on": (day or timezone.localdate()).isoformat(),
    }
    return needs.move("file", actor=actor_of(world.coordinator), need=need, inputs=given)


def an_entry(world: World) -> CatalogEntry:
    return scenes.a_published_entry(world, title="省级回流人口信息", items=ITEMS)


def a_package(
    world: World, entry: CatalogEntry, need: ReturnNeed | None = None, **changes: Any
) -> ReturnPackage:
    rows = changes.pop("rows", ROWS)
    file = scenes.csv_file(rows, [item["name"] for item in ITEMS])
    given = {
        "source": "province",
        "provincial_number": "琼数回〔2026〕0021",
        "period": "2026年第三季度",
        "received_on": timezone.localdate(),
        "area_item": "行政区划代码",
        "file": io.BytesIO(file.read()),
        "file_name": "人口.csv",
        "need": need,
        **changes,
    }
    return packages.register(actor=actor_of(world.coordinator), entry=entry, **given)
