"""Finding hosted rows by what they are known by: many at once, each with a limit of its own."""

import json
from collections.abc import Iterable, Mapping, Sequence

from django.db import connection

from sharing.gateway.records import among
from sharing.models import HostedRow

ROWS = HostedRow._meta.db_table
ONE_OR_MORE = 2  # rows that tell whether there is none, one, or more than one
# OFFSET 0 keeps the limit out of the inner search: it would read the batch from its beginning, where
# the index of values finds the few rows at once.
FIND = """
SELECT wanted.place, found.id, found.number, found."values"
FROM unnest(%s::text[]) WITH ORDINALITY AS wanted(named, place), LATERAL (
    SELECT * FROM (
        SELECT id, number, "values" FROM {rows}
        WHERE dataset_id = %s AND "values" @> wanted.named::jsonb{among} OFFSET 0
    ) alike ORDER BY number LIMIT %s
) found
ORDER BY wanted.place, found.number
"""


class Matching:
    """The rows of a batch that have the values of any of `named`; one statement.

    At most `most` for each, and only those within the grant's `limits` (as Grant has them). Without
    a batch, and for an empty name, there are none.
    """

    def __init__(
        self,
        dataset_id: int | None,
        named: Iterable[Mapping[str, str]],
        *,
        limits: Mapping[str, Sequence[str]] | None = None,
        most: int = ONE_OR_MORE,
    ) -> None:
        self._found: dict[str, list[HostedRow]] = {_text(row): [] for row in named if row}
        if not self._found or dataset_id is None:
            return
        condition, values = among(limits or {})
        texts = list(self._found)
        with connection.cursor() as cursor:
            cursor.execute(
                FIND.format(rows=ROWS, among=condition), [texts, dataset_id, *values, most]
            )
            for place, pk, number, text in cursor.fetchall():
                row = HostedRow(pk, dataset_id, number, json.loads(text))
                self._found[texts[place - 1]].append(row)

    def like(self, named: Mapping[str, str]) -> list[HostedRow]:
        """Those that have these values, which must be among the ones that were asked for."""
        return self._found[_text(named)] if named else []

    def one(self, named: Mapping[str, str]) -> HostedRow | None:
        """The only one; None when there is none, or more than one."""
        found = self.like(named)
        return found[0] if len(found) == 1 else None


def _text(named: Mapping[str, str]) -> str:
    return json.dumps(dict(named), ensure_ascii=False, sort_keys=True)
