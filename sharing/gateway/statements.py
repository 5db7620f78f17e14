"""Cursors whose statements the database prepares once and keeps.

The portal's usual cursors send every statement whole, so that it is planned anew each time; for the
three statements of a call the planning took longer than the work.
"""

import select
from typing import Any

import psycopg
from django.db import OperationalError, connection

PREPARE_AFTER = 3  # executions on one connection
# Left to itself the database plans some of them anew with every call, prepared or not, because their
# general plan looks a little dearer: that took longer than running them.
ONE_PLAN = "SET plan_cache_mode = force_generic_plan"


def first_row(statement: str, values: list[Any]) -> tuple[Any, ...] | None:
    """The first row that the first statement of a call finds.

    A connection that died since the last call is found out by this statement, and replaced once,
    instead of being asked beforehand by a statement of its own.
    """
    try:
        return _first_row(statement, values)
    except OperationalError:
        if connection.in_atomic_block:
            raise
        connection.close()
        return _first_row(statement, values)


def _first_row(statement: str, values: list[Any]) -> tuple[Any, ...] | None:
    with cursor() as found:
        found.execute(statement, values)
        row: tuple[Any, ...] | None = found.fetchone()
    return row


def is_silent() -> bool:
    """Whether the connection is there and has nothing to say: one that the server has ended has."""
    raw = connection.connection
    if raw is None or raw.closed:
        return False
    readable, _writable, _failed = select.select([raw.fileno()], [], [], 0)
    return not readable


def cursor(*, by_value: bool = False) -> Any:
    """A cursor of the present connection, in its transaction, logged and wrapped as all are.

    `by_value` is for statements whose best plan depends on the values: one row by its number, or
    half of all rows.
    """
    if by_value:
        return connection.cursor()
    connection.ensure_connection()
    raw = connection.connection
    if raw.prepare_threshold != PREPARE_AFTER:
        raw.execute(ONE_PLAN)
        raw.prepare_threshold = PREPARE_AFTER
    found = psycopg.Cursor(raw)
    if connection.queries_logged:
        return connection.make_debug_cursor(found)  # type: ignore[arg-type]
    return connection.make_cursor(found)  # type: ignore[arg-type]
