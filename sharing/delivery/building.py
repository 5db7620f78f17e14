"""Building a package: granted items as granted, as CSV, under the consumer's SM4 key.

The file is written beside its place and renamed when it is whole; the row becomes ready in one
transaction with the record of the use. A worker that dies in between leaves a claim that expires
and a file that nobody names, which `clear` takes away.
"""

import itertools
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import DataItem
from citybrain import claims
from citybrain.audit.services import record
from citybrain.crypto import sm3_hex_of
from citybrain.notices import services as notices
from citybrain.organizations.actors import system_actor
from citybrain.sealing import encrypted
from citybrain.spreadsheets import write_csv
from sharing.choices import Method
from sharing.corrections.changes import ADDED, CHANGED, REMOVED, changes_of, covered
from sharing.delivery.choices import FETCHABLE, Extent, Format, PackageState
from sharing.delivery.parquet import write_parquet
from sharing.delivery.planning import key_of
from sharing.gateway.admission import Call, objection_to_file
from sharing.gateway.grants import Grant, grant_of
from sharing.gateway.recording import Origin, record_call
from sharing.models import ExchangePackage, HostedDataset, HostedRow
from sharing.services import files
from sharing.services.authorizations import delivered

KEPT = timedelta(days=30)  # how long a package can be fetched
FORGOTTEN = timedelta(days=1)  # after which a file that no package names is of a dead worker
Line = list[object]
WRITERS: dict[str, Callable[[Iterable[Line]], Iterator[bytes]]] = {
    Format.CSV: write_csv,
    Format.PARQUET: write_parquet,
}


def folder() -> Path:
    """Where packages are: on storage that web and worker share, as all files."""
    found = Path(default_storage.path("packages"))
    found.mkdir(parents=True, exist_ok=True)
    return found


def unfinished() -> QuerySet[ExchangePackage]:
    """Packages in the making that are in nobody's hands."""
    return ExchangePackage.objects.filter(claims.free(), state=PackageState.WAITING)


def build(package_id: int) -> None:
    """Builds a package that waits; does nothing when somebody else has it or has done it."""
    waiting = ExchangePackage.objects.filter(pk=package_id, state=PackageState.WAITING)
    if not claims.take(waiting):
        return
    package = _with_grant().get(pk=package_id)
    if package.attempts > claims.MOST_ATTEMPTS:
        _fail(package, _("多次处理都没有完成，请联系市大数据主管部门。"))
        return
    grant = grant_of(package.plan.authorization)
    call = Call(at=timezone.now(), grant=grant)
    objection = objection_to_file(grant, call.at)
    if objection is not None:
        call.refuse(objection.outcome, objection.status, objection.message)
        _fail(package, objection.message, call)
        return
    _take_rows(package, grant)
    path = folder() / f"{package}-{package.attempts}.{package.format}.sm4"
    written = _write(path, package, grant)
    with transaction.atomic():
        if not waiting.select_for_update().filter(attempts=package.attempts).exists():
            path.unlink(missing_ok=True)  # another worker was quicker
            return
        _finish(package, call, path, written)


def _with_grant() -> QuerySet[ExchangePackage]:
    path = "plan__authorization__"
    return ExchangePackage.objects.select_related(
        "since",
        "correction__entry",
        *(f"{path}{name}" for name in ("entry", "consumer", "provider", "application")),
    )


def _take_rows(package: ExchangePackage, grant: Grant) -> None:
    """What is served now is what goes into it; without what it compares with it is a full one."""
    assert grant.dataset_id is not None  # noqa: S101 - narrows: without rows there is an objection
    package.dataset_id = grant.dataset_id
    known = package.since is not None and (
        package.since.rows == HostedRow.objects.filter(dataset=package.since).count()
    )
    if package.extent == Extent.CHANGES and not (known and _keys(grant, package)):
        package.extent = Extent.FULL
    package.key_number = package.plan.key_number


@dataclass(frozen=True)
class _Written:
    """A file that is on the disk: its rows without the headings, its size in bytes, its SM3."""

    rows: int
    size: int
    digest: str


def _write(path: Path, package: ExchangePackage, grant: Grant) -> _Written:
    """Writes the file and renames it when it is on the disk."""
    counted = _Counted(_lines(package, grant))
    content = encrypted(WRITERS[package.format](counted), key_of(package.plan))
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        digest = sm3_hex_of(_through(file, content))
        file.flush()
        os.fsync(file.fileno())
        size = file.tell()
    part.replace(path)
    return _Written(counted.number - 1, size, digest)


