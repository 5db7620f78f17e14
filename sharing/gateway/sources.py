"""Where the records of a service come from. Each kind of service has its source (HK-15).

The gateway checks the code, reads what is wanted, counts and records; a source only says whether it
has anything and reads one page of it: the wanted items, filtered, limited to the rows that were
granted and masked, in the order of a key that only grows. A kind of its own is added by its package:
`sources.add(ServiceKind.X, XSource())`.
"""

from abc import ABC, abstractmethod

from sharing.choices import ServiceKind
from sharing.gateway import records
from sharing.gateway.grants import Grant
from sharing.gateway.objections import Objection, no_data
from sharing.gateway.records import Page, Reading, Wanted


class Unreadable(Exception):
    """The source cannot answer now: 503, and the text says why.

    `inside` says it to the provider and the bureau: it may name addresses of their network.
    """

    def __init__(self, text: str, inside: str = "") -> None:
        super().__init__(text)
        self.inside = inside or text


class Source(ABC):
    """What a kind of service has to offer to the gateway."""

    @abstractmethod
    def objection(self, grant: Grant) -> Objection | None:
        """Why there is nothing to read, from what the grant says alone; no queries."""

    @abstractmethod
    def read_page(self, grant: Grant, wanted: Wanted) -> Page:
        """One page of records, masked, within `wanted.limits`. Raises Unreadable."""

    def reading(self, grant: Grant, wanted: Wanted) -> Reading | None:
        """The statement that reads the page, where the rows are in the portal's own database.

        The gateway then reads the page and writes the record of the call by one statement.
        """
        return None

    def version(self, grant: Grant) -> str:
        """What changes whenever the rows do; "" when that is not known, and no ETag is sent."""
        return ""

    def count(self, grant: Grant, wanted: Wanted) -> int | None:
        """How many rows there are, at most `wanted.page_size`; None when it cannot say.

        What is not counted is not streamed: the record is written before the first row leaves.
        """
        return None


class HostedRows(Source):
    """Rows that the provider has uploaded. Those of a batch never change."""

    def objection(self, grant: Grant) -> Objection | None:
        return no_data() if grant.dataset_id is None else None

    def read_page(self, grant: Grant, wanted: Wanted) -> Page:
        return records.read_page(self._dataset(grant), wanted)

    def reading(self, grant: Grant, wanted: Wanted) -> Reading:
        return records.reading_of(self._dataset(grant), wanted)

    def version(self, grant: Grant) -> str:
        return str(grant.dataset_id)

    def count(self, grant: Grant, wanted: Wanted) -> int | None:
        return records.count(self._dataset(grant), wanted)

    def _dataset(self, grant: Grant) -> int:
        assert grant.dataset_id is not None  # noqa: S101 - narrows: else there was an objection
        return grant.dataset_id


_sources: dict[str, Source] = {ServiceKind.HOSTED: HostedRows()}


def add(kind: str, source: Source) -> None:
    """Lets services of this kind be served from this source; once for each kind."""
    if kind in _sources:
        raise ValueError(f"services of the kind {kind} have a source already")
    _sources[kind] = source


def source_of(grant: Grant) -> Source:
    """The source of the service that the grant is used for."""
    return _sources[grant.kind]
