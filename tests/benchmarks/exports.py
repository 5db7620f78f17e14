"""Exporting 200,000 entries as CSV and as .xlsx: as quick as reading them, in constant memory."""

import tracemalloc
from collections.abc import Callable, Iterable, Sequence

from django.db import connection

from catalog import exporting
from catalog.models import CatalogEntry
from tests.benchmarks import entries, state
from tests.benchmarks.results import Result
from tests.benchmarks.runner import say
from tests.benchmarks.timing import milliseconds
from tests.personas import build_world

ENTRIES, FEW = 200_000, 20_000
DEPARTMENTS = 100
MEBIBYTE = 1024 * 1024


def run() -> Sequence[Result]:
    """Exporting 200,000 entries as CSV and as .xlsx, against a tenth of them."""
    results: list[Result] = []
    with state.fresh_database():
        build_world()
        entries.fill(entries.add_departments(DEPARTMENTS), ENTRIES)
        state.settle()
        rows = CatalogEntry.objects.order_by("title_pinyin", "pk")
        few = rows.filter(pk__lte=FEW)
        # More than an import takes, so that both are lists of entries without their items.
        kinds: dict[str, Callable[..., Iterable[bytes]]] = {
            "csv": exporting.csv_of,
            "xlsx": lambda found: exporting.xlsx_of(found, exporting.MOST_WITH_ITEMS + 1),
        }
        for kind, export in kinds.items():
            seconds = milliseconds(lambda export=export: _drain(export(rows))) / 1000
            small, large = (_held(export(found)) for found in (few, rows))
            say(
                f"   {kind}: {ENTRIES / seconds:.0f} entries a second; at most "
                f"{small / MEBIBYTE:.1f} MiB for {FEW}, {large / MEBIBYTE:.1f} MiB for {ENTRIES}"
            )
            results += [
                Result(f"exports.{kind}_memory", large / small, "x that of a tenth", 1.3, "lower"),
                Result(f"exports.{kind}_speed", ENTRIES / seconds, "entries/s", 2_000, "higher"),
            ]
    return results


def _drain(pieces: Iterable[bytes]) -> None:
    for _piece in pieces:
        pass


def _held(pieces: Iterable[bytes]) -> int:
    """The most memory that Python held while the pieces went by."""
    connection.ensure_connection()
    tracemalloc.start()
    try:
        _drain(pieces)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
