"""Trying a service out in the browser: the gateway's own checks, quota and record, by hand.

Who may fetch a code for an authorization may look here at what the code would bring, before the
calling system is ready. It is a use like any other: it counts, and it is on record twice, as a call
and as an act of the person.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from citybrain.audit.services import record
from citybrain.organizations.actors import Actor
from citybrain.refusals import Conflict
from sharing.choices import Method, Outcome
from sharing.gateway import quota, records
from sharing.gateway.admission import Call, objection_to_use
from sharing.gateway.asking import asked
from sharing.gateway.grants import Grant, grant_of
from sharing.gateway.objections import Objection, over_quota
from sharing.gateway.recording import Origin, record_call
from sharing.gateway.sources import Unreadable, source_of
from sharing.models import Authorization
from sharing.policies import authorization_policy
from sharing.rights.undertakings import require_accepted

LARGEST_PAGE = 20  # rows: for looking, not for fetching


@dataclass(frozen=True)
class Answer:
    """What a call would have brought, and how long that took in milliseconds."""

    body: dict[str, Any]
    names: list[str]
    milliseconds: int

    @property
    def rows(self) -> list[list[str]]:
        return [[one[name] for name in self.names] for one in self.body["records"]]


def try_out(
    *, actor: Actor, authorization: Authorization, parameters: Mapping[str, Sequence[str]]
) -> Answer:
    """One page of what the authorization brings. `parameters` as in a call's query string.

    Raises PermissionDenied, ValidationError before the undertaking (SC-25), for a wrong parameter
    or a grant that is no interface, Conflict when the authorization cannot be used now. Refused attempts are on record, too.
    """
    current = authorization_policy.fetch(actor, pk=authorization.pk)
    authorization_policy.require(actor, "use", current)
    require_accepted(current)
    if current.method != Method.INTERFACE:
        raise ValidationError(_("该授权不以服务接口方式提供，没有接口可以调用。"))
    grant = grant_of(current)
    call = Call(at=timezone.now(), grant=grant)
    origin = Origin(ip=actor.ip, request_id=actor.request_id)
    objection = objection_to_use(grant, call.at)
    if objection is not None:
        _refuse(call, origin, objection)
        raise Conflict(objection.message, state_label=current.get_state_display())
    try:
        wanted = asked(grant, parameters, largest=LARGEST_PAGE)
    except records.BadRequest as error:
        _refuse(call, origin, Objection(Outcome.BAD_REQUEST, 400, str(error)))
        raise ValidationError(str(error)) from None
    begun = time.perf_counter()
    with transaction.atomic(), quota.one_call(grant, call.at) as is_left:
        page = _page(grant, wanted) if is_left else over_quota(grant.quota)
        if isinstance(page, Objection):
            _refuse(call, origin, page)
        else:
            record_call(call, origin, items=wanted.names, rows=len(page.records))
            record(
                "sharing.interface.tried",
                actor=actor,
                subject=current,
                department=current.provider,
                data={"items": wanted.names, "rows": len(page.records)},
            )
    if isinstance(page, Objection):
        raise Conflict(page.message, state_label=current.get_state_display())
    body = {
        "authorization": grant.number,
        "batch": grant.batch,
        "items": wanted.names,
        "masked": wanted.masked,
        "records": page.records,
        "next": page.next_after,
    }
    return Answer(body, wanted.names, round((time.perf_counter() - begun) * 1000))


def _page(grant: Grant, wanted: records.Wanted) -> records.Page | Objection:
    try:
        return source_of(grant).read_page(grant, wanted)
    except Unreadable as error:
        return Objection(Outcome.UNAVAILABLE, 503, str(error))


def _refuse(call: Call, origin: Origin, objection: Objection) -> None:
    call.object_to(objection)
    record_call(call, origin, items=[], rows=0)
