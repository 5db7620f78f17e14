"""Many writers at once: no fork, no record left out, nobody waits for anybody."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from citybrain.audit import sealing
from citybrain.audit.models import AuditRecord, Seal, SealedRecord
from citybrain.audit.services import record
from citybrain.organizations.actors import system_actor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]
WRITERS, TRANSACTIONS = 8, 25


class Abandoned(Exception):
    pass


def in_threads(*work: Callable[[], object]) -> None:
    """Runs each in a thread with a database connection of its own; re-raises what any raised."""

    def run(one: Callable[[], object]) -> None:
        try:
            one()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(work)) as pool:
        for done in [pool.submit(run, one) for one in work]:
            done.result(timeout=60)


@contextmanager
def impatient() -> Iterator[None]:
    """In the block this connection gives up a lock that it does not get within 300 ms."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '300ms'")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")


def test_parallel_transactions_are_all_sealed_once_and_never_fork() -> None:
    start = threading.Barrier(WRITERS + 2)
    writing = threading.Event()
    writing.set()
    finished = threading.Semaphore(0)

    def write(writer: int) -> None:
        start.wait(timeout=30)
        for number in range(TRANSACTIONS):
            try:
                with transaction.atomic():
                    for _record in range(2):
                        record(
                            "access.exported",
                            actor=system_actor(),
                            subject_text=f"{writer}-{number}",
                        )
                    if number % 5 == 0:
                        raise Abandoned
            except Abandoned:
                continue
        finished.release()

    def seal() -> None:
        start.wait(timeout=30)
        while writing.is_set():
            sealing.seal(limit=17)

    def end_sealing() -> None:
        for _writer in range(WRITERS):
            assert finished.acquire(timeout=50)
        writing.clear()

    writers: list[Callable[[], object]] = [
        lambda writer=writer: write(writer) for writer in range(WRITERS)
    ]
    in_threads(*writers, seal, seal, end_sealing)
    sealing.seal_all()

    kept = WRITERS * (TRANSACTIONS - TRANSACTIONS // 5) * 2
    assert AuditRecord.objects.count() == kept
    assert SealedRecord.objects.count() == kept
    assert set(SealedRecord.objects.values_list("record_id", flat=True)) == set(
        AuditRecord.objects.values_list("id", flat=True)
    )
    links = list(Seal.objects.order_by("number"))
    assert len(links) > 5, "sealing must have happened while the writers were at it"
    assert [link.number for link in links] == list(range(1, len(links) + 1))
    assert [link.previous for link in links[1:]] == [link.digest for link in links[:-1]]
    assert sealing.verify() is None


@contextmanager
def held_open(work: Callable[[], object]) -> Iterator[None]:
    """`work` done by another connection whose transaction stays open for the length of the block."""
    done, release = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                work()
                done.set()
                assert release.wait(timeout=30)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=1) as pool:
        holding = pool.submit(hold)
        assert done.wait(timeout=30)
        try:
            yield
        finally:
            release.set()
            holding.result(timeout=30)


def write_one() -> None:
    record("access.exported", actor=system_actor())


def test_a_writer_does_not_wait_for_another_writer_or_for_the_sealer() -> None:
    write_one()
    for other in (write_one, sealing.seal):
        with held_open(other), impatient():
            write_one()
    assert AuditRecord.objects.count() == 4
    sealing.seal_all()
    assert sealing.verify() is None


def test_a_late_commit_is_taken_by_the_next_link() -> None:
    with held_open(write_one):
        write_one()
        sealing.seal_all()
        (early,) = AuditRecord.objects.all()
        assert SealedRecord.objects.get().record_id == early.pk
    late = AuditRecord.objects.exclude(pk=early.pk).get()
    assert late.pk < early.pk, "the record with the lower id must be the one that came late"
    sealing.seal_all()
    assert SealedRecord.objects.get(record_id=late.pk).seal_id == 2
    assert sealing.verify() is None


def test_only_one_sealer_works_at_a_time() -> None:
    write_one()
    with held_open(sealing.seal), impatient(), pytest.raises(OperationalError):
        sealing.seal()
    assert Seal.objects.count() == 1


def test_even_without_the_lock_a_fork_is_refused() -> None:
    for _number in range(2):
        write_one()
        sealing.seal()
    second = Seal.objects.get(number=2)
    fork = Seal(number=3, count=0, root="0" * 64, previous=second.previous)
    fork.digest = sealing.seal_digest(fork)
    with pytest.raises(IntegrityError):
        fork.save(force_insert=True)


# --- negative control: the obvious design, a digest of the record before in each record ------------


@pytest.fixture
def single_chain() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE single_chain (id bigserial PRIMARY KEY, previous bigint)")
        cursor.execute("INSERT INTO single_chain (previous) VALUES (0)")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE single_chain")


def append(*, lock: bool) -> None:
    with connection.cursor() as cursor:
        if lock:
            cursor.execute("LOCK TABLE single_chain IN EXCLUSIVE MODE")
        cursor.execute("SELECT max(id) FROM single_chain")
        (last,) = cursor.fetchone()
        cursor.execute("INSERT INTO single_chain (previous) VALUES (%s)", [last])


def test_control_a_single_chain_without_a_lock_forks(single_chain: None) -> None:
    with held_open(lambda: append(lock=False)):
        append(lock=False)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM single_chain WHERE previous = 1")
        assert cursor.fetchone() == (2,)


def test_control_a_single_chain_with_a_lock_makes_writers_wait(single_chain: None) -> None:
    with (
        held_open(lambda: append(lock=True)),
        impatient(),
        pytest.raises(OperationalError),
        transaction.atomic(),
    ):
        append(lock=True)
