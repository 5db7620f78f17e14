"""State changes, which reports read, are held against the sealed records of the same moves."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from catalog.models import CatalogEntry
from catalog.services import entries
from citybrain.audit import agreement
from citybrain.audit.models import AuditRecord, StateChange
from tests import scenes
from tests.audit.tampering import execute, unguarded
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db
CHANGES = "audit_statechange"


@pytest.fixture
def moved(world: World) -> CatalogEntry:
    """An entry sent in, taken back with a reason, and sent in again."""
    entry = scenes.a_submitted_entry(world)
    entries.move(
        "recall", actor=actor_of(world.police_cataloguer), entry=entry, reason="漏填 100%_项"
    )
    return entries.move("submit", actor=actor_of(world.police_cataloguer), entry=entry)


def test_honest_moves_agree(moved: CatalogEntry) -> None:
    assert StateChange.objects.count() == 3
    assert agreement.verify() is None
    call_command("verify_audit", stdout=None)


@pytest.mark.parametrize(
    "set_to",
    ["at = at - interval '40 days'", "new = 'published'", "reason = '另有原因'", "actor_id = NULL"],
)
def test_a_change_that_was_altered_is_found(moved: CatalogEntry, set_to: str) -> None:
    change = StateChange.objects.get(move="recall")
    with unguarded(CHANGES):
        execute(f"UPDATE {CHANGES} SET {set_to} WHERE id = %s", change.pk)
    broken = agreement.verify()
    assert broken is not None
    assert str(change.pk) in broken.reason
    with pytest.raises(CommandError, match="没有与之相符的审计记录"):
        call_command("verify_audit")


def test_a_change_that_was_removed_is_found(moved: CatalogEntry) -> None:
    with unguarded(CHANGES):
        execute(f"DELETE FROM {CHANGES} WHERE move = 'recall'")
    broken = agreement.verify()
    assert broken is not None
    assert broken.record_id == AuditRecord.objects.get(verb="catalog.entry.recall").pk


def test_a_change_that_was_invented_is_found(moved: CatalogEntry) -> None:
    last = StateChange.objects.latest("id")
    StateChange.objects.create(
        subject_type=last.subject_type,
        subject_id=last.subject_id,
        move="publish",
        label="发布",
        old="reviewing",
        new="published",
        actor=last.actor,
        actor_name=last.actor_name,
        at=last.at + timedelta(days=1),
        version=last.version + 1,
    )
    assert agreement.verify() is not None
