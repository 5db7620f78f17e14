"""The test database: migrated once for a state of the code, restored instead of made again."""

import copy
import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.state import ProjectState

Result = TypeVar("Result")
Contents = dict[str, list[bytes]]
LOCK = 738_214


def migrated_template() -> str:
    """The name of a database in which all migrations have run, made when they have changed.

    The workers of a run, and later runs, copy it; each still runs `migrate`, which brings
    permissions and the calendar in line with the code.
    """
    digest = _digest_of_migrations()
    name = f"template_{connection.settings_dict['NAME']}"
    with connection._nodb_cursor() as cursor:
        # Held until the cursor's connection closes: one worker migrates, the others wait for it.
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            [name],
        )
        if cursor.fetchone() == (digest,):
            return name
        quoted = connection.ops.quote_name(name)
        cursor.execute(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {quoted}")
        _migrate(name)
        cursor.execute(f"COMMENT ON DATABASE {quoted} IS '{digest}'")
    return name


def _digest_of_migrations() -> str:
    digest = hashlib.sha256()
    for config in apps.get_app_configs():
        for path in sorted(Path(config.path, "migrations").glob("*.py")):
            digest.update(f"{config.label}/{path.name}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _migrate(name: str) -> None:
    connection.close()
    before, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], name
    try:
        with _models_rendered_alone():
            call_command("migrate", verbosity=0, interactive=False)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


@contextmanager
def _models_rendered_alone() -> Iterator[None]:
    """Within, a migration makes anew the model that it changes, not all that lead to it.

    Those are most, for everything leads to people and departments: nine tenths of the time. The
    schema is the same to the byte. A data migration that asks an older model for a field that one
    it leads to got later fails here, as FieldError, though `migrate` itself would do it.
    """

    def alone(state: ProjectState, app: str, model: str, delay: bool = False) -> None:
        these(state, [(app, model)])

    def these(state: ProjectState, models: Iterable[tuple[str, str]], delay: bool = True) -> None:
        if "apps" in vars(state):
            state._reload(set(models))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ProjectState, "reload_model", alone)
        patch.setattr(ProjectState, "reload_models", these)
        yield


def contents() -> Contents:
    """Every row of the database, table by table, as COPY writes it."""
    return {table: _rows_of(table) for table in _tables()}


def _tables(kinds: str = "r") -> list[str]:
    """Tables by name; those of the kind "p" are divided into others, which hold their rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = ANY(%s)"
            " AND relnamespace = 'public'::regnamespace"
            " AND relname <> 'django_migrations' ORDER BY relname",
            [list(kinds)],
        )
        return [name for (name,) in cursor.fetchall()]


def _rows_of(table: str) -> list[bytes]:
    with connection.cursor() as cursor, cursor.cursor.copy(f'COPY "{table}" TO STDOUT') as copying:
        return b"".join(bytes(block) for block in copying).splitlines(keepends=True)


def insert(rows: Contents) -> None:
    """Adds `rows` with the ids that they had."""
    with transaction.atomic(), connection.cursor() as cursor:  # keys are checked at its end
        for table, lines in rows.items():
            with cursor.cursor.copy(f'COPY "{table}" FROM STDIN') as copying:
                copying.write(b"".join(lines))


def restore(base: Contents) -> None:
    """Makes the database hold `base` and nothing else, after a test that committed."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            tables = ", ".join(f'"{table}"' for table in _tables("rp"))
            cursor.execute(f"TRUNCATE {tables}")
        insert({table: lines for table, lines in base.items() if lines})


@dataclass(frozen=True)
class Frozen(Generic[Result]):
    """What a builder made, rows and result, so that every test gets it without its work.

    `former` are rows as they were before the builder changed them.
    """

    result: Result
    rows: Contents
    former: Contents = field(default_factory=dict)

    @classmethod
    def of(cls, build: Callable[[], Result], *, may_change: bool = False) -> "Frozen[Result]":
        """Runs `build` and takes its rows out again.

        Raises ValueError when it changed others, unless it `may_change` them.
        """
        made: list[Frozen[Result]] = []
        with suppress(_TakenOutAgain), transaction.atomic():
            before = contents()
            result = build()
            after = contents()
            former = _beyond(before, after)
            if former and not may_change:
                raise ValueError(f"the builder changed rows that others need: {sorted(former)}")
            made.append(cls(result, _beyond(after, before), former))
            raise _TakenOutAgain
        return made[0]

    def thaw(self) -> Result:
        """Puts the rows into the database and returns a copy of the result."""
        for table, lines in self.former.items():
            ids = [int(line.split(b"\t", 1)[0]) for line in lines]
            with connection.cursor() as cursor:  # keys are checked at the end of the transaction
                cursor.execute(f'DELETE FROM "{table}" WHERE id = ANY(%s)', [ids])
        insert(self.rows)
        return copy.deepcopy(self.result)


class _TakenOutAgain(Exception):
    """Ends the transaction in which a builder worked."""


def _beyond(these: Contents, those: Contents) -> Contents:
    """The lines that `these` have and `those` have not, of each table that has such."""
    found = {}
    for table, lines in these.items():
        if lines != those[table]:
            known = set(those[table])
            if beyond := [line for line in lines if line not in known]:
                found[table] = beyond
    return found
