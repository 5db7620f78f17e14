"""Cursors whose statements the database prepares once and keeps.

The portal's usual cursors send every statement whole, so that it is planned anew each time; for the
three statements of a call the planning took longer than the work.
"""

from typing import Any

import psycopg
from django.db import connection

PREPARE_AFTER = 3  # executions on one connection


def cursor() -> Any:
    """A cursor of the present connection, in its transaction, logged and wrapped as all are."""
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    raw = connection.connection
    raw.prepare_threshold = PREPARE_AFTER
    found = psycopg.Cursor(raw)
    if connection.queries_logged:
        return connection.make_debug_cursor(found)  # type: ignore[arg-type]
    return connection.make_cursor(found)  # type: ignore[arg-type]
