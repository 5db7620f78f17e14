"""Many people and workers at the same time: one wins, nothing is done twice, nothing is lost."""

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from catalog import tasks
from catalog.models import CatalogEntry, EntryRevision, ImportBatch
from catalog.models.batch import BatchState
from catalog.services import bulk, entries, imports
from citybrain import claims
from citybrain.audit.models import AuditRecord
from citybrain.organizations.models import User
from citybrain.refusals import Conflict
from tests import scenes
from tests.audit.test_concurrency import in_threads
from tests.catalog.workbooks import entry, item, workbook
from tests.factories.organizations import UserFactory
from tests.personas import World, actor_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]
PEOPLE = 3


class GivenUp(Exception):
    pass


def at_once(*work: Callable[[], Any]) -> list[Any]:
    """Starts all of them in the same moment; returns what each returned or refused with."""
    start = threading.Barrier(len(work))
    outcomes: list[Any] = [None] * len(work)

    def run(place: int, one: Callable[[], Any]) -> None:
        start.wait(timeout=30)
        try:
            outcomes[place] = one()
        except (Conflict, ValidationError, GivenUp) as refused:
            outcomes[place] = refused

    in_threads(*(lambda place=place, one=one: run(place, one) for place, one in enumerate(work)))
    return outcomes


def test_people_at_the_same_time(world: World) -> None:
    codes_are_different(world)
    one_title_is_taken_once(world)
    one_of_two_approvers_wins(world)


def codes_are_different(world: World) -> None:
    actor = actor_of(world.police_cataloguer)

    def compile_some(person: int) -> None:
        for number in range(3):
            entries.compile_entry(
                actor=actor,
                department=world.police,
                values=scenes.entry_values(title=f"登记信息{person}之{number}"),
                items=scenes.ITEMS[:1],
            )

    def give_up() -> None:
        with transaction.atomic():
            scenes.a_draft(world, title="没有做成的", items=scenes.ITEMS[:1])
            raise GivenUp

    at_once(*(lambda person=person: compile_some(person) for person in range(PEOPLE)), give_up)
    codes = sorted(CatalogEntry.objects.values_list("code", flat=True))
    prefix = f"307460100{world.police.catalog_number}"
    assert codes == [f"{prefix}/{number:06}" for number in range(1, PEOPLE * 3 + 1)]


def one_title_is_taken_once(world: World) -> None:
    outcomes = at_once(*[lambda: scenes.a_draft(world, title="同名登记信息")] * PEOPLE)
    refused = [one for one in outcomes if isinstance(one, ValidationError)]
    assert len(refused) == PEOPLE - 1
    assert all("本单位已有同名" in one.message_dict["title"][0] for one in refused)
    assert CatalogEntry.objects.filter(title="同名登记信息").count() == 1


def one_of_two_approvers_wins(world: World) -> None:
    second = UserFactory(department=world.bureau, roles=["bureau_approver"])
    actors = [actor_of(world.approver), actor_of(second)]
    for pair in (("publish", "publish"), ("publish", "reject")):
        signed = scenes.a_signed_entry(world, title=f"{pair}登记信息")
        press = partial(entries.move, entry=signed, version=signed.version, reason="须核实")
        outcomes = at_once(
            *(partial(press, name, actor=actor) for name, actor in zip(pair, actors, strict=True))
        )
        lost = [one for one in outcomes if isinstance(one, Conflict)]
        assert len(lost) == 1, outcomes
        signed.refresh_from_db()
        assert lost[0].state_label == signed.get_state_display()
        published = signed.state == "published"
        assert EntryRevision.objects.filter(entry=signed).count() == published
        moves = AuditRecord.objects.filter(
            subject_id=signed.pk, verb__in=("catalog.entry.publish", "catalog.entry.reject")
        )
        assert moves.count() == 1


def a_batch(world: World, person: User, *rows: dict[str, Any]) -> ImportBatch:
    """Uploaded, previewed and confirmed, not yet applied."""
    file = BytesIO(workbook(rows, [item(row["title"]) for row in rows]))
    actor = actor_of(person)
    batch = imports.upload(
        actor=actor, department=person.department, file_name="目录.xlsx", file=file
    )
    imports.preview(batch.pk)
    return imports.confirm(actor=actor, batch=batch)


def themed(title: str) -> dict[str, Any]:
    return entry(title, resource_class="主题信息资源", class_item="公共服务")


def test_workers_at_the_same_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two imports that take number series in opposite orders, each offered to two workers."""
    for module in (bulk, imports):
        monkeypatch.setattr(module, "CHUNK", 1)
    one = a_batch(
        world, world.police_cataloguer, entry("甲信息"), themed("乙信息"), entry("丙信息")
    )
    other = a_batch(
        world, world.police_cataloguer, themed("丁信息"), entry("戊信息"), themed("己信息")
    )
    work = [lambda batch=batch: imports.apply(batch.pk) for batch in (one, other)]
    assert at_once(*work, *work) == [None] * 4
    for batch in (one, other):
        batch.refresh_from_db()
        assert (batch.state, batch.added, batch.attempts) == (BatchState.APPLIED, 3, 1)
    assert CatalogEntry.objects.count() == 6
    assert AuditRecord.objects.filter(verb="catalog.import.applied").count() == 2


def test_a_worker_killed_in_the_middle_loses_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (bulk, imports):
        monkeypatch.setattr(module, "CHUNK", 1)
    batch = a_batch(world, world.police_cataloguer, *(entry(f"{n}号信息") for n in range(4)))
    compile_many = bulk.compile_many
    made: list[int] = []

    def die_at_the_third(**given: Any) -> Any:
        if len(made) == 2:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        made.append(1)
        return compile_many(**given)

    monkeypatch.setattr(imports, "compile_many", die_at_the_third)

    def killed() -> None:
        with pytest.raises(OperationalError):
            imports.apply(batch.pk)

    in_threads(killed)
    assert not CatalogEntry.objects.exists(), "nothing is half-saved"
    batch.refresh_from_db()
    assert (batch.state, batch.attempts) == (BatchState.CONFIRMED, 1)
    imports.apply(batch.pk)
    assert not CatalogEntry.objects.exists(), "the dead worker's claim holds for a while"
    assert tasks.resume_imports() == 0

    monkeypatch.setattr(imports, "compile_many", compile_many)
    long_ago = timezone.now() - claims.CLAIM - timedelta(seconds=1)
    ImportBatch.objects.update(claimed_at=long_ago, uploaded_at=long_ago)
    assert tasks.resume_imports() == 1
    batch.refresh_from_db()
    assert (batch.state, batch.added, batch.attempts) == (BatchState.APPLIED, 4, 2)
    assert CatalogEntry.objects.count() == 4
    assert tasks.resume_imports() == 0

    # A file on which worker after worker dies does not take them all.
    hopeless = a_batch(world, world.police_cataloguer, entry("又一信息"))
    ImportBatch.objects.filter(pk=hopeless.pk).update(
        claimed_at=long_ago, attempts=claims.MOST_ATTEMPTS
    )
    imports.apply(hopeless.pk)
    hopeless.refresh_from_db()
    assert hopeless.state == BatchState.FAILED
    assert "多次处理都没有完成" in str(hopeless.issues)
