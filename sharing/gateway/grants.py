"""Everything that decides on one use of an authorization, fetched by one statement."""

import json
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from catalog.models import NegativeListEntry
from catalog.negative_list.choices import Bars, NegativeState
from catalog.negative_list.queries import barred
from sharing.choices import ServiceKind
from sharing.codes.choices import TRIAL_QUOTA, Environment
from sharing.gateway import statements
from sharing.models import (
    Authorization,
    AuthorizationCode,
    HostedDataset,
    InterfaceService,
    MaintenanceWindow,
    ServiceEnd,
)

CODES = AuthorizationCode._meta.db_table
AUTHORIZATIONS = Authorization._meta.db_table
SERVICES = InterfaceService._meta.db_table
DATASETS = HostedDataset._meta.db_table
LISTED = NegativeListEntry._meta.db_table
PAUSES = MaintenanceWindow._meta.db_table
ENDS = ServiceEnd._meta.db_table
# A service that is not of the authorization's entry is not found: the join says so.
TABLES = f"""
{CODES} code
JOIN {AUTHORIZATIONS} granted ON granted.id = code.authorization_id
LEFT JOIN {SERVICES} service ON service.entry_id = granted.entry_id AND service.code = %s
LEFT JOIN {ENDS} ending ON ending.service_id = service.id
"""
PAUSED_UNTIL = f"""
(SELECT max(pause.ends_at) FROM {PAUSES} pause
 WHERE pause.service_id = service.id AND pause.cancelled_at IS NULL
   AND clock_timestamp() BETWEEN pause.starts_at AND pause.ends_at)
"""  # noqa: S608 - names of tables only
BARRING = f"""
FROM {LISTED} listed
WHERE listed.entry_id = granted.entry_id AND listed.state = '{NegativeState.LISTED}'
  AND listed.bars <> '{Bars.OPENING}'
  AND %s BETWEEN listed.effective_on AND listed.expires_on
"""
# Says of a grant whether it is still what was found: a row that has been written since has another
# xmin and, within one transaction, another ctid. Whatever FIND reads is of rows named here.
STAMP = f"""
concat_ws(':', code.xmin, code.ctid, granted.xmin, granted.ctid,
    coalesce(concat(service.xmin, service.ctid), '-'),
    coalesce(concat(ending.xmin, ending.ctid), '-'), coalesce({PAUSED_UNTIL}::text, '-'),
    (SELECT string_agg(concat_ws('.', listed.xmin, listed.ctid), ',' ORDER BY listed.id) {BARRING}))
"""
PROVE = f"SELECT FROM {TABLES} WHERE code.id = %s AND {STAMP} = %s"
FIND = f"""
SELECT code.id, code.digest, code.environment, code.signs, code.networks, code.from_hour,
       code.until_hour, code.per_second, code.valid_until, code.states_purpose, code.ends_at,
       code.suspended_at IS NOT NULL, code.revoked_at IS NOT NULL,
       granted.id, granted.number, granted.state, granted.starts_on, granted.ends_on,
       granted.daily_quota, granted.consumer_id, granted.provider_id,
       granted.terms->>'use_basis', granted.terms->'items',
       granted.terms->'rows',
       service.id, service.code, service.kind, service.enabled, service.dataset_id, dataset.number,
       {PAUSED_UNTIL}, ending.ends_on, (SELECT jsonb_agg(listed.items) {BARRING}), {STAMP}
FROM {TABLES}
LEFT JOIN {DATASETS} dataset
       ON dataset.id = service.dataset_id AND service.kind = '{ServiceKind.HOSTED.value}'
WHERE code.key = %s
"""  # noqa: S608 - names of tables only


Limits = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class CodeTerms:
    """The code that was presented, and what it is bound to."""

    id: int
    digest: str
    environment: str
    signs: bool
    networks: list[str]
    from_hour: int | None
    until_hour: int | None
    per_second: int
    valid_until: date | None
    states_purpose: bool
    ends_at: datetime | None
    is_suspended: bool
    is_revoked: bool


CODE_COLUMNS = len(fields(CodeTerms))


