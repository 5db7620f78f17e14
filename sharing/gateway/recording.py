"""The record of a call. Nothing is served before its record is written (SC-29, HK-38)."""

import time

from django.http import HttpRequest
from django.utils import timezone

from sharing.choices import Method
from sharing.gateway.admission import Admission
from sharing.models import ServiceCall


def record_call(
    call: Admission,
    *,
    request: HttpRequest,
    started: float,
    items: list[str],
    rows: int,
    way: str = Method.INTERFACE,
) -> ServiceCall:
    """Writes the record of one call; `started` is time.perf_counter() at its beginning."""
    authorization = call.authorization
    return ServiceCall.objects.create(
        at=timezone.now(),
        outcome=call.outcome,
        status=call.status,
        way=way,
        authorization=authorization,
        code=call.code,
        service=call.service,
        consumer_id=authorization.consumer_id if authorization else None,
        provider_id=authorization.provider_id if authorization else None,
        items=items,
        rows=rows,
        milliseconds=round((time.perf_counter() - started) * 1000),
        ip=request.META["REMOTE_ADDR"],
        request_id=request.headers.get("X-Request-Id", "")[:64],
    )
