"""A worker is killed with kill -9 while it judges a workbook, and again while it saves it."""

import time
from datetime import timedelta
from io import BytesIO

from django.utils import timezone

from catalog.models import CatalogEntry, ImportBatch
from catalog.models.batch import BatchState
from catalog.services import imports
from catalog.tasks import apply, preview
from citybrain import claims
from tests.benchmarks import state
from tests.benchmarks.imports import workbook_of
from tests.benchmarks.runner import say
from tests.drills.workers import Process, kill, until, worker
from tests.personas import actor_of, build_world

ENTRIES = 6_000


def run() -> None:
    """A workbook of 6,000 entries loses its worker twice: nothing half saved, then all of it, once."""
    with state.fresh_database():
        world = build_world()
        actor = actor_of(world.police_cataloguer)
        batch = imports.upload(
            actor=actor,
            department=world.police,
            file_name="drill.xlsx",
            file=BytesIO(workbook_of(ENTRIES)),
        )
        preview.delay(batch.pk)
        _lose(batch, BatchState.UPLOADED)
        preview.delay(batch.pk)
        with worker() as second:
            until(lambda: _state(batch) == BatchState.PREVIEWED, 180)
            imports.confirm(actor=actor, batch=batch)
            apply.delay(batch.pk)
            _killed_at_work(batch, BatchState.CONFIRMED, second)
        _let_go(batch)
        assert not CatalogEntry.objects.exists(), "half of it was saved"
        apply.delay(batch.pk)
        with worker() as third:
            until(lambda: _state(batch) == BatchState.APPLIED, 180)
            third.terminate()
            third.wait()
        assert CatalogEntry.objects.count() == ENTRIES
        batch.refresh_from_db()
        say(f"   saved at the second attempt: {batch.added} entries, none twice")


def _lose(batch: ImportBatch, at: BatchState) -> None:
    with worker() as first:
        _killed_at_work(batch, at, first)
    _let_go(batch)


def _killed_at_work(batch: ImportBatch, at: BatchState, process: Process) -> None:
    until(lambda: ImportBatch.objects.get(pk=batch.pk).claimed_at is not None)
    time.sleep(2.5)
    kill(process)
    assert _state(batch) == at, "it was done before it was killed"
    say(f"   killed while the batch was {at.label}")


def _let_go(batch: ImportBatch) -> None:
    """What would be five minutes of waiting: the dead worker's claim has run out."""
    past = timezone.now() - claims.CLAIM - timedelta(seconds=1)
    ImportBatch.objects.filter(pk=batch.pk).update(claimed_at=past)


def _state(batch: ImportBatch) -> str:
    return ImportBatch.objects.only("state").get(pk=batch.pk).state
