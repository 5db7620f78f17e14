"""What pages show of codes: where each stands, what it is bound to, what may be done with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citybrain.organizations.actors import Actor
from citybrain.ui import Move, Tone
from sharing import granted
from sharing.codes.choices import Environment
from sharing.models import Authorization, AuthorizationCode
from sharing.policies import authorization_policy
from sharing.services import codes

MOVES = {
    "suspend": gettext_lazy("暂停授权码"),
    "resume": gettext_lazy("恢复授权码"),
    "revoke": gettext_lazy("停用授权码"),
}


@dataclass(frozen=True)
class Line:
    """One code in use."""

    code: AuthorizationCode
    state: str
    tone: Tone
    bounds: list[str]
    networks: list[str]
    moves: list[Move]


def lines(authorization: Authorization, actor: Actor) -> Iterator[Line]:
    """The codes in use, with what the actor may do with each."""
    handles = any(
        authorization_policy.allows(actor, verb, authorization) for verb in ("use", "coordinate")
    )
    for code in codes.codes_in_use(authorization).prefetch_related("seen_networks"):
        seen = [one.network for one in code.seen_networks.all()]
        moves = _moves(code, codes.may_resume(actor, authorization, code)) if handles else []
        yield Line(code, *_standing(code), bounds_of(code), seen, moves)


def _standing(code: AuthorizationCode) -> tuple[str, Tone]:
    if code.valid_until and code.valid_until < timezone.localdate():
        return _("已过期"), "muted"
    if code.suspended_at is not None:
        return _("主管部门已暂停") if code.held_by_bureau else _("已暂停"), "warning"
    if code.ends_at is not None:
        return _("已更换，可用至%s") % _moment(code.ends_at), "info"
    return _("正在使用"), "success"


def bounds_of(code: AuthorizationCode) -> list[str]:
    """In words, shortest first."""
    found = [_("每秒%d次") % code.per_second]
    if code.signs:
        found.insert(0, _("须签名调用"))
    if code.states_purpose:
        found.insert(0, _("须申明用途"))
    if code.from_hour is not None:
        hours = {"first": code.from_hour, "last": code.until_hour}
        found.append(_("每日%(first)d点至%(last)d点") % hours)
    if code.valid_until:
        found.append(_("有效期至%s") % date_format(code.valid_until, "Y年n月j日"))
    found.append("、".join(code.networks) if code.networks else _("不限网段"))
    return found


def _moves(code: AuthorizationCode, may_resume: bool) -> list[Move]:
    def made(name: str, tone: Any, requires: tuple[str, ...] = ()) -> Move:
        url = reverse("sharing:code_move", args=[code.pk, name])
        return Move(move_name(code, name), MOVES[name], url, tone, requires)

    moves = [made("revoke", "danger", ("reason",))]
    if code.suspended_at is None:
        moves.insert(0, made("suspend", "warning", ("reason",)))
    elif may_resume:
        moves.insert(0, made("resume", "neutral"))
    return moves


def move_name(code: AuthorizationCode, name: str) -> str:
    """What the move is called on a page that has several codes, and the grant's own moves."""
    return f"code-{code.pk}-{name}"


def fetching(authorization: Authorization, actor: Actor) -> list[tuple[str, str, bool]]:
    """(label, address, is the first) for each environment whose code the actor may fetch now."""
    usable = granted.is_usable(authorization)
    if not usable or not authorization_policy.allows(actor, "use", authorization):
        return []
    found = []
    for environment in Environment:
        live = codes.live_code(authorization, environment)
        verb = _("更换%s环境授权码") if live else _("领取%s环境授权码")
        address = reverse("sharing:code_issue", args=[authorization.pk])
        is_first = environment == Environment.LIVE and live is None
        found.append((verb % environment.label, f"{address}?environment={environment}", is_first))
    return found


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "n月j日 H:i")
