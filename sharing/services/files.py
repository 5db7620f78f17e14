"""Fetching granted data as a file (SC-22): the gateway's checks, masks and record, by hand."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from citybrain.audit.services import record
from citybrain.organizations.actors import Actor
from citybrain.refusals import Conflict
from citybrain.spreadsheets import write_csv
from sharing.choices import Method
from sharing.gateway import quota
from sharing.gateway.admission import Call, objection_to_file
from sharing.gateway.grants import Grant, grant_of
from sharing.gateway.objections import Objection, over_quota
from sharing.gateway.recording import Origin, record_call
from sharing.gateway.records import read_all, rows_of
from sharing.models import Authorization, HostedDataset
from sharing.policies import authorization_policy
from sharing.rights.undertakings import require_accepted

# As a text it would be taken for a formula and marked; as a number it needs no mark.
NEGATIVE = re.compile(r"-\d{1,15}(\.\d{1,15})?")


@dataclass(frozen=True)
class Download:
    """A CSV file, ready to be streamed; that it was fetched is on record."""

    file_name: str
    content: Iterator[bytes]


def download(*, actor: Actor, authorization: Authorization) -> Download:
    """The granted items of every row, masked as granted; one use of the day's quota.

    Refusals are recorded like the gateway's. Raises PermissionDenied, ValidationError when the
    grant is for an interface, Conflict when it cannot be used now.
    """
    rows = Authorization.objects.select_related("consumer")
    current = authorization_policy.fetch(actor, rows, pk=authorization.pk)
    authorization_policy.require(actor, "use", current)
    require_accepted(current)
    if current.method != Method.FILE:
        raise ValidationError(
            _("该授权不以文件下载方式提供：服务接口请用授权码调用，批量交换请下载交换包。")
        )
    origin = Origin(ip=actor.ip, request_id=actor.request_id, way=Method.FILE)
    grant = grant_of(current)
    call = Call(at=timezone.now(), grant=grant)
    objection = objection_to_file(grant, call.at)
    if objection is None:
        objection = _take(actor, current, call, origin)
    else:
        _refuse(call, origin, objection)
    if objection is not None:
        raise Conflict(objection.message, state_label=current.get_state_display())
    mark = f"{current.number} {current.consumer.short_name} {timezone.localdate():%Y-%m-%d}"
    name = f"{current.number}-{timezone.localdate():%Y%m%d}.csv"
    return Download(name, _content(grant, mark))


def _take(
    actor: Actor, authorization: Authorization, call: Call, origin: Origin
) -> Objection | None:
    """Takes one use of the quota and records it, or records that none was left."""
    grant = grant_of(authorization)
    with transaction.atomic(), quota.one_call(grant, call.at) as is_left:
        if not is_left:
            objection = over_quota(grant.daily_quota)
            _refuse(call, origin, objection)
            return objection
        assert grant.dataset_id is not None  # noqa: S101 - narrows: else there was an objection
        dataset = HostedDataset.objects.get(pk=grant.dataset_id)
        names = [item["name"] for item in grant.items]
        rows = rows_of(dataset.pk, grant.limits).count() if grant.limits else dataset.rows
        record_call(call, origin, items=names, rows=rows)
        record(
            "sharing.file.downloaded",
            actor=actor,
            subject=authorization,
            department=authorization.provider,
            data={"batch": dataset.number, "rows": rows, "items": names},
        )
    return None


def _refuse(call: Call, origin: Origin, objection: Objection) -> None:
    call.refuse(objection.outcome, objection.status, objection.message)
    record_call(call, origin, items=[], rows=0)


def _content(grant: Grant, mark: str) -> Iterator[bytes]:
    assert grant.dataset_id is not None  # noqa: S101 - narrows: without rows there is an objection
    return write_csv(_marked(lines(grant.dataset_id, grant), mark))


def _marked(rows: Iterator[list[object]], mark: str) -> Iterator[list[object]]:
    """Every row says by its last column under which grant, by whom and when it was fetched."""
    yield [*next(rows), _("授权标识")]
    for row in rows:
        yield [*row, mark]


def lines(dataset_id: int, grant: Grant) -> Iterator[list[object]]:
    """The headings, then the granted items of each row of a dataset as they are given away."""
    yield [item["name"] for item in grant.items]
    for values in read_all(dataset_id, grant.items, grant.limits):
        yield [cell(text) for text in values]


def cell(text: str) -> object:
    """A value as it is written into a file."""
    return Decimal(text) if NEGATIVE.fullmatch(text) else text
