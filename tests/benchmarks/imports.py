"""Importing a workbook of 20,000 entries with 200,000 items, against COPY and judging alone."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

import psutil
from django.db import connection, models

from catalog.importing.columns import (
    CHOICES,
    ENTRIES_SHEET,
    ENTRY_COLUMNS,
    ITEM_COLUMNS,
    ITEMS_SHEET,
    LIMITS,
)
from catalog.importing.columns import ENTRIES as ENTRIES_SPEC
from catalog.importing.columns import ITEMS as ITEMS_SPEC
from catalog.importing.planning import plan
from catalog.importing.template import EXAMPLE
from catalog.models import CatalogEntry, DataItem, ImportBatch
from catalog.models.batch import BatchState, RowAction
from catalog.services import imports
from citybrain.organizations.models import Department
from citybrain.spreadsheets import OutSheet, read_workbook, write_xlsx
from tests.benchmarks import entries, state
from tests.benchmarks.results import Result
from tests.benchmarks.runner import say
from tests.benchmarks.timing import median, milliseconds
from tests.personas import actor_of, build_world

ENTRIES, ITEMS = 20_000, 10
TURNS = 1
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class _Turn:
    """Seconds of the preview, the import, COPY and judging alone; bytes of memory needed."""

    preview: float
    apply: float
    copy: float
    judging: float
    memory: int

    @property
    def share(self) -> float:
        return (self.copy + self.judging) / (self.preview + self.apply)


def run() -> Sequence[Result]:
    """Importing a workbook of 20,000 entries with 200,000 items, against COPY and judging alone."""
    workbook = workbook_of(ENTRIES)
    rows = ENTRIES * (1 + ITEMS)
    say(f"   a workbook of {rows} rows, {len(workbook) / MEBIBYTE:.1f} MiB")
    turns = [_turn(workbook) for _number in range(TURNS)]
    per_second = rows / median([turn.preview + turn.apply for turn in turns])
    say(
        f"   preview {median([turn.preview for turn in turns]):.1f} s, "
        f"import {median([turn.apply for turn in turns]):.1f} s: {per_second:.0f} rows a second; "
        f"COPY of the same rows {median([turn.copy for turn in turns]):.1f} s, "
        f"judging alone {median([turn.judging for turn in turns]):.1f} s"
    )
    share = median([turn.share for turn in turns])
    memory = max(turn.memory for turn in turns) / MEBIBYTE
    return [
        Result("imports.against_copy", share, "x the speed of COPY and judging", 1 / 3, "higher"),
        Result("imports.rows_per_second", per_second, "rows/s", 500, "higher"),
        Result("imports.memory", memory, "MiB of the worker in all", 600, "lower"),
    ]


def _turn(workbook: bytes) -> _Turn:
    with state.fresh_database():
        world = build_world()
        actor = actor_of(world.police_cataloguer)
        judging = _judging_seconds(workbook, world.police)
        batch = imports.upload(
            actor=actor,
            department=world.police,
            file_name="benchmark.xlsx",
            file=BytesIO(workbook),
        )
        with _Memory() as used:
            preview = milliseconds(lambda: imports.preview(batch.pk)) / 1000
            imports.confirm(actor=actor, batch=batch)
            apply = milliseconds(lambda: imports.apply(batch.pk)) / 1000
        _assert_imported(batch.pk)
        copy = sum(_copy_seconds(model) for model in (CatalogEntry, DataItem))
        return _Turn(preview, apply, copy, judging, used.most)


def _judging_seconds(content: bytes, department: Department) -> float:
    """What every way in has to do: words into values, and the rules on each entry with its items."""
    workbook = read_workbook(BytesIO(content), sheets=(ENTRIES_SPEC, ITEMS_SPEC), limits=LIMITS)

    def judge() -> None:
        rows, _stray = plan(workbook, department, lambda done, total: None)
        for row in rows:
            assert row.action == RowAction.ADD, row.issues

    return milliseconds(judge) / 1000


def workbook_of(count: int) -> bytes:
    """A workbook of so many entries with ten items each."""
    known = entries.samples()
    titles = [f"{known[number % len(known)].title}第{number}批" for number in range(count)]
    spare = [f"登记事项{number}" for number in range(ITEMS)]
    types = [str(label) for _value, label in CHOICES["data_type"]]

    def entry_rows() -> Iterator[list[str]]:
        for number, title in enumerate(titles):
            summary = known[number % len(known)].summary
            values = {**EXAMPLE, "title": title, "summary": summary, "related_code": ""}
            yield [values.get(column.key, "") for column in ENTRY_COLUMNS]

    def item_rows() -> Iterator[list[str]]:
        for number, title in enumerate(titles):
            words = (*known[number % len(known)].words, *spare)
            for place, name in enumerate(words[:ITEMS]):
                values = {"entry_title": title, "name": name, "data_type": types[0], "length": "40"}
                values["is_key"] = "是" if place == 0 else "否"
                yield [values.get(column.key, "") for column in ITEM_COLUMNS]

    return write_xlsx(
        [
            OutSheet(ENTRIES_SHEET, ENTRY_COLUMNS, entry_rows()),
            OutSheet(ITEMS_SHEET, ITEM_COLUMNS, item_rows()),
        ]
    )


def _assert_imported(batch_id: int) -> None:
    batch = ImportBatch.objects.defer("content").get(pk=batch_id)
    assert batch.state == BatchState.APPLIED, batch.issues
    assert CatalogEntry.objects.count() == ENTRIES, (batch.added, batch.refused)
    assert DataItem.objects.count() == ENTRIES * ITEMS


def _copy_seconds(model: type[models.Model]) -> float:
    """COPY of the table's rows into a table like it, indexes and constraints included."""
    table, other = model._meta.db_table, f"copied_{model._meta.db_table}"
    columns = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {other} (LIKE {table} INCLUDING ALL)")
        with cursor.cursor.copy(f"COPY {table} ({columns}) TO STDOUT") as copying:
            blocks = [bytes(block) for block in copying]

        def write() -> None:
            with cursor.cursor.copy(f"COPY {other} ({columns}) FROM STDIN") as copying:
                for block in blocks:
                    copying.write(block)

        return milliseconds(write) / 1000


class _Memory:
    """The most that this process held in the block."""

    most = 0

    def __enter__(self) -> "_Memory":
        self._process, self._over = psutil.Process(), threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._watcher.join()

    def _watch(self) -> None:
        while not self._over.wait(0.02):
            self.most = max(self.most, self._process.memory_info().rss)
