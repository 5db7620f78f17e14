"""Readers of the demo's data files, for the tests that hold their schema."""

import csv
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parents[2] / "citybrain" / "demo" / "data"
HOSTED = DATA / "hosted"
Record = dict[str, Any]


def read(name: str) -> Any:
    return yaml.safe_load((DATA / name).read_text(encoding="utf-8"))


@cache
def departments() -> dict[str, Record]:
    return {record["code"]: record for record in read("departments.yaml")["departments"]}


@cache
def people() -> list[Record]:
    return list(read("people.yaml")["people"])


@cache
def entries() -> dict[str, Record]:
    files = sorted((DATA / "entries").glob("*.yaml"))
    records = [record for path in files for record in read(f"entries/{path.name}")["entries"]]
    assert len(records) == len({record["key"] for record in records})
    return {record["key"]: record for record in records}


@cache
def imported() -> dict[str, Record]:
    return {record["key"]: record for record in read("workbook_example.yaml")["entries"]}


@cache
def rows_of(file: str) -> tuple[list[str], list[dict[str, str]]]:
    with (HOSTED / file).open(encoding="utf-8", newline="") as source:
        reader = csv.DictReader(source)
        return list(reader.fieldnames or []), list(reader)


def cells(entry: Record) -> Iterator[tuple[Record, list[str]]]:
    """Each item of a hosted entry with its column, empty cells left out."""
    _, rows = rows_of(entry["hosted"])
    for item in entry["items"]:
        yield item, [row[item["name"]] for row in rows if row[item["name"]]]


def unique(values: list[Any]) -> bool:
    return max(Counter(values).values(), default=1) == 1
