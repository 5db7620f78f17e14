"""GET /gateway/v1/services/<service code>/records: the address that machine clients call."""

import time
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET

from sharing.choices import Outcome
from sharing.gateway import records as hosted
from sharing.gateway.admission import Admission, admit
from sharing.gateway.recording import record_call


@csrf_exempt
@require_GET
def records(request: HttpRequest, service_code: str) -> HttpResponse:
    """One page of the records that the caller's code covers; refused calls are recorded as well.

    Parameters: page_size (1-500, default 50), after (key of the page before), items (names joined
    by commas), and any unmasked authorized item's name with the exact value to filter by.
    """
    started = time.perf_counter()
    call = admit(service_code=service_code, header=request.headers.get("Authorization", ""))
    body: dict[str, Any] = {}
    names: list[str] = []
    if call.outcome == Outcome.SERVED:
        body, names = _serve(call, request)
    rows = len(body.get("records", ()))
    record_call(call, request=request, started=started, items=names, rows=rows)
    if call.outcome != Outcome.SERVED:
        return refusal(call)
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


def _serve(call: Admission, request: HttpRequest) -> tuple[dict[str, Any], list[str]]:
    assert call.authorization is not None  # noqa: S101 - an admitted call has all three
    assert call.service is not None  # noqa: S101
    assert call.service.dataset is not None  # noqa: S101
    try:
        wanted = hosted.parse(dict(request.GET.lists()), call.authorization)
    except hosted.BadRequest as error:
        call.refuse(Outcome.BAD_REQUEST, 400, str(error))
        return {}, []
    page = hosted.read_page(call.service.dataset, wanted)
    names = [item["name"] for item in wanted.items]
    return {
        "service": call.service.code,
        "authorization": call.authorization.number,
        "batch": call.service.dataset.number,
        "items": names,
        "masked": [item["name"] for item in wanted.items if item["masked"]],
        "records": page.records,
        "next": page.next_after,
    }, names


def refusal(call: Admission) -> HttpResponse:
    """RFC 9457 problem details; `outcome` is the stable word for programs."""
    response = JsonResponse(
        {
            "type": f"about:blank#{call.outcome}",
            "title": _("调用被拒绝"),
            "status": call.status,
            "outcome": call.outcome,
            "detail": call.message,
        },
        status=call.status,
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
    )
    if call.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="city-brain"'
    return response
