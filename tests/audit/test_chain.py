"""The chain of seals holds for an honest trail and names the first place where one was altered."""

import json
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from citybrain.audit import sealing
from citybrain.audit.models import AuditRecord, Seal, SealedRecord
from citybrain.audit.services import build, digest_of_record, record, record_many
from citybrain.audit.tasks import seal as seal_task
from citybrain.organizations.actors import system_actor
from citybrain.registry import UnknownName
from tests.audit.tampering import execute, unguarded
from tests.personas import World

pytestmark = pytest.mark.django_db
RECORDS, SEALS, MEMBERS = "audit_auditrecord", "audit_seal", "audit_sealedrecord"


def write(count: int) -> list[AuditRecord]:
    return [
        record(
            "access.exported",
            actor=system_actor(),
            subject_text=f"第{number}次",
            data={"rows": number, "filters": {"部门": "市公安局", "start": timezone.localdate()}},
        )
        for number in range(count)
    ]


@pytest.fixture
def trail(db: None) -> list[AuditRecord]:
    """Three seals over three records each."""
    written = []
    for _seal in range(3):
        written += write(3)
        sealing.seal()
    return written


def test_an_untouched_trail_verifies(trail: list[AuditRecord]) -> None:
    write(2)
    assert sealing.verify() is None
    assert [link.count for link in Seal.objects.all()] == [3, 3, 3]
    assert sealing.unsealed().count() == 2


def test_a_record_reads_back_to_the_digest_it_was_written_with(world: World) -> None:
    """jsonb, time zones and Chinese text must survive the way through the database."""
    written = record(
        "access.exported",
        actor=system_actor(),
        subject=world.police,
        department=world.health,
        data={
            "big": 10**30,
            "half": 0.5,
            "e": 1e22,
            "text": "“引号”\\n\t😀",
            "none": None,
            "b": [True],
        },
    )
    stored = AuditRecord.objects.get(pk=written.pk)
    assert digest_of_record(stored) == stored.digest == written.digest


def test_nothing_to_seal_adds_no_link(trail: list[AuditRecord]) -> None:
    assert sealing.seal() is None
    assert seal_task() == 0
    assert Seal.objects.count() == 3


def test_sealing_in_portions_covers_everything_once() -> None:
    write(7)
    links = 0
    while sealing.seal(limit=3) is not None:
        links += 1
    assert links == 3
    assert SealedRecord.objects.count() == 7
    assert sealing.verify() is None


def test_bulk_records_are_sealed_like_single_ones() -> None:
    record_many([build("access.exported", actor=system_actor()) for _number in range(5)])
    sealing.seal_all()
    assert sealing.verify() is None
    assert SealedRecord.objects.count() == 5


def test_an_unregistered_verb_is_refused() -> None:
    with pytest.raises(UnknownName):
        record("access.invented", actor=system_actor())


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("subject_text", "另一件事"),
        ("actor_name", "别人"),
        ("verb", "access.refused"),
        ("ip", "10.0.0.9"),
        ("data", '{"rows": 999}'),
        ("at", "2026-01-01 00:00:00+08"),
    ],
)
def test_a_changed_record_is_named(trail: list[AuditRecord], column: str, value: str) -> None:
    victim = trail[4]
    with unguarded(RECORDS):
        execute(f"UPDATE {RECORDS} SET {column} = %s WHERE id = %s", value, victim.pk)
    broken = sealing.verify()
    assert broken is not None
    assert (broken.seal_number, broken.record_id) == (2, victim.pk)
    assert broken.reason == "记录内容与其摘要不符。"


def test_a_record_changed_together_with_its_digest_breaks_its_seal(
    trail: list[AuditRecord],
) -> None:
    victim = AuditRecord.objects.get(pk=trail[4].pk)
    victim.subject_text = "另一件事"
    with unguarded(RECORDS):
        execute(
            f"UPDATE {RECORDS} SET subject_text = %s, digest = %s WHERE id = %s",
            victim.subject_text,
            digest_of_record(victim),
            victim.pk,
        )
    broken = sealing.verify()
    assert broken is not None
    assert broken.seal_number == 2


def test_the_first_of_several_changes_is_named(trail: list[AuditRecord]) -> None:
    with unguarded(RECORDS):
        for victim in (trail[7], trail[1]):
            execute(f"UPDATE {RECORDS} SET ip = '10.0.0.9' WHERE id = %s", victim.pk)
    broken = sealing.verify()
    assert broken is not None
    assert broken.record_id == trail[1].pk


def test_a_removed_record_is_named(trail: list[AuditRecord]) -> None:
    with unguarded(RECORDS):
        execute(f"DELETE FROM {RECORDS} WHERE id = %s", trail[3].pk)
    broken = sealing.verify()
    assert broken is not None
    assert (broken.seal_number, broken.record_id) == (2, trail[3].pk)
    assert broken.reason == "记录已被删除。"


def test_a_record_removed_with_its_place_in_the_seal_is_missed(trail: list[AuditRecord]) -> None:
    with unguarded(RECORDS, MEMBERS):
        execute(f"DELETE FROM {MEMBERS} WHERE record_id = %s", trail[5].pk)
        execute(f"DELETE FROM {RECORDS} WHERE id = %s", trail[5].pk)
    broken = sealing.verify()
    assert broken is not None
    assert broken.seal_number == 2


