"""The record of a call. Nothing is served before its record is written (SC-29, HK-38)."""

import time
from dataclasses import dataclass, field

from sharing.choices import Method
from sharing.gateway import statements
from sharing.gateway.admission import Call
from sharing.models import ServiceCall, UsedNonce

COLUMNS = (
    "at", "outcome", "status", "way", "authorization_id", "code_id", "service_id", "consumer_id",
    "provider_id", "items", "rows", "milliseconds", "ip", "request_id",
)  # fmt: skip
# One plain statement: the model's own saving took as long as the other two statements of a call.
INSERT = "INSERT INTO {table} ({columns}) VALUES ({values})".format(  # noqa: S608 - names only
    table=ServiceCall._meta.db_table,
    columns=", ".join(COLUMNS),
    values=", ".join(["%s"] * len(COLUMNS)),
)
# The nonce of a signed call is kept by the same statement: a call is on record as served exactly
# when its nonce is, whatever Redis has forgotten meanwhile.
TYPES = (
    "timestamptz", "text", "int", "text", "bigint", "bigint", "bigint", "bigint",
    "bigint", "text[]", "int", "int", "text", "text",
)  # fmt: skip
INSERT_ONCE = """
WITH fresh AS (
    INSERT INTO {nonces} (code_id, nonce, at) VALUES (%s, %s, %s)
    ON CONFLICT (code_id, nonce) DO NOTHING RETURNING 1
)
INSERT INTO {table} ({columns}) SELECT {values} FROM fresh
""".format(  # noqa: S608 - names only
    nonces=UsedNonce._meta.db_table,
    table=ServiceCall._meta.db_table,
    columns=", ".join(COLUMNS),
    values=", ".join(f"%s::{name}" for name in TYPES),
)


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
    grant = call.grant
    values = (
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
        rows,
        origin.milliseconds,
        origin.ip[:45],
        origin.request_id[:64],
    )
    with statements.cursor() as cursor:
        if not nonce:
            cursor.execute(INSERT, values)
            return
        cursor.execute(INSERT_ONCE, (values[5], nonce, call.at, *values))
        if cursor.rowcount == 0:
            raise Replayed
