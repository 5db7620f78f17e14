"""The record of a call. Nothing is served before its record is written (SC-29, HK-38)."""

import time
from dataclasses import dataclass, field
from typing import Any

from sharing.choices import Method
from sharing.gateway import statements
from sharing.gateway.admission import Call
from sharing.gateway.grants import PROVE, proof_of
from sharing.gateway.records import Page, Reading
from sharing.gateway.remembered import Outdated
from sharing.models import ServiceCall, UsedNonce

COLUMNS = {
    "at": "timestamptz", "outcome": "text", "status": "int", "way": "text",
    "authorization_id": "bigint", "code_id": "bigint", "service_id": "bigint",
    "consumer_id": "bigint", "provider_id": "bigint", "items": "text[]", "ip": "text",
    "request_id": "text", "milliseconds": "int", "rows": "int",
}  # fmt: skip
TABLE = ServiceCall._meta.db_table
GIVEN = [f"%s::{name}" for name in COLUMNS.values()]
# One plain statement: the model's own saving took as long as the other two statements of a call.
INSERT = f"INSERT INTO {TABLE} ({', '.join(COLUMNS)}) SELECT"
# With the rows of a page: the time is what had passed before and what the rows took.
TAKEN = "1000 * extract(epoch FROM clock_timestamp() - statement_timestamp())"
PAGE = "SELECT page.* FROM made LEFT JOIN page ON true ORDER BY page.number"
SERVED = f"(%s + {TAKEN})::int, least(%s, (SELECT count(*) FROM page))::int"  # noqa: S608 - no names at all
# A grant that is remembered is proven by the statement that serves under it.
VALID = f"valid AS ({PROVE})"
# The nonce of a signed call is kept by the same statement: a call is on record as served exactly
# when its nonce is, whatever Redis has forgotten meanwhile.
FRESH = f"""fresh AS (
    INSERT INTO {UsedNonce._meta.db_table} (code_id, nonce, at) SELECT %s, %s, %s{{valid}}
    ON CONFLICT (code_id, nonce) DO NOTHING RETURNING 1
)"""


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
    Outdated when the grant was remembered and is not as it was, with nothing written.
    """
    parts, first, source = _conditions(call, nonce)
    statement = f"{_with(parts)}{INSERT} {', '.join(GIVEN)}{source}"
    with statements.cursor() as cursor:
        cursor.execute(statement, (*first, *_values(call, origin, items, rows)))
        if cursor.rowcount == 0:
            raise Outdated if call.from_memory else Replayed


def record_and_read(call: Call, origin: Origin, reading: Reading, *, nonce: str = "") -> Page:
    """The same for a call that is served the page which is read; returns the page.

    What is not on record is not even sent to the gateway.
    """
    wanted = reading.wanted
    parts, first, source = _conditions(call, nonce)
    record = f"{INSERT} {', '.join([*GIVEN[:-2], SERVED])}{source}"
    parts = [*parts, f"page AS ({reading.statement})", f"made AS ({record} RETURNING 1)"]
    statement = f"{_with(parts)}{PAGE}"
    values = _values(call, origin, wanted.names, wanted.page_size)
    with statements.cursor(by_value=wanted.is_narrowed) as cursor:
        cursor.execute(statement, (*first, *reading.values, *values))
        found = cursor.fetchall()
    if not found:
        raise Outdated if call.from_memory else Replayed
    no_rows = found[0][0] is None  # the record alone: nothing joined it
    return reading.page([] if no_rows else found)


def _conditions(call: Call, nonce: str) -> tuple[list[str], list[Any], str]:
    """What must hold for the record to be written: clauses, their values, and what it selects from."""
    parts, values, source = [], [], ""
    if call.from_memory and call.grant is not None and not call.is_refused:
        parts, values, source = [VALID], proof_of(call.grant), " FROM valid"
    if nonce:
        parts.append(FRESH.format(valid=source))
        values += [call.grant.code_id if call.grant else None, nonce, call.at]
        source = " FROM fresh"
    return parts, values, source


def _with(parts: list[str]) -> str:
    return f"WITH {', '.join(parts)} " if parts else ""


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
