"""Whatever people type, no exported file calculates or runs anything."""

import ast
import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from catalog.choices import EntryState
from catalog.models import CatalogEntry
from citybrain.organizations.models import User
from tests import scenes
from tests.personas import World

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
APPS = ("citybrain", "catalog", "security", "sharing", "evaluation")
STARTS = ("=", "+", "-", "@", "\t", "\r", "＝")
FORMULAS = ["=cmd|'/c calc'!A1", "+1+cmd", "-2+3", "@SUM(1)", '=HYPERLINK("http://x")']
# What writes tables: the one writer, a generator of the demo's files, the library behind it.
WRITERS = {"csv", "openpyxl", "xlsxwriter", "tablib"}
ALLOWED = ("citybrain/spreadsheets/", "citybrain/demo/data/hosted/build_rows.py")


def test_tables_are_written_in_one_place() -> None:
    elsewhere = []
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            name = path.relative_to(ROOT).as_posix()
            if not name.startswith(ALLOWED) and WRITERS & set(_imports(path)):
                elsewhere.append(name)
    assert not elsewhere, f"write with citybrain.spreadsheets instead: {elsewhere}"


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def rows_of(answer: Any) -> list[list[str]]:
    content = b"".join(answer) if answer.streaming else answer.content
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def formulas_in(workbook: bytes) -> list[Any]:
    sheets = load_workbook(io.BytesIO(workbook)).worksheets
    return [
        cell.value
        for sheet in sheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]


@pytest.fixture
def tempting(world: World) -> None:
    """Published entries whose words begin like formulas."""
    for formula in FORMULAS:
        entry = scenes.a_draft(
            world,
            title=f"{formula} 居住证登记",
            summary=formula,
            office=formula,
            items=[{**scenes.ITEMS[0], "name": formula, "description": formula, "unit": "=1"}],
        )
        CatalogEntry.objects.filter(pk=entry.pk).update(
            state=EntryState.PUBLISHED, published_on="2026-03-02"
        )
    User.objects.filter(pk=world.police_cataloguer.pk).update(name=FORMULAS[0])


def test_an_exported_catalog_holds_texts_only(
    world: World, tempting: None, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(world.police_cataloguer)
    rows = rows_of(client.post("/catalog/export/", {"format": "csv"}))
    assert len(rows) == len(FORMULAS) + 1
    assert not [cell for row in rows for cell in row if cell.startswith(STARTS)]
    workbook = b"".join(client.post("/catalog/export/", {"format": "xlsx"}))
    assert formulas_in(workbook) == []
    values = {
        cell.value for row in load_workbook(io.BytesIO(workbook)).worksheets[1] for cell in row
    }
    assert set(FORMULAS) <= values, "the texts themselves are kept"


def test_an_exported_trail_holds_texts_only(
    world: World, tempting: None, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(world.police_cataloguer)
    client.post("/catalog/export/", {"format": "csv"})  # under a name that begins like a formula
    rows = rows_of(signed_in(world.auditor).post("/audit/export/"))
    assert len(rows) > len(FORMULAS)
    assert [cell for row in rows for cell in row if FORMULAS[0] in cell]
    assert not [cell for row in rows for cell in row if cell.startswith(STARTS)]
