"""GET /gateway/v1/services/<service code>/records: the address that machine clients call."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog
from django.db import DatabaseError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import http_date
from django.utils.translation import gettext as _

from citybrain.entrance import problem_response
from sharing.choices import Outcome
from sharing.codes.choices import Environment
from sharing.codes.networks import watch
from sharing.codes.signing import Target
from sharing.gateway import answers, pace
from sharing.gateway import records as hosted
from sharing.gateway.admission import PURPOSE, Call, admit, proven
from sharing.gateway.asking import asked
from sharing.gateway.grants import Grant
from sharing.gateway.objections import Objection, replayed
from sharing.gateway.recording import Origin, Replayed, record_and_read, record_call
from sharing.gateway.refusals import fail, refusal, refuse, refuse_stranger
from sharing.gateway.sources import Source, Unreadable, source_of
from sharing.tallying import midnight

LONGEST_QUERY = 8000  # characters of a query string


def records(request: HttpRequest, service_code: str) -> HttpResponseBase:
    """Records that the caller's code covers; refused calls are recorded as well.

    Parameters: page_size (1-500, default 50), after (key of the page before), items (names joined
    by commas), and any unmasked authorized item's name with the exact value to filter by. With
    `Accept: application/x-ndjson` up to 100,000 rows come as lines; an ETag that still holds is
    answered with 304. What cannot be recorded is not served. Calls without a valid code:
    sharing/gateway/strangers.py.
    """
    if request.method != "GET":
        refused = problem_response(405, _("只支持GET方法。"))
        refused["Allow"] = "GET"
        return refused
    origin = Origin(ip=request.META["REMOTE_ADDR"], request_id=getattr(request, "request_id", ""))
    call = Call(timezone.now(), origin.ip, request.headers.get(PURPOSE, ""))
    response: HttpResponseBase | None = None
    try:
        response = proven(call, lambda: _answer(call, origin, request, service_code))
    except DatabaseError as error:
        fail(call, origin, error)
    if response is None:
        put_in_the_log(call, service_code)
        return refusal(call)
    _announce_end(call, response)
    return response


def _announce_end(call: Call, response: HttpResponseBase) -> None:
    """RFC 8594: callers hear with every answer when the service ends for good."""
    last = call.grant.last_day if call.grant else None
    if last is not None:
        response["Sunset"] = http_date(midnight(last + timedelta(days=1)).timestamp())


def _answer(
    call: Call, origin: Origin, request: HttpRequest, service_code: str
) -> HttpResponseBase | None:
    """What is served, its record written; None when `call` has been refused."""
    header = request.headers.get("Authorization", "")
    target = Target("GET", request.path, as_sent(request.META.get("QUERY_STRING", "")))
    grant = admit(call, service_code=service_code, header=header, target=target)
    if call.grant is None or call.grant.code is None:
        refuse_stranger(call, origin)
        return None
    watch(call.grant.code.id, origin.ip, call.at)
    wanted = _wanted(call, grant, request) if grant is not None else None
    if grant is None or wanted is None:
        record_call(call, origin, items=[], rows=0)
        return None
    with pace.one_call(call, grant) as objection:
        if objection is not None:
            refuse(call, origin, objection)
            return None
        try:
            return _served(call, origin, request, wanted)
        except Unreadable as error:
            refuse(call, origin, Objection(Outcome.UNAVAILABLE, 503, str(error)))
            return None


def _served(
    call: Call, origin: Origin, request: HttpRequest, wanted: hosted.Wanted
) -> HttpResponseBase | None:
    """The answer to a call that passes: known already, as lines, or a page. Raises Unreadable."""
    grant = call.grant
    assert grant is not None  # noqa: S101 - narrows: what passes has a grant
    source, etag = source_of(grant), answers.etag_of(grant, wanted)
    if answers.is_known(request, etag):
        call.status = 304
        return answers.unchanged(etag) if serve(call, origin, items=[], rows=0) else None
    rows = None
    if answers.wants_lines(request) and not grant.is_trial:
        rows = source.count(grant, wanted)
    if rows is not None:
        passes = serve(call, origin, items=wanted.names, rows=rows)
        return answers.lines(request, grant, wanted, etag) if passes else None
    page = _page(call, origin, source, wanted)
    if page is None:
        return None
    body = {
        "service": grant.service_code,
        "authorization": grant.number,
        "batch": grant.batch,
        "items": wanted.names,
        "masked": wanted.masked,
        **({"barred": grant.barred} if grant.barred else {}),
        **({"rows": wanted.limits} if wanted.limits else {}),
        **({"environment": Environment.TRIAL} if grant.is_trial else {}),
        "records": page.records,
        "next": None if grant.is_trial else page.next_after,
    }
    return answers.answer(request, body, etag)


def _page(call: Call, origin: Origin, source: Source, wanted: hosted.Wanted) -> hosted.Page | None:
    """The page that is served, on record; None for a repetition. Raises Unreadable."""
    assert call.grant is not None  # noqa: S101 - narrows: what is served has a grant
    reading = source.reading(call.grant, wanted)
    if reading is None:
        page = source.read_page(call.grant, wanted)
        return page if serve(call, origin, items=wanted.names, rows=len(page.records)) else None
    with _once(call, origin):
        page = record_and_read(call, origin, reading, nonce=call.nonce)
        call.rows = len(page.records)
    return None if call.is_refused else page


def serve(call: Call, origin: Origin, *, items: list[str], rows: int) -> bool:
    """Records that a call is served; False when it turns out to be a repetition, and is refused."""
    with _once(call, origin):
        record_call(call, origin, items=items, rows=rows, nonce=call.nonce)
        call.rows = rows
    return not call.is_refused


@contextmanager
def _once(call: Call, origin: Origin) -> Iterator[None]:
    """Refuses the call when the block, which writes its record, finds that it is a repetition."""
    assert call.grant is not None  # noqa: S101 - narrows: what is served has a grant
    if call.grant.is_trial:
        call.outcome = Outcome.TRIED
    try:
        yield
    except Replayed:
        refuse(call, origin, replayed())


def as_sent(text: str) -> str:
    """A text of the WSGI environment, whose characters are bytes, as UTF-8."""
    if text.isascii():
        return text
    return text.encode("latin-1", "replace").decode("utf-8", "surrogateescape")


def _wanted(call: Call, grant: Grant, request: HttpRequest) -> hosted.Wanted | None:
    """What the query string asks for; None when it is wrong and `call` has been refused."""
    try:
        if len(request.META.get("QUERY_STRING", "")) > LONGEST_QUERY:
            raise hosted.BadRequest(_("请求参数过长，请减少查询条件。"))
        as_lines = answers.wants_lines(request) and not grant.is_trial
        largest = hosted.LARGEST_STREAM if as_lines else hosted.LARGEST_PAGE
        return asked(grant, dict(request.GET.lists()), largest=largest)
    except hosted.BadRequest as error:
        call.refuse(Outcome.BAD_REQUEST, 400, str(error))
        return None


def put_in_the_log(call: Call, service_code: str) -> None:
    """Adds to the line that the entrance writes about a call that was refused."""
    structlog.contextvars.bind_contextvars(
        outcome=str(call.outcome),
        service=service_code[:40],
        authorization_number=call.grant.number if call.grant else "",
        department=call.grant.consumer_id if call.grant else None,
        rows=call.rows,
    )
