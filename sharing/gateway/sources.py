"""Where the records of a service come from. Each kind of service has its source (HK-15).

The gateway checks the code, reads what is wanted, counts and records; a source only says whether it
has anything and reads one page of it: the wanted items, filtered and masked, in the order of a key
that only grows. A kind of its own is added by its package: `sources.add(ServiceKind.X, XSource())`.
"""

from typing import Protocol

from sharing.choices import ServiceKind
from sharing.gateway import records
from sharing.gateway.grants import Grant
from sharing.gateway.objections import Objection, no_data
from sharing.gateway.records import Page, Wanted


class Unreadable(Exception):
    """The source cannot answer now: 503, and the text says why."""


class Source(Protocol):
    """What a kind of service has to offer to the gateway."""

    def objection(self, grant: Grant) -> Objection | None:
        """Why there is nothing to read, from what the grant says alone; no queries."""

    def read_page(self, grant: Grant, wanted: Wanted) -> Page:
        """One page of records, masked. Raises Unreadable."""


class HostedRows:
    """Rows that the provider has uploaded."""

    def objection(self, grant: Grant) -> Objection | None:
        return no_data() if grant.dataset_id is None else None

    def read_page(self, grant: Grant, wanted: Wanted) -> Page:
        assert grant.dataset_id is not None  # noqa: S101 - narrows: else there was an objection
        return records.read_page(grant.dataset_id, wanted)


_sources: dict[str, Source] = {ServiceKind.HOSTED: HostedRows()}


def add(kind: str, source: Source) -> None:
    """Lets services of this kind be served from this source; once for each kind."""
    if kind in _sources:
        raise ValueError(f"services of the kind {kind} have a source already")
    _sources[kind] = source


def source_of(grant: Grant) -> Source:
    """The source of the service that the grant is used for."""
    return _sources[grant.kind]
