"""A worker is killed with kill -9 in the middle of a package."""

from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from catalog.choices import SharingMethod
from citybrain import claims
from citybrain.crypto import sm3_hex
from citybrain.duties.models import Duty
from sharing.choices import Method
from sharing.delivery import building
from sharing.delivery.choices import PackageState
from sharing.delivery.tasks import exchange
from sharing.models import ExchangePackage, HostedDataset, InterfaceService, ServiceCall
from sharing.services import hosting
from tests import scenes
from tests.benchmarks import state
from tests.benchmarks.runner import say
from tests.drills.workers import kill, until, worker
from tests.personas import build_world

ROWS = 300_000


def run() -> None:
    """A package of 300,000 rows is being written when its worker dies; the next one makes it whole.

    Nothing is on record of the first attempt, no deadline counts as met; afterwards there is one
    package, its digest is that of its file, and there is one record of its use.
    """
    with state.fresh_database():
        package = _begun()
        with worker() as first:
            until(lambda: _part(package).exists() and _part(package).stat().st_size > 1_000_000)
            kill(first)
        size = _part(package).stat().st_size
        say(f"   killed with {size / 1e6:.1f} MB written")
        package.refresh_from_db()
        assert (package.state, package.file) == (PackageState.WAITING, "")
        assert not ServiceCall.objects.exists()
        assert Duty.objects.get(rule="deliver").fulfilled_at is None
        # What would be five minutes of waiting: the dead worker's claim has run out.
        past = timezone.now() - claims.CLAIM - timedelta(seconds=1)
        ExchangePackage.objects.update(claimed_at=past)
        exchange()
        with worker() as second:
            until(lambda: ExchangePackage.objects.get().state == PackageState.READY, 180)
            second.terminate()
            second.wait()
        package.refresh_from_db()
        file = building.folder() / package.file
        assert sm3_hex(file.read_bytes()) == package.digest
        assert (package.rows, package.attempts) == (ROWS, 2)
        assert ServiceCall.objects.count() == 1
        assert Duty.objects.get(rule="deliver").fulfilled_at is not None
        say(f"   whole at the second attempt: {package.rows} rows, {package.size / 1e6:.1f} MB")
        _part(package).unlink(missing_ok=True)
        file.unlink()


def _begun() -> ExchangePackage:
    """A grant in batches whose first package waits in the queue."""
    world = build_world()
    entry = scenes.a_published_entry(world, sharing_method=SharingMethod.BATCH)
    names = [str(item["name"]) for item in scenes.ITEMS]
    scenes.an_authorization(world, entry, names=tuple(names[:3]), method=Method.BATCH)
    dataset = HostedDataset.objects.create(
        entry=entry, number=1, file_name="drill.csv", rows=ROWS, digest="0" * 64,
        uploaded_at=timezone.now(),
    )  # fmt: skip
    rows = ({name: f"{name}{row:07}" for name in names} for row in range(ROWS))
    hosting.copy_rows(dataset, rows)
    InterfaceService.objects.create(entry=entry, code=hosting.service_code(entry), dataset=dataset)
    assert exchange() == 1
    return ExchangePackage.objects.get()


def _part(package: ExchangePackage) -> Path:
    return building.folder() / f"{package}-1.csv.part"