@dataclass(frozen=True, slots=True)
class Grant:
    """An authorization as it stands, the code presented for it, and the service asked for.

    `items` are those of the frozen terms (name, masked, category) without what the negative list
    bars today, which is in `barred` by name; `purpose` is their use basis. `code` is None for a download, `service_id` when the
    service asked for is not of the authorization, `dataset_id` when it has no rows yet. `limits`
    are the rows that were granted: for each item named, the values that a row may have.
    `paused_until` is the end of the announced pause that is on, `last_day` the announced end.
    `stamp` is what STAMP said of its rows.
    """

    code: CodeTerms | None
    authorization_id: int
    number: str
    state: str
    starts_on: date
    ends_on: date
    daily_quota: int
    consumer_id: int
    provider_id: int
    purpose: str
    items: list[dict[str, Any]]
    limits: Limits
    service_id: int | None
    service_code: str
    kind: str
    service_enabled: bool
    dataset_id: int | None
    batch: int | None
    paused_until: datetime | None
    last_day: date | None
    barred: list[str]
    stamp: str = ""

    @property
    def code_id(self) -> int | None:
        return self.code.id if self.code else None

    @property
    def is_trial(self) -> bool:
        """Whether it is used with a code for tests: few rows, every item masked."""
        return self.code is not None and self.code.environment == Environment.TRIAL

    @property
    def quota(self) -> int:
        """Calls a day in the environment that it is used in."""
        return min(self.daily_quota, TRIAL_QUOTA) if self.is_trial else self.daily_quota

    def covers(self, moment: datetime) -> bool:
        """Whether the moment lies on a day of the period, in Asia/Shanghai."""
        return self.starts_on <= timezone.localdate(moment) <= self.ends_on


def find_grant(*, key: str, service_code: str) -> Grant | None:
    """The grant behind the code with this key, for the service with this code; one statement."""
    today = timezone.localdate()
    found = statements.first_row(FIND, [today, today, service_code, key])
    if found is None:
        return None
    row, stamp = found[:-1], found[-1]
    *before, granted, limits = row[CODE_COLUMNS:-9]
    lines = json.loads(row[-1]) if row[-1] else []
    items, barred_names = _without(
        json.loads(granted), lambda name: any(not line or name in line for line in lines)
    )
    service_id, service_code, kind, enabled, *held = row[-9:-1]
    limits = json.loads(limits) if limits else {}
    service = (service_id, service_code or "", kind or ServiceKind.HOSTED, bool(enabled))
    code = CodeTerms(*row[:CODE_COLUMNS])
    values = (code, *before, items, limits, *service, *held, barred_names, stamp)
    return Grant(*values)


def proof_of(grant: Grant) -> list[Any]:
    """The values of PROVE, which finds a row exactly when the grant is as it was found."""
    return [grant.service_code, grant.code_id, timezone.localdate(), grant.stamp]


def _without(
    granted: list[dict[str, Any]], is_barred: Callable[[str], bool]
) -> tuple[list[dict[str, Any]], list[str]]:
    """The items that may be served, and the names of those that may not (HK-13)."""
    served = [item for item in granted if not is_barred(item["name"])]
    return served, [item["name"] for item in granted if is_barred(item["name"])]


def grant_of(authorization: Authorization) -> Grant:
    """The same for a person who uses the portal instead of a code."""
    service = (
        InterfaceService.objects.select_related("dataset")
        .filter(entry=authorization.entry_id)
        .first()
    )
    hosted = service.dataset if service and service.kind == ServiceKind.HOSTED else None
    pause = MaintenanceWindow.now_of(service) if service else None
    end = ServiceEnd.objects.filter(service=service).first() if service else None
    listed = barred(authorization.entry)
    items, barred_names = _without(
        authorization.terms["items"], lambda name: listed.item(Bars.SHARING, name) is not None
    )
    return Grant(
        code=None,
        authorization_id=authorization.pk,
        number=authorization.number,
        state=authorization.state,
        starts_on=authorization.starts_on,
        ends_on=authorization.ends_on,
        daily_quota=authorization.daily_quota,
        consumer_id=authorization.consumer_id,
        provider_id=authorization.provider_id,
        purpose=authorization.terms["use_basis"],
        items=items,
        limits=authorization.terms.get("rows") or {},
        service_id=service.pk if service else None,
        service_code=service.code if service else "",
        kind=service.kind if service else ServiceKind.HOSTED,
        service_enabled=service.enabled if service else True,
        dataset_id=service.dataset_id if service else None,
        batch=hosted.number if hosted else None,
        paused_until=pause.ends_at if pause else None,
        last_day=end.ends_on if end else None,
        barred=barred_names,
    )
