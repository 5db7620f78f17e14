"""The record of a call of an open service: nothing is served before it is written."""

from sharing.developers.admission import OpenCaller
from sharing.gateway import statements
from sharing.gateway.admission import Call
from sharing.gateway.recording import Origin
from sharing.models import OpenCall

COLUMNS = (
    "at", "outcome", "status", "key_id", "entry_id", "items", "rows", "milliseconds", "request_id",
)  # fmt: skip
INSERT = "INSERT INTO {table} ({columns}) VALUES ({values})".format(  # noqa: S608 - names only
    table=OpenCall._meta.db_table,
    columns=", ".join(COLUMNS),
    values=", ".join(["%s"] * len(COLUMNS)),
)


def record_call(call: Call, origin: Origin, *, items: list[str], rows: int) -> None:
    """Writes the record of one call, served or refused; raises DatabaseError when it cannot."""
    assert isinstance(call, OpenCaller)  # noqa: S101 - narrows: refusals hand on what they were given
    call.rows = rows
    with statements.cursor() as cursor:
        cursor.execute(
            INSERT,
            (
                call.at,
                str(call.outcome),
                call.status,
                call.key.id if call.key else None,
                call.entry_id,
                items,
                rows,
                origin.milliseconds,
                origin.request_id[:64],
            ),
        )
