"""GET /open/api/v1/datasets/<code>/records: open data for programs with a key of their own (HK-17)."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import CatalogEntry, DataItem
from catalog.opendata import licence
from catalog.opendata.addresses import called, slug_of
from catalog.opendata.policies import open_entries
from catalog.opendata.rows import public_items
from citybrain.entrance import problem_response
from sharing.developers import openapi
from sharing.developers.admission import Key, OpenCaller, admit
from sharing.developers.choices import OpenOutcome
from sharing.developers.recording import record_call
from sharing.gateway import answers, pace
from sharing.gateway import records as hosted
from sharing.gateway.objections import Objection
from sharing.gateway.recording import Origin
from sharing.gateway.refusals import CHALLENGE, fail, refusal, refuse_stranger, seconds_left
from sharing.gateway.views import LONGEST_QUERY
from sharing.held import dataset_of
from sharing.models import HostedDataset


@dataclass(frozen=True)
class Opened:
    """What the public gets of an entry: its free items, and the rows that are served now."""

    entry: CatalogEntry
    items: Sequence[DataItem]
    dataset: HostedDataset


def opened(slug: str) -> Opened | None:
    """By the rule of the open catalog (catalog/opendata/rows.py); None when there is nothing."""
    rows = open_entries().select_related("department").defer("search")
    entry = rows.filter(called(slug)).first()
    items = public_items(entry) if entry else []
    dataset = dataset_of(entry) if entry and items else None
    return Opened(entry, items, dataset) if entry and dataset else None


def records(request: HttpRequest, slug: str) -> HttpResponse:
    """Rows of an open dataset; refused calls are recorded as well.

    Parameters as of the gateway: page_size, after, items, and any item's name with the exact value
    to filter by. An ETag that still holds is answered with 304, which counts as a call.

    Redis counts the day and the second of the developer, exactly across processes. While it is away
    calls go on, as those of general grades do: the day is counted from the records, the second by
    each process for itself (sharing/gateway/pace.py).
    """
    if request.method != "GET":
        refused = problem_response(405, _("只支持GET方法。"))
        refused["Allow"] = "GET"
        return refused
    origin = Origin(ip=request.META["REMOTE_ADDR"], request_id=getattr(request, "request_id", ""))
    call = OpenCaller(at=timezone.now(), ip=origin.ip)
    response: HttpResponse | None = None
    used: list[int] = []
    try:
        response = _answer(call, origin, request, slug, used)
    except DatabaseError as error:
        fail(call, origin, error, record_call)
    structlog.contextvars.bind_contextvars(
        outcome=str(call.outcome), key=call.key.id if call.key else None, rows=call.rows
    )
    if response is None:
        response = refusal(call)
        if call.outcome == OpenOutcome.NO_KEY:
            response["WWW-Authenticate"] = CHALLENGE
    if call.key is not None:
        _say_what_is_left(response, call.key, call, used)
    return response


def _answer(
    call: OpenCaller, origin: Origin, request: HttpRequest, slug: str, used: list[int]
) -> HttpResponse | None:
    """What is served, its record written; None when `call` has been refused."""
    key = admit(call, request.headers.get("Authorization", ""))
    if call.key is None:
        refuse_stranger(call, origin, record_call)
        return None
    found = opened(slug) if key is not None else None
    wanted = _wanted(call, found, request) if found is not None else None
    if key is not None and found is None:
        call.refuse(OpenOutcome.NOT_OPEN, 404, _("没有这个开放数据集，或者它的数据不对外提供。"))
    if key is None or found is None or wanted is None:
        record_call(call, origin, items=[], rows=0)
        return None
    with pace.take(key.pace, call.at) as taken:
        if taken.used is not None:
            used.append(taken.used)
        if taken.objection is not None:
            _refuse(call, origin, taken.objection)
            return None
        return _served(call, origin, request, found, wanted)


def _served(
    call: OpenCaller, origin: Origin, request: HttpRequest, found: Opened, wanted: hosted.Wanted
) -> HttpResponse:
    etag = answers.etag_for(found.dataset.pk, found.entry.version, wanted)
    if answers.is_known(request, etag):
        call.status = 304
        record_call(call, origin, items=[], rows=0)
        return answers.unchanged(etag)
    page = hosted.read_page(found.dataset.pk, wanted)
    record_call(call, origin, items=wanted.names, rows=len(page.records))
    body = {
        "dataset": slug_of(found.entry),
        "title": found.entry.title,
        "publisher": found.entry.department.name,
        "licence": licence.default().url,
        "batch": found.dataset.number,
        "items": wanted.names,
        "records": page.records,
        "next": page.next_after,
    }
    return answers.answer(request, body, etag)


def _wanted(call: OpenCaller, found: Opened, request: HttpRequest) -> hosted.Wanted | None:
    """What the query string asks for; None when it is wrong and `call` has been refused."""
    call.entry_id = found.entry.pk
    items = [{"name": item.name, "masked": False, "category": ""} for item in found.items]
    try:
        if len(request.META.get("QUERY_STRING", "")) > LONGEST_QUERY:
            raise hosted.BadRequest(_("请求参数过长，请减少查询条件。"))
        return hosted.parse(dict(request.GET.lists()), items)
    except hosted.BadRequest as error:
        call.refuse(OpenOutcome.BAD_REQUEST, 400, str(error))
        return None


def _refuse(call: OpenCaller, origin: Origin, objection: Objection) -> None:
    call.object_to(objection)
    record_call(call, origin, items=[], rows=0)


def _say_what_is_left(
    response: HttpResponse, key: Key, call: OpenCaller, used: Sequence[int]
) -> None:
    """The day's quota, what is left of it where that is known, and when it begins anew."""
    response["RateLimit-Limit"] = str(key.quota)
    response["RateLimit-Reset"] = str(seconds_left(call.at))
    response["RateLimit-Policy"] = f"{key.quota};w=86400, {key.per_second};w=1"
    if used:
        response["RateLimit-Remaining"] = str(max(0, key.quota - used[0]))


def document(request: HttpRequest, slug: str) -> HttpResponse:
    """The OpenAPI description of one dataset; for everybody."""
    found = opened(slug)
    if found is None:
        return problem_response(404, _("没有这个开放数据集，或者它的数据不对外提供。"))
    path = reverse("open_api:records", args=[slug_of(found.entry)])
    made = openapi.document_of(found.entry, found.items, path)
    return JsonResponse(made, json_dumps_params={"ensure_ascii": False, "indent": 2})
