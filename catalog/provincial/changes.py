"""What has changed in the published catalog since the province last confirmed it, in SQL."""

from dataclasses import dataclass

from django.db import connection

from catalog.choices import EntryState
from catalog.models import CatalogEntry, EntryRevision, PackageLine, ProvincialReport
from catalog.provincial.choices import LineChange, ProvincialState

# `present`: published entries by their newest approved revision. `known`: what the province has
# confirmed of each entry, by the package received last.
_COMPARED = f"""
    WITH present AS (
        SELECT DISTINCT ON (r.entry_id) r.entry_id, r.id AS revision_id, r.digest
        FROM {EntryRevision._meta.db_table} r
        JOIN {CatalogEntry._meta.db_table} e ON e.id = r.entry_id
        WHERE e.state = %(published)s AND e.revises_id IS NULL
        ORDER BY r.entry_id, r.number DESC
    ), known AS (
        SELECT DISTINCT ON (l.entry_id) l.entry_id, l.change, l.digest
        FROM {PackageLine._meta.db_table} l
        JOIN {ProvincialReport._meta.db_table} p ON p.id = l.report_id
        WHERE p.state = %(received)s
        ORDER BY l.entry_id, p.id DESC
    ), compared AS (
        SELECT COALESCE(present.entry_id, known.entry_id) AS entry_id, present.revision_id,
            COALESCE(present.digest, '') AS digest,
            CASE
                WHEN present.entry_id IS NULL THEN %(removed)s
                WHEN known.entry_id IS NULL OR known.change = %(removed)s THEN %(added)s
                WHEN known.digest <> present.digest THEN %(changed)s
                ELSE %(same)s
            END AS change
        FROM present FULL JOIN known ON known.entry_id = present.entry_id
        WHERE NOT (present.entry_id IS NULL AND known.change = %(removed)s)
    )
"""  # noqa: S608 - names of tables
_WORDS = {
    "published": EntryState.PUBLISHED.value,
    "received": ProvincialState.RECEIVED.value,
    "added": LineChange.ADDED.value,
    "changed": LineChange.CHANGED.value,
    "removed": LineChange.REMOVED.value,
    "same": LineChange.SAME.value,
}


@dataclass(frozen=True)
class Counts:
    """Entries by what has become of them since the last receipt."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    same: int = 0

    @property
    def news(self) -> int:
        return self.added + self.changed + self.removed

    @property
    def published(self) -> int:
        return self.added + self.changed + self.same


def count() -> Counts:
    """How the published catalog compares with what the province has confirmed; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_COMPARED} SELECT change, count(*) FROM compared GROUP BY change",  # noqa: S608
            _WORDS,
        )
        return Counts(**dict(cursor.fetchall()))


def write_lines(report: ProvincialReport, *, whole: bool) -> Counts:
    """Writes the lines of a package as the catalog stands at this instant, ordered by code."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""{_COMPARED}
            INSERT INTO {PackageLine._meta.db_table} (report_id, entry_id, revision_id, change, digest)
            SELECT %(report)s, c.entry_id, c.revision_id, c.change, c.digest
            FROM compared c JOIN {CatalogEntry._meta.db_table} e ON e.id = c.entry_id
            WHERE %(whole)s OR c.change <> %(same)s
            ORDER BY e.code""",  # noqa: S608 - names of tables
            {**_WORDS, "report": report.pk, "whole": whole},
        )
        cursor.execute(
            f"""SELECT change, count(*) FROM {PackageLine._meta.db_table}
            WHERE report_id = %s GROUP BY change""",  # noqa: S608 - names of tables
            [report.pk],
        )
        return Counts(**dict(cursor.fetchall()))
