"""Whose key a call came with, and how often it may come: one statement."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from citybrain import registry
from citybrain.crypto import constant_time_equal
from citybrain.parameters.models import ParameterValue
from sharing.developers.choices import DeveloperState, OpenOutcome
from sharing.gateway import statements
from sharing.gateway.admission import LONGEST_HEADER, NO_DIGEST, Call
from sharing.gateway.pace import Pace
from sharing.gateway.quota import Share
from sharing.models import Developer, DeveloperKey, OpenCall
from sharing.services.codes import digest_of_secret

KEY = re.compile(r"[Bb]earer cbo_([0-9a-f]{12})\.([0-9A-Za-z]{20,80})")
QUOTA, RATE = "open_daily_quota", "open_calls_per_second"
LATEST = f"""
coalesce((SELECT value FROM {ParameterValue._meta.db_table}
          WHERE code = %s ORDER BY number DESC LIMIT 1), %s)
"""  # noqa: S608 - names of tables only
FIND = f"""
SELECT key.id, key.digest, key.ends_at, key.revoked_at IS NOT NULL, owner.id, owner.state,
       {LATEST}, {LATEST}
FROM {DeveloperKey._meta.db_table} key
JOIN {Developer._meta.db_table} owner ON owner.id = key.developer_id
WHERE key.key = %s
"""  # noqa: S608 - names of tables only


@dataclass
class OpenCaller(Call):
    """A call of an open service; `key` and `entry` as far as they are known."""

    key: "Key | None" = None
    entry_id: int | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """A key that was presented with its secret, its owner, and what the owner may have."""

    id: int
    digest: str
    ends_at: datetime | None
    is_revoked: bool
    developer_id: int
    developer_state: str
    quota: int
    per_second: int

    @property
    def pace(self) -> Pace:
        return pace_of(self.developer_id, self.quota, self.per_second)


def pace_of(developer_id: int, quota: int, per_second: int) -> Pace:
    """All keys of one developer have one quota and one rate: more keys do not bring more."""

    def served_since(midnight: datetime) -> int:
        keys = DeveloperKey.objects.filter(developer=developer_id)
        return OpenCall.objects.filter(
            key__in=keys.values("pk"), at__gte=midnight, outcome=OpenOutcome.SERVED
        ).count()

    share = Share("open", developer_id, quota, served_since)
    return Pace(f"open:{developer_id}", per_second, share)


def admit(call: OpenCaller, header: str) -> Key | None:
    """The key in the Authorization header; None when `call` has been refused.

    Without a valid key nobody learns whether there is one: unknown and wrong get the same answer.
    """
    match = KEY.fullmatch(header) if len(header) <= LONGEST_HEADER else None
    if match is None:
        if header.strip():
            text = _("密钥格式不正确，请求头 Authorization 应为 Bearer 加一个空格和完整的密钥。")
            call.refuse(OpenOutcome.MALFORMED_KEY, 401, text)
        else:
            text = _("请在请求头 Authorization 中携带密钥：Bearer cbo_……。")
            call.refuse(OpenOutcome.NO_KEY, 401, text)
        return None
    found = _find(match[1])
    is_proven = constant_time_equal(
        digest_of_secret(match[2]), found.digest if found else NO_DIGEST
    )
    if found is None or not is_proven:
        call.refuse(OpenOutcome.UNKNOWN_KEY, 401, _("密钥无效，请核对后重试。"))
        return None
    call.key = found
    refusal = _refusal(found, call.at)
    if refusal is not None:
        call.refuse(refusal[0], 403, refusal[1])
        return None
    return found


def _find(key: str) -> Key | None:
    given: list[Any] = []
    for code in (QUOTA, RATE):
        given += [code, registry.parameters.get(code).default]
    row = statements.first_row(FIND, [*given, key])
    return Key(*row) if row else None


def _refusal(key: Key, at: datetime) -> tuple[OpenOutcome, str] | None:
    if key.is_revoked:
        return OpenOutcome.REVOKED_KEY, _("密钥已停用，请领取新的密钥。")
    if key.ends_at is not None and at >= key.ends_at:
        return OpenOutcome.REPLACED_KEY, _("密钥已更换，过渡期已结束，请使用新的密钥。")
    if key.developer_state != DeveloperState.ACTIVE:
        return OpenOutcome.SUSPENDED, _("已暂停使用，原因见开发者页面和通知邮件。")
    return None
