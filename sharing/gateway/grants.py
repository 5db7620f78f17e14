"""Everything that decides on one use of an authorization, fetched by one statement."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from sharing.gateway import statements
from sharing.models import (
    Authorization,
    AuthorizationCode,
    HostedDataset,
    InterfaceService,
)

CODES = AuthorizationCode._meta.db_table
AUTHORIZATIONS = Authorization._meta.db_table
SERVICES = InterfaceService._meta.db_table
DATASETS = HostedDataset._meta.db_table
# A service that is not of the authorization's entry is not found: the join says so.
FIND = f"""
SELECT code.id, code.digest, code.revoked_at IS NOT NULL,
       granted.id, granted.number, granted.state, granted.starts_on, granted.ends_on,
       granted.daily_quota, granted.consumer_id, granted.provider_id, granted.terms->'items',
       service.id, service.enabled, service.dataset_id, dataset.number
FROM {CODES} code
JOIN {AUTHORIZATIONS} granted ON granted.id = code.authorization_id
LEFT JOIN {SERVICES} service ON service.entry_id = granted.entry_id AND service.code = %s
LEFT JOIN {DATASETS} dataset ON dataset.id = service.dataset_id
WHERE code.key = %s
"""  # noqa: S608 - names of tables only


@dataclass(frozen=True, slots=True)
class Grant:
    """An authorization as it stands, the code presented for it, and the service asked for.

    `items` are those of the frozen terms: name, masked, category. `code_id` is None for a download,
    `service_id` when the service asked for is not of the authorization, `dataset_id` when it has no
    rows yet.
    """

    code_id: int | None
    digest: str
    code_revoked: bool
    authorization_id: int
    number: str
    state: str
    starts_on: date
    ends_on: date
    daily_quota: int
    consumer_id: int
    provider_id: int
    items: list[dict[str, Any]]
    service_id: int | None
    service_enabled: bool
    dataset_id: int | None
    batch: int | None

    def covers(self, moment: datetime) -> bool:
        """Whether the moment lies on a day of the period, in Asia/Shanghai."""
        return self.starts_on <= timezone.localdate(moment) <= self.ends_on


def find_grant(*, key: str, service_code: str) -> Grant | None:
    """The grant behind the code with this key, for the service with this code; one statement."""
    row = statements.first_row(FIND, [service_code, key])
    if row is None:
        return None
    *before, items, service_id, enabled, dataset_id, batch = row
    values = (*before, json.loads(items), service_id, bool(enabled), dataset_id, batch)
    return Grant(*values)


def grant_of(authorization: Authorization) -> Grant:
    """The same for a person who uses the portal instead of a code."""
    service = (
        InterfaceService.objects.select_related("dataset")
        .filter(entry=authorization.entry_id)
        .first()
    )
    return Grant(
        code_id=None,
        digest="",
        code_revoked=False,
        authorization_id=authorization.pk,
        number=authorization.number,
        state=authorization.state,
        starts_on=authorization.starts_on,
        ends_on=authorization.ends_on,
        daily_quota=authorization.daily_quota,
        consumer_id=authorization.consumer_id,
        provider_id=authorization.provider_id,
        items=authorization.terms["items"],
        service_id=service.pk if service else None,
        service_enabled=service.enabled if service else True,
        dataset_id=service.dataset_id if service else None,
        batch=service.dataset.number if service and service.dataset else None,
    )
