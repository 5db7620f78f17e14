"""An HTTP interface of the department behind the portal: asked, checked, masked, passed on."""

import json
from typing import Any

import httpx
from django.utils.translation import gettext as _

from citybrain.outgoing import MEBIBYTE, Limits, OutgoingError, fetch
from citybrain.sealing import CannotOpen, unseal
from sharing.backends.breaking import breaker_of
from sharing.backends.choices import Paging
from sharing.backends.guarding import guard_of
from sharing.backends.reading import backend_of, page_of, steps_of
from sharing.gateway.grants import Grant
from sharing.gateway.objections import Objection
from sharing.gateway.records import Page, Wanted
from sharing.gateway.sources import Source, Unreadable
from sharing.models import ServiceBackend

USE = "backend"  # what secrets are sealed for
LARGEST_ANSWER = 8 * MEBIBYTE
Row = dict[str, Any]


class Upstream(Source):
    """Reads a page by one GET of the department's interface."""

    def objection(self, grant: Grant) -> Objection | None:
        return None

    def read_page(self, grant: Grant, wanted: Wanted) -> Page:
        backend = backend_of(grant)
        if backend is None:
            raise Unreadable(_("提供单位尚未设置服务后端。"))
        rows = ask(backend, wanted)
        page = rows[: wanted.page_size]
        more = wanted.after + len(page) if len(rows) >= wanted.page_size and page else None
        return page_of(enumerate(page), wanted, backend.fields, more=more)


def ask(backend: ServiceBackend, wanted: Wanted) -> list[Row]:
    """The rows that the interface answers with. Raises Unreadable, after as many retries as set."""
    with breaker_of(backend.pk).attempt():
        for turn in range(backend.retries + 1):
            try:
                return _rows(backend, _fetched(backend, wanted))
            except OutgoingError as error:
                if turn == backend.retries:
                    text = _("提供单位的系统没有应答：%s") % error.outside
                    raise Unreadable(text, inside=str(error)) from None
        raise AssertionError  # pragma: no cover - the last turn returns or raises


def _fetched(backend: ServiceBackend, wanted: Wanted) -> Any:
    answer = fetch(
        str(httpx.URL(backend.address, params=parameters_of(backend, wanted))),
        limits=Limits(bytes=LARGEST_ANSWER, seconds=backend.seconds),
        guard=guard_of(backend.networks),
        headers=headers_of(backend),
    )
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        raise OutgoingError(_("答复不是有效的JSON。")) from None


def parameters_of(backend: ServiceBackend, wanted: Wanted) -> dict[str, str]:
    """The query for the page; filters go along where the interface has a parameter for them."""
    found = {
        backend.filters[name]: value
        for name, value in wanted.filters.items()
        if name in backend.filters
    }
    if backend.size_parameter:
        found[backend.size_parameter] = str(wanted.page_size)
    if backend.after_parameter:
        by_page = backend.paging == Paging.PAGE
        place = wanted.after // wanted.page_size + 1 if by_page else wanted.after
        found[backend.after_parameter] = str(place)
    return found


def headers_of(backend: ServiceBackend) -> dict[str, str]:
    """The department's own secret for the portal; never that of the caller."""
    if not backend.secret:
        return {"X-Requested-By": "CityBrain"}
    try:
        return {backend.account or "Authorization": unseal(backend.secret, USE)}
    except CannotOpen:
        raise OutgoingError(_("令牌不能读取，请重新设置。")) from None


def _rows(backend: ServiceBackend, answer: Any) -> list[Row]:
    for step in steps_of(backend.records_path):
        answer = answer.get(step) if isinstance(answer, dict) else None
    if not isinstance(answer, list):
        raise OutgoingError(_("答复中没有数据行。"))
    return [_flat(one, backend.fields.values()) for one in answer if isinstance(one, dict)]


def _flat(row: Row, paths: Any) -> Row:
    """The values by the paths that items are mapped to; objects and lists are no values."""
    found = {}
    for path in paths:
        value: Any = row
        for step in steps_of(path):
            value = value.get(step) if isinstance(value, dict) else None
        found[path] = None if isinstance(value, (dict, list)) else value
    return found


def probe(backend: ServiceBackend) -> None:
    """Raises Unreadable unless the interface answers with rows."""
    wanted = Wanted(items=[], filters={}, page_size=1, after=0)
    try:
        _rows(backend, _fetched(backend, wanted))
    except OutgoingError as error:
        raise Unreadable(error.outside, inside=str(error)) from None
