"""Rows with what may be wrong in them, hosted as the police host them."""

import io
from typing import Any

from catalog.models import CatalogEntry, CheckResult, QualityCheck
from catalog.quality import services
from catalog.quality.choices import CheckState
from sharing.services import hosting
from tests import scenes
from tests.personas import World, actor_of

ITEMS: list[dict[str, Any]] = [
    {"name": "登记编号", "data_type": "C", "length": 20, "is_key": True},
    {"name": "姓名", "data_type": "C", "length": 40, "is_required": True},
    {"name": "公民身份号码", "data_type": "C", "length": 18, "standard": "DE00002"},
    {"name": "市辖区代码", "data_type": "C", "length": 6, "standard": "DE00006"},
    {"name": "登记日期", "data_type": "D"},
    {"name": "注销日期", "data_type": "D"},
]
GOOD = ["DJ1", "陈琼生", "460199199001010010", "460105", "2025-03-01", "2025-04-01"]
ROWS = [
    GOOD,
    ["DJ2", "符海燕", "460199198502020024", "460106", "2025-03-02", ""],  # check digit
    ["DJ3", "王椰林", "460199199001010010", "460199", "2025-03-03", "2025-01-01"],  # code, order
    ["DJ4", "林三", "", "460108", "2025-03-04", ""],
]


def file_of(rows: list[list[str]]) -> io.BytesIO:
    lines = [[item["name"] for item in ITEMS], *rows]
    return io.BytesIO("\n".join(",".join(line) for line in lines).encode("utf-8-sig"))


def host(world: World, entry: CatalogEntry, rows: list[list[str]]) -> None:
    upload = hosting.check_upload(entry=entry, file=file_of(rows), file_name="数据.csv")
    hosting.host(actor=actor_of(world.police_cataloguer), entry=entry, upload=upload)


def a_hosted_entry(
    world: World, rows: list[list[str]] | None = None, **values: Any
) -> CatalogEntry:
    entry = scenes.a_published_entry(world, items=ITEMS, **values)
    host(world, entry, ROWS if rows is None else rows)
    return CatalogEntry.objects.get(pk=entry.pk)


def run_waiting() -> list[QualityCheck]:
    """Does what a worker would do; returns the checks in the order of their ending."""
    waiting = list(services.waiting().order_by("pk"))
    for check in waiting:
        services.run(check.pk)
    return [QualityCheck.objects.get(pk=check.pk) for check in waiting]


def a_checked_entry(world: World, **values: Any) -> CatalogEntry:
    entry = a_hosted_entry(world, **values)
    assert [check.state for check in run_waiting()] == [CheckState.DONE]
    return entry


def results(check: QualityCheck) -> dict[str, CheckResult]:
    return {one.key: one for one in check.results.all()}
