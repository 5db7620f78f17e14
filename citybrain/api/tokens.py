"""API tokens: issued to the person who will use them, shown once, kept as a keyed hash (HK-38)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from citybrain.audit.services import record
from citybrain.crypto import constant_time_equal, hmac_sm3_hex, new_secret
from citybrain.organizations.actors import Actor
from citybrain.organizations.models import ApiToken
from citybrain.organizations.models.token import Scope

PREFIX = "cbt_"
KEY_LENGTH = 12
LONGEST_DAYS = 365
MOST_LIVE_TOKENS = 20
NOBODYS_DIGEST = "0" * 64


@dataclass(frozen=True)
class IssuedToken:
    """A token and its text, which nobody can show again."""

    token: ApiToken
    text: str


@transaction.atomic
def issue(*, actor: Actor, name: str, scopes: Sequence[str], days: int) -> IssuedToken:
    """Issues a token to the actor, valid for `days` (1 to 365) with `scopes` (read, write).

    Raises ValidationError with the field named, PermissionDenied for anybody but a person.
    """
    if actor.user is None:
        raise PermissionDenied(_("只有本人可以签发自己的接口令牌。"))
    _check(name, scopes, days)
    live = ApiToken.objects.filter(
        user=actor.user, revoked_at=None, expires_at__gt=timezone.now()
    ).count()
    if live >= MOST_LIVE_TOKENS:
        raise ValidationError(
            _("有效的接口令牌已达 %d 个，请先停用不再使用的令牌。") % MOST_LIVE_TOKENS
        )
    key, secret = new_secret()[:KEY_LENGTH], new_secret()
    token = ApiToken(
        key=key,
        digest=digest(key, secret),
        user=actor.user,
        name=name.strip(),
        scopes=sorted(scopes),
        expires_at=timezone.now() + timedelta(days=days),
    )
    token.save(force_insert=True)
    record(
        "token.issued",
        actor=actor,
        subject=token,
        data={"scopes": token.scopes, "expires_at": token.expires_at},
    )
    return IssuedToken(token, f"{PREFIX}{key}.{secret}")


@transaction.atomic
def revoke(*, actor: Actor, token: ApiToken) -> None:
    """Ends the actor's own token at once; one that is revoked already stays as it is."""
    if token.user_id != actor.user_id:
        raise PermissionDenied(_("只能停用自己的接口令牌。"))
    ended = ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
    if ended:
        record("token.revoked", actor=actor, subject=token)


def digest(key: str, secret: str) -> str:
    return hmac_sm3_hex(settings.CODE_PEPPER.encode(), f"{key}.{secret}".encode())


def find(text: str) -> ApiToken | None:
    """The token whose text this is, live or not; None for anything else.

    As long for an unknown key as for a wrong secret.
    """
    key, _dot, secret = text.removeprefix(PREFIX).partition(".")
    well_formed = text.startswith(PREFIX) and len(key) == KEY_LENGTH and key.isascii()
    token = (
        ApiToken.objects.select_related("user__department").filter(key=key).first()
        if well_formed
        else None
    )
    computed = digest(key, secret)
    if constant_time_equal(computed, token.digest if token else NOBODYS_DIGEST):
        return token
    return None


def mark_used(token: ApiToken) -> None:
    """Notes the day of the last use; at most one write a day."""
    today = timezone.localdate()
    if token.last_used_on != today:
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=today)


def _check(name: str, scopes: Sequence[str], days: int) -> None:
    if not name.strip():
        raise ValidationError({"name": _("请填写令牌的用途。")})
    if not scopes or set(scopes) - set(Scope.values):
        raise ValidationError({"scopes": _("请选择令牌的权限范围。")})
    if not 1 <= days <= LONGEST_DAYS:
        raise ValidationError({"days": _("有效期应为 1 至 %d 天。") % LONGEST_DAYS})