def _through(file: BinaryIO, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces, each written to the file on its way."""
    for piece in pieces:
        file.write(piece)
        yield piece


class _Counted:
    """Lines, and how many have been read."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self.lines, self.number = lines, 0

    def __iter__(self) -> Iterator[Line]:
        for line in self.lines:
            self.number += 1
            yield line


def _lines(package: ExchangePackage, grant: Grant) -> Iterator[Line]:
    if package.extent == Extent.FULL:
        yield from files.lines(package.dataset_id, grant)
        return
    if package.extent == Extent.MENDED:
        assert package.correction is not None  # noqa: S101 - narrows: it is the cause
        yield [_("变化"), *(item["name"] for item in grant.items)]
        for change in covered(changes_of(package.correction), grant):
            yield [change.kind, *map(files.cell, change.given(grant))]
        return
    headings, *before = files.lines(package.since_id or 0, grant)
    places = [headings.index(name) for name in _keys(grant, package)]
    yield [_("变化"), *headings]
    old = {_picked(line, places): line for line in before}
    for line in itertools.islice(files.lines(package.dataset_id, grant), 1, None):
        was = old.pop(_picked(line, places), None)
        if was != line:
            yield [ADDED if was is None else CHANGED, *line]
    for line in old.values():
        yield [REMOVED, *line]


def _picked(line: Line, places: list[int]) -> tuple[object, ...]:
    return tuple(line[place] for place in places)


def _keys(grant: Grant, package: ExchangePackage) -> list[str]:
    """The items by which a row is known; empty unless all are granted, and not masked."""
    rows = DataItem.objects.filter(entry=package.plan.authorization.entry_id, is_key=True)
    names = list(rows.values_list("name", flat=True))
    plain = {item["name"] for item in grant.items if not item["masked"]}
    return names if plain.issuperset(names) else []


def _finish(package: ExchangePackage, call: Call, path: Path, written: _Written) -> None:
    assert call.grant is not None  # noqa: S101 - narrows
    authorization, actor = package.plan.authorization, system_actor()
    package.file, package.size, package.digest = path.name, written.size, written.digest
    package.state, package.built_at = PackageState.READY, timezone.now()
    package.rows = rows = written.rows
    package.items = names = [item["name"] for item in call.grant.items]
    package.claimed_at, package.error = None, ""
    package.save()
    record_call(call, Origin(ip="", request_id="", way=Method.BATCH), items=names, rows=rows)
    record(
        "sharing.package.built",
        actor=actor,
        subject=package,
        department=authorization.provider,
        data={
            "batch": HostedDataset.objects.get(pk=package.dataset_id).number,
            "rows": rows,
            "items": names,
            "digest": package.digest,
        },
    )
    delivered(authorization, actor)
    notices.tell(
        people=notices.people_to_tell("use_authorizations", authorization.consumer),
        kind="sharing.package.built",
        title=_("%(entry)s的交换包%(package)s可以下载")
        % {"entry": authorization.entry, "package": package},
        body=_("%(extent)s，%(rows)d行。请在%(days)d天内下载并签收。")
        % {"extent": package.get_extent_display(), "rows": rows, "days": KEPT.days},
        subject=package,
        actor=actor,
    )


@transaction.atomic
def _fail(package: ExchangePackage, reason: str, call: Call | None = None) -> None:
    package.state, package.error, package.claimed_at = PackageState.FAILED, reason[:200], None
    package.save(update_fields=["state", "error", "claimed_at"])
    if call is not None:
        record_call(call, Origin(ip="", request_id="", way=Method.BATCH), items=[], rows=0)


def clear() -> int:
    """Takes away packages that can be fetched no more, and what dead workers left."""
    now = timezone.now()
    old = ExchangePackage.objects.filter(state__in=FETCHABLE, built_at__lt=now - KEPT)
    count = old.update(state=PackageState.CLEARED)
    named = set(ExchangePackage.objects.filter(state__in=FETCHABLE).values_list("file", flat=True))
    for path in folder().iterdir():
        age = now.timestamp() - path.stat().st_mtime
        if path.name not in named and age > FORGOTTEN.total_seconds():
            path.unlink(missing_ok=True)
    return count
