"""Rows for entries that bring no file of their own: plainly synthetic, but fitting every item."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from catalog.choices import DataType
from citybrain.demo.data.hosted.fictional import DISTRICTS, Maker
from citybrain.spreadsheets import write_csv

AREAS = ("秀英区", "龙华区", "琼山区", "美兰区")
FAMILY_NAMES = "演示样例虚拟测试"
BASE_DAY = date(2025, 1, 2)
FIRST_BIRTH, LAST_BIRTH = date(1950, 1, 1), date(2006, 12, 31)
TOWNSHIPS = ("演示街道", "样例街道", "虚拟镇", "测试镇")


def make_rows(items: list[dict[str, Any]], count: int, rng: random.Random) -> list[dict[str, str]]:
    """`count` rows for the items of a content entry (name, data_type, length, unit ...)."""
    return [
        {item["name"]: make_value(item, number, rng) for item in items}
        for number in range(1, count + 1)
    ]


def csv_of(items: list[dict[str, Any]], rng: random.Random, count: int = 30) -> bytes:
    """The same as a file that a cataloguer could upload."""
    headings = [item["name"] for item in items]
    rows = make_rows(items, count, rng)
    return b"".join(write_csv([headings, *([row[name] for name in headings] for row in rows)]))


def make_value(item: dict[str, Any], number: int, rng: random.Random) -> str:
    """A value that passes the checks of its item; keys are unique by their number."""
    kind = item["data_type"]
    length = item.get("length") or 40
    if item["name"] in NAMED and not item.get("is_key"):
        return NAMED[item["name"]](_fiction(rng))
    if kind in MAKERS:
        # A key counts up: its digits are those of the row's number.
        return MAKERS[kind](number if item.get("is_key") else rng.randint(1, 300), rng)[:length]
    if item.get("is_key"):
        return f"YS{number:06}"[-length:]
    name = item["name"]
    if "区" in name or "地址" in name:
        return f"海口市{rng.choice(AREAS)}演示路{number}号"[:length]
    if "姓名" in name or name.endswith("人"):
        return (rng.choice(FAMILY_NAMES) + rng.choice("甲乙丙丁戊己"))[:length]
    if "电话" in name or "手机" in name:
        return f"1990000{number:04}"[:length]
    if "号" in name or "码" in name or "编" in name:
        return f"YS{rng.randint(100000, 999999)}"[:length]
    return f"{name[:6]}{rng.randint(1, 9)}"[:length]


def _fiction(rng: random.Random) -> Maker:
    """Fictional people and places that go on with the same chance."""
    maker = Maker("rows", {})
    maker.random = rng
    return maker


def _point(maker: Maker) -> tuple[str, str]:
    return maker.point(maker.random.choice(list(DISTRICTS)))


# What looks wrong when made from its name: numbers with check digits, and points on the map.
NAMED: dict[str, Callable[[Maker], str]] = {
    "公民身份号码": lambda maker: maker.resident_id(maker.day(FIRST_BIRTH, LAST_BIRTH), male=True),
    "统一社会信用代码": lambda maker: maker.credit_code("91460100"),
    "所属街道乡镇": lambda maker: maker.random.choice(TOWNSHIPS),
    "经度": lambda maker: _point(maker)[0],
    "纬度": lambda maker: _point(maker)[1],
}


def _day(number: int, rng: random.Random) -> str:
    return (BASE_DAY + timedelta(days=number)).isoformat()


def _amount(number: int, rng: random.Random) -> str:
    return f"{number}.{rng.randint(10, 99)}"


MAKERS: dict[str, Callable[[int, random.Random], str]] = {
    DataType.DATE: _day,
    DataType.DATETIME: lambda number, rng: f"{_day(number, rng)} {rng.randint(8, 18):02}:30:00",
    DataType.INTEGER: lambda number, rng: str(number),
    DataType.NUMERIC: lambda number, rng: str(number),
    DataType.DOUBLE: _amount,
    DataType.FLOAT: _amount,
    DataType.CURRENCY: _amount,
    DataType.LOGICAL: lambda number, rng: rng.choice(("是", "否")),
}
