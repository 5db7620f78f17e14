"""The chain of seals over the audit records, and its verification.

A writer never waits for the chain: it only inserts its record. The sealer takes every committed
record that no seal covers yet, in order of id, and adds one link. A record whose transaction
commits late is taken by the next link. Only sealers exclude each other (an advisory lock), so the
chain cannot fork; the unique `previous` column would refuse a fork even without the lock.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from citybrain.audit.models import AuditRecord, Seal, SealedRecord
from citybrain.audit.services import digest_of_record
from citybrain.crypto import digest_of, sm3_hex

GENESIS = "0" * 64
LOCK = 0x5EA1
BATCH = 20_000
# No transaction lives this long, so an older record without a seal has been tampered with.
LONGEST_TRANSACTION = timedelta(days=1)


@dataclass(frozen=True)
class Break:
    """The first place where the trail does not hold, and in the reader's words why."""

    seal_number: int | None
    record_id: int | None
    reason: str


@dataclass(frozen=True)
class Head:
    """What someone outside may hold: with it, a rewritten chain is found out."""

    number: int
    digest: str
    sealed_at: datetime


def head_as_json(head: Head) -> str:
    """The head as a small file; `verify_audit --held-head` reads it."""
    content = {
        "number": head.number,
        "digest": head.digest,
        "sealed_at": head.sealed_at.isoformat(),
    }
    return json.dumps(content) + "\n"


def seal_digest(seal: Seal) -> str:
    return digest_of(
        {
            "number": seal.number,
            "sealed_at": seal.sealed_at,
            "count": seal.count,
            "root": seal.root,
            "previous": seal.previous,
        }
    )


def root_of(members: list[tuple[int, str]]) -> str:
    """SM3 over `record id:record digest` lines in order."""
    return sm3_hex("".join(f"{pk}:{digest}\n" for pk, digest in members).encode())


def unsealed() -> models.QuerySet[AuditRecord]:
    """Committed records that no seal covers, oldest first."""
    last = Seal.objects.order_by("-number").first()
    rows = AuditRecord.objects.filter(
        ~models.Exists(SealedRecord.objects.filter(record_id=models.OuterRef("pk")))
    )
    if last is not None:
        rows = rows.filter(at__gte=last.sealed_at - LONGEST_TRANSACTION)
    return rows.order_by("id")


@transaction.atomic
def seal(limit: int = BATCH) -> Seal | None:
    """Adds one link over at most `limit` records; None when there is nothing to seal."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    members = list(unsealed().values_list("id", "digest")[:limit])
    if not members:
        return None
    last = Seal.objects.order_by("-number").first()
    link = Seal(
        number=last.number + 1 if last else 1,
        sealed_at=timezone.now(),
        count=len(members),
        root=root_of(members),
        previous=last.digest if last else GENESIS,
    )
    link.digest = seal_digest(link)
    link.save(force_insert=True)
    SealedRecord.objects.bulk_create(
        [
            SealedRecord(record_id=pk, seal=link, position=position)
            for position, (pk, _digest) in enumerate(members)
        ],
        batch_size=5000,
    )
    return link


def seal_all() -> int:
    """Seals until nothing is left; returns how many links were added."""
    links = 0
    while seal() is not None:
        links += 1
    return links


def head() -> Head | None:
    last = Seal.objects.order_by("-number").first()
    return Head(last.number, last.digest, last.sealed_at) if last else None


def verify(held: Head | None = None) -> Break | None:
    """The first break of the trail, or None when every record and link holds.

    `held` is a head exported earlier: the chain must still contain it unchanged.
    """
    previous = GENESIS
    number = 0
    for link in Seal.objects.order_by("number").iterator():
        number += 1
        if link.number != number or link.previous != previous:
            return Break(number, None, _("封印链在此断开：缺少或改动了前一个封印。"))
        if seal_digest(link) != link.digest:
            return Break(number, None, _("封印内容与其摘要不符。"))
        if held is not None and held.number == number and held.digest != link.digest:
            return Break(number, None, _("封印与外部留存的链首不符。"))
        broken = _broken_member(link)
        if broken is not None:
            return broken
        previous = link.digest
    if held is not None and held.number > number:
        return Break(held.number, None, _("外部留存的链首已不在链上。"))
    return _broken_unsealed()


def _broken_member(link: Seal) -> Break | None:
    found: list[tuple[int, str]] = []
    for position, (member, entry) in enumerate(_members(link)):
        if entry is None:
            return Break(link.number, member.record_id, _("记录已被删除。"))
        if member.position != position:
            return Break(link.number, member.record_id, _("记录的次序被改动。"))
        if digest_of_record(entry) != entry.digest:
            return Break(link.number, entry.pk, _("记录内容与其摘要不符。"))
        found.append((entry.pk, entry.digest))
    if len(found) != link.count or root_of(found) != link.root:
        return Break(link.number, None, _("封印所覆盖的记录有增减或替换。"))
    return None


def _members(link: Seal) -> Iterator[tuple[SealedRecord, AuditRecord | None]]:
    members = list(link.members.order_by("position"))
    for start in range(0, len(members), 2000):
        chunk = members[start : start + 2000]
        entries = AuditRecord.objects.in_bulk([member.record_id for member in chunk])
        for member in chunk:
            yield member, entries.get(member.record_id)


def _broken_unsealed() -> Break | None:
    for entry in (
        AuditRecord.objects.filter(
            ~models.Exists(SealedRecord.objects.filter(record_id=models.OuterRef("pk")))
        )
        .order_by("id")
        .iterator()
    ):
        if digest_of_record(entry) != entry.digest:
            return Break(None, entry.pk, _("记录内容与其摘要不符。"))
        if entry.at < timezone.now() - LONGEST_TRANSACTION:
            return Break(None, entry.pk, _("记录早应封印而未封印，疑为事后插入。"))
    return None
