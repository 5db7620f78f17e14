"""The register as a file, as it is filtered."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.models import InformationSystem
from catalog.systems.queries import EXPORTED, shown
from citybrain.labels import field_label
from citybrain.spreadsheets import Column, OutSheet, write_csv, write_xlsx

SHEET = _("信息系统")
DATES = tuple(name for name in EXPORTED if name.endswith(("_on", "_by", "_from", "_to")))


def xlsx_of(systems: QuerySet[InformationSystem]) -> bytes:
    columns = [
        Column(name, _heading(name), is_date=name in DATES, width=20) for name in EXPORTED
    ] + [Column("entries", _("已编目信息资源数"), width=12)]
    return write_xlsx([OutSheet(str(SHEET), columns, _rows(systems))])


def csv_of(systems: QuerySet[InformationSystem]) -> Iterator[bytes]:
    def lines() -> Iterator[list[Any]]:
        yield [*(_heading(name) for name in EXPORTED), str(_("已编目信息资源数"))]
        yield from _rows(systems)

    return write_csv(lines())


def _rows(systems: QuerySet[InformationSystem]) -> Iterator[list[Any]]:
    for system in systems.iterator(chunk_size=1_000):
        yield [*(_cell(system, name) for name in EXPORTED), system.entry_count]  # type: ignore[attr-defined]


def _heading(name: str) -> str:
    return field_label(InformationSystem, name)


def _cell(system: InformationSystem, name: str) -> Any:
    if name == "department":
        return system.department.name
    return getattr(system, name) if name in DATES else shown(system, name)
