"""Keys of developers: handed out once, replaced with an overlap, stopped (HK-17)."""

import secrets
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from citybrain.audit.services import record
from citybrain.crypto import new_secret
from citybrain.refusals import Conflict
from citybrain.spreadsheets import line_text
from sharing.developers.choices import DeveloperState
from sharing.developers.services import himself
from sharing.models import Developer, DeveloperKey
from sharing.services.codes import digest_of_secret

PREFIX = "cbo_"
MOST = 5  # keys in use at a time, those that are being replaced not counted
OVERLAP = timedelta(days=1)
MOST_A_DAY = 20  # keys handed out: each is kept, with its record, for as long as calls are


@transaction.atomic
def issue(*, developer: Developer, name: str) -> str:
    """A new key whole, which nobody can show again. Raises ValidationError, Conflict."""
    current = _locked(developer)
    if _in_use(current).count() >= MOST:
        raise ValidationError(_("每个开发者最多同时使用%d个密钥，请先停用不用的密钥。") % MOST)
    return _made(current, name)


@transaction.atomic
def rotate(*, developer: Developer, pk: int) -> str:
    """A new key in place of one in use, which goes on for OVERLAP. Raises Conflict."""
    current = _locked(developer)
    old = _in_use(current).filter(pk=pk).first()
    if old is None:
        raise _gone()
    old.ends_at = timezone.now() + OVERLAP
    old.save(update_fields=["ends_at"])
    return _made(current, old.name)


@transaction.atomic
def revoke(*, developer: Developer, pk: int) -> None:
    """Stops a key at once. Raises Conflict when it opens nothing any more."""
    current = DeveloperKey.objects.select_for_update().filter(developer=developer, pk=pk).first()
    if current is None or not current.is_usable(timezone.now()):
        raise _gone()
    current.revoked_at = timezone.now()
    current.save(update_fields=["revoked_at"])
    _record("sharing.developer.key_revoked", developer, current)


def _locked(developer: Developer) -> Developer:
    current = Developer.objects.select_for_update().get(pk=developer.pk)
    if current.state != DeveloperState.ACTIVE:
        raise Conflict(_("已暂停使用，不能领取密钥。"), state_label=current.get_state_display())
    return current


def _in_use(developer: Developer) -> QuerySet[DeveloperKey]:
    return developer.keys.filter(revoked_at=None, ends_at=None)


def _made(developer: Developer, name: str) -> str:
    lately = developer.keys.filter(issued_at__gt=timezone.now() - timedelta(days=1))
    if lately.count() >= MOST_A_DAY:
        raise Conflict(
            _("24小时内最多领取或者更换%d次密钥，请明天再来。") % MOST_A_DAY,
            state_label=developer.get_state_display(),
        )
    secret = new_secret()
    key = DeveloperKey.objects.create(
        developer=developer,
        name=line_text(name)[:40],
        key=secrets.token_hex(6),
        digest=digest_of_secret(secret),
    )
    _record("sharing.developer.key_issued", developer, key)
    return f"{PREFIX}{key.key}.{secret}"


def _gone() -> Conflict:
    return Conflict(_("这个密钥已经停用或者更换，请刷新后查看。"), state_label=_("已停用"))


def _record(verb: str, developer: Developer, key: DeveloperKey) -> None:
    record(verb, actor=himself(developer), subject=developer, data={"key": key.key})
