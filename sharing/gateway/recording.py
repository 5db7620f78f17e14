"""The record of a call. Nothing is served before its record is written (SC-29, HK-38)."""

import time
from dataclasses import dataclass, field
from typing import Any

from sharing.choices import Method
from sharing.gateway import statements
from sharing.gateway.admission import Call
from sharing.gateway.records import Page, Reading
from sharing.models import ServiceCall, UsedNonce

COLUMNS = {
    "at": "timestamptz", "outcome": "text", "status": "int", "way": "text",
    "authorization_id": "bigint", "code_id": "bigint", "service_id": "bigint",
    "consumer_id": "bigint", "provider_id": "bigint", "items": "text[]", "ip": "text",
    "request_id": "text", "milliseconds": "int", "rows": "int",
}  # fmt: skip
TABLE = ServiceCall._meta.db_table
GIVEN = [f"%s::{name}" for name in COLUMNS.values()]
INSERT = f"INSERT INTO {TABLE} ({', '.join(COLUMNS)}) SELECT {{values}}"
# One plain statement: the model's own saving took as long as the other two statements of a call.
RECORD = INSERT.format(values=", ".join(GIVEN))
# The nonce of a signed call is kept by the same statement: a call is on record as served exactly
# when its nonce is, whatever Redis has forgotten meanwhile.
FRESH = f"""fresh AS (
    INSERT INTO {UsedNonce._meta.db_table} (code_id, nonce, at) VALUES (%s, %s, %s)
    ON CONFLICT (code_id, nonce) DO NOTHING RETURNING 1
)"""  # noqa: S608 - names only
RECORD_ONCE = f"WITH {FRESH} {RECORD} FROM fresh"
# The rows of a page and the record that they are served, in one round trip: what is not on record
# is not even sent to the gateway. The time is what had passed before and what the rows took.
TAKEN = "1000 * extract(epoch FROM clock_timestamp() - statement_timestamp())"
RECORD_PAGE = INSERT.format(
    values=", ".join(
        [
            *GIVEN[:-2],
            f"(%s + {TAKEN})::int",
            "least(%s, (SELECT count(*) FROM page))::int",
        ]
    )
)
READ = "WITH page AS ({page}), {fresh}made AS ({record} RETURNING 1)"
READ += " SELECT page.* FROM made LEFT JOIN page ON true ORDER BY page.number"


class Replayed(Exception):
    """A call signed with this nonce has been served before."""


@dataclass(frozen=True)
class Origin:
    """Where a call came from, by which way, and when it began (time.perf_counter)."""

    ip: str
    request_id: str
    way: str = Method.INTERFACE
    started: float = field(default_factory=time.perf_counter)

    @property
    def milliseconds(self) -> int:
        return round((time.perf_counter() - self.started) * 1000)


def record_call(
    call: Call, origin: Origin, *, items: list[str], rows: int, nonce: str = ""
) -> None:
    """Writes the record of one call, served or refused; raises DatabaseError when it cannot.

    `nonce` is that of a signed call which is to be served; raises Replayed when it was used before,
    with nothing written.
    """
    values = _values(call, origin, items, rows)
    with statements.cursor() as cursor:
        if not nonce:
            cursor.execute(RECORD, values)
            return
        cursor.execute(RECORD_ONCE, (*_once(call, nonce), *values))
        if cursor.rowcount == 0:
            raise Replayed


def record_and_read(call: Call, origin: Origin, reading: Reading, *, nonce: str = "") -> Page:
    """The same for a call that is served the page which is read; returns the page."""
    wanted = reading.wanted
    statement = READ.format(
        page=reading.statement,
        fresh=f"{FRESH}, " if nonce else "",
        record=f"{RECORD_PAGE} FROM fresh" if nonce else RECORD_PAGE,
    )
    values = _values(call, origin, wanted.names, wanted.page_size)
    once = _once(call, nonce) if nonce else ()
    with statements.cursor() as cursor:
        cursor.execute(statement, (*reading.values, *once, *values))
        found = cursor.fetchall()
    if not found:
        raise Replayed
    no_rows = found[0][0] is None  # the record alone: nothing joined it
    return reading.page([] if no_rows else found)


def _values(call: Call, origin: Origin, items: list[str], rows: int) -> tuple[Any, ...]:
    """What the columns take, in their order."""
    grant = call.grant
    return (
        call.at,
        str(call.outcome),
        call.status,
        str(origin.way),
        grant.authorization_id if grant else None,
        grant.code_id if grant else None,
        grant.service_id if grant else None,
        grant.consumer_id if grant else None,
        grant.provider_id if grant else None,
        items,
        origin.ip[:45],
        origin.request_id[:64],
        origin.milliseconds,
        rows,
    )


def _once(call: Call, nonce: str) -> tuple[Any, ...]:
    return (call.grant.code_id if call.grant else None, nonce, call.at)