def test_records_that_change_places_are_found(trail: list[AuditRecord]) -> None:
    first, second = trail[0].pk, trail[2].pk
    with unguarded(MEMBERS):
        execute(f"UPDATE {MEMBERS} SET position = 99 WHERE record_id = %s", first)
        execute(f"UPDATE {MEMBERS} SET position = 0 WHERE record_id = %s", second)
        execute(f"UPDATE {MEMBERS} SET position = 2 WHERE record_id = %s", first)
    broken = sealing.verify()
    assert broken is not None
    assert broken.seal_number == 1


def test_records_that_exchange_their_content_are_found(trail: list[AuditRecord]) -> None:
    first, second = trail[0], trail[1]
    with unguarded(RECORDS):
        execute(f"UPDATE {RECORDS} SET id = -1 WHERE id = %s", first.pk)
        execute(f"UPDATE {RECORDS} SET id = %s WHERE id = %s", first.pk, second.pk)
        execute(f"UPDATE {RECORDS} SET id = %s WHERE id = -1", second.pk)
    broken = sealing.verify()
    assert broken is not None
    assert broken.seal_number == 1


def test_a_record_slipped_in_later_is_found(trail: list[AuditRecord]) -> None:
    entry = build("access.exported", actor=system_actor())
    entry.at = timezone.now() - timedelta(days=3)
    entry.digest = digest_of_record(entry)
    entry.save(force_insert=True)
    sealing.seal_all()
    broken = sealing.verify()
    assert broken is not None
    assert (broken.seal_number, broken.record_id) == (None, entry.pk)
    assert "事后插入" in broken.reason


def test_a_removed_link_is_found(trail: list[AuditRecord]) -> None:
    with unguarded(SEALS, MEMBERS):
        execute(f"DELETE FROM {MEMBERS} WHERE seal_id = 2")
        execute(f"DELETE FROM {SEALS} WHERE number = 2")
    broken = sealing.verify()
    assert broken is not None
    assert broken.reason == "封印链在此断开：缺少或改动了前一个封印。"


def rewrite_last_link() -> None:
    """A thorough forger: drops the last seal and writes a new, consistent one without a record."""
    last = Seal.objects.get(number=3)
    members = list(last.members.order_by("position"))[:-1]
    entries = AuditRecord.objects.in_bulk([member.record_id for member in members])
    last.count = len(members)
    last.root = sealing.root_of([(m.record_id, entries[m.record_id].digest) for m in members])
    dropped = last.members.order_by("position").last()
    assert dropped is not None
    with unguarded(RECORDS, SEALS, MEMBERS):
        execute(f"DELETE FROM {MEMBERS} WHERE record_id = %s", dropped.record_id)
        execute(f"DELETE FROM {RECORDS} WHERE id = %s", dropped.record_id)
        execute(
            f"UPDATE {SEALS} SET count = %s, root = %s, digest = %s WHERE number = 3",
            last.count,
            last.root,
            sealing.seal_digest(last),
        )


def test_a_rewritten_chain_holds_in_itself_but_not_against_a_head_held_outside(
    trail: list[AuditRecord],
) -> None:
    held = sealing.head()
    assert held is not None
    rewrite_last_link()
    assert sealing.verify() is None, "the forgery must be consistent, or it would prove nothing"
    broken = sealing.verify(held)
    assert broken is not None
    assert (broken.seal_number, broken.reason) == (3, "封印与外部留存的链首不符。")


def test_a_chain_cut_off_at_its_end_is_found_by_a_held_head(trail: list[AuditRecord]) -> None:
    held = sealing.head()
    with unguarded(RECORDS, SEALS, MEMBERS):
        execute(f"DELETE FROM {MEMBERS} WHERE seal_id = 3")
        execute(f"DELETE FROM {SEALS} WHERE number = 3")
        execute(f"DELETE FROM {RECORDS} WHERE id >= %s", trail[6].pk)
    assert sealing.verify() is None
    broken = sealing.verify(held)
    assert broken is not None
    assert "已不在链上" in broken.reason


def test_the_command_reports_exports_and_compares(trail: list[AuditRecord], tmp_path: Path) -> None:
    head = tmp_path / "head.json"
    out = StringIO()
    call_command("verify_audit", export_head=head, stdout=out)
    assert "审计链完整：9 条记录，3 个封印" in out.getvalue()
    assert json.loads(head.read_text())["number"] == 3
    call_command("verify_audit", held_head=head, stdout=StringIO())
    rewrite_last_link()
    with pytest.raises(CommandError, match="封印 3，记录 —。封印与外部留存的链首不符"):
        call_command("verify_audit", held_head=head, stdout=StringIO())
    head.write_text("{}")
    with pytest.raises(CommandError, match="无法读取链首文件"):
        call_command("verify_audit", held_head=head, stdout=StringIO())


def test_the_command_names_the_first_broken_record(trail: list[AuditRecord]) -> None:
    with unguarded(RECORDS):
        execute(f"UPDATE {RECORDS} SET ip = '10.0.0.9' WHERE id = %s", trail[1].pk)
    with pytest.raises(CommandError, match=f"封印 1，记录 {trail[1].pk}。记录内容与其摘要不符"):
        call_command("verify_audit", stdout=StringIO())


def test_verification_costs_queries_by_seal_not_by_record(
    trail: list[AuditRecord], django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    write(40)
    sealing.seal()
    with django_assert_max_num_queries(2 + 2 * 4):
        assert sealing.verify() is None
