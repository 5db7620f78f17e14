"""What the audit trail costs: a move with its records and without, and many writers at once."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from unittest import mock

from django.db import connection, transaction

from catalog.models import CatalogEntry
from catalog.services import entries
from citybrain import workflow
from citybrain.audit import sealing
from citybrain.audit.models import AuditRecord
from citybrain.audit.services import record
from citybrain.duties.services import duty
from citybrain.organizations.actors import system_actor
from tests import scenes
from tests.benchmarks import state
from tests.benchmarks.results import Result
from tests.benchmarks.runner import say
from tests.benchmarks.timing import in_turns, median, ratio
from tests.personas import World, actor_of, build_world

MOVES = 60
WRITERS, SECONDS, TURNS = 4, 2.0, 5
VERB, DATA = "access.exported", {"format": "csv", "rows": 120, "filters": "theme=03"}
PLAIN = "benchmark_plain"
INSERT = (
    f"INSERT INTO {PLAIN} (uid, at, verb, actor_name, subject_type, subject_text, data, ip,"
    " request_id, digest) VALUES (gen_random_uuid(), now(), %s, %s, '', %s, %s::jsonb, '', '', %s)"
)
VALUES = (VERB, "系统自动办理", "信息资源目录", json.dumps(DATA), "0" * 64)
Writer = Callable[[], None]


def run() -> Sequence[Result]:
    """What the audit trail costs: a move with its records and without, and many writers at once."""
    with state.fresh_database():
        return [*_moves(build_world()), *_writers()]


def _moves(world: World) -> list[Result]:
    """Submitting and recalling an entry: two moves, each with the records of move and duty."""
    recorded, unrecorded = scenes.a_draft(world), scenes.a_draft(world, title="户籍人口信息")
    actor = actor_of(world.police_cataloguer)

    def there_and_back(entry: CatalogEntry) -> None:
        entries.move("submit", actor=actor, entry=entry)
        entries.move("recall", actor=actor, entry=entry)

    def without_record() -> None:
        with mock.patch.object(workflow, "record"), mock.patch.object(duty, "record"):
            there_and_back(unrecorded)

    before = AuditRecord.objects.count()
    taken = in_turns(
        {"with": lambda: there_and_back(recorded), "without": without_record}, rounds=MOVES
    )
    records = (AuditRecord.objects.count() - before) / (MOVES + 2) / 2
    cost = ratio(taken["with"], taken["without"])
    say(
        f"   a move: {median(taken['with']) / 2:.1f} ms with its {records:.0f} records, "
        f"{median(taken['without']) / 2:.1f} ms without"
    )
    assert records == 2, "a move of the catalog writes its own record and its duty's"
    return [Result("audit.cost_of_a_move", cost, "x the move without records", 1.3, "lower")]


def _writers() -> list[Result]:
    """Transactions of one record each, a sealer at work beside them, against bare INSERTs."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {PLAIN} (LIKE {AuditRecord._meta.db_table} INCLUDING ALL)")
    connection.close()
    alone, together, plain = [], [], []
    for _turn in range(TURNS):
        alone.append(_per_second(_write_record, writers=1))
        together.append(_per_second(_write_record, writers=WRITERS))
        plain.append(_per_second(_write_plain_row, writers=WRITERS))
    say(
        f"   records a second: {median(alone):.0f} by one writer, {median(together):.0f} by "
        f"{WRITERS}; bare rows by {WRITERS}: {median(plain):.0f}"
    )
    sealing.seal_all()
    assert sealing.verify() is None, "the chain does not hold"
    return [
        Result(
            "audit.writers_do_not_queue",
            ratio(together, alone),
            f"x one writer's records, by {WRITERS}",
            1.0,
            "higher",
        ),
        Result(
            "audit.records_against_bare_rows",
            ratio(together, plain),
            f"x the bare rows of {WRITERS} writers",
            0.3,
            "higher",
        ),
    ]


def _per_second(writer: Writer, *, writers: int) -> float:
    with _processes(writers + 1) as pool:
        sealer = pool.submit(_repeat, _seal_now_and_then)
        done = [pool.submit(_repeat, writer) for _number in range(writers)]
        counts = [one.result() for one in done]
        sealer.result()
    return sum(counts) / SECONDS


@contextmanager
def _processes(count: int) -> Iterator[ProcessPoolExecutor]:
    connection.close()  # nobody may inherit it
    with ProcessPoolExecutor(count, mp_context=get_context("fork")) as pool:
        yield pool


def _repeat(work: Writer) -> int:
    """How often `work` is done in SECONDS, after a first time that connects."""
    work()
    count, ends = 0, time.perf_counter() + SECONDS
    while time.perf_counter() < ends:
        work()
        count += 1
    connection.close()
    return count


def _write_record() -> None:
    with transaction.atomic():
        record(VERB, actor=system_actor(), subject_text="信息资源目录", data=DATA)


def _write_plain_row() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(INSERT, VALUES)


def _seal_now_and_then() -> None:
    time.sleep(0.2)
    sealing.seal()
