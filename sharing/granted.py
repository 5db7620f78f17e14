"""What pages show of an authorization: where it stands, its frozen terms, what became of it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citybrain.labels import article_label
from citybrain.organizations.actors import Actor
from citybrain.pages import timeline
from citybrain.ui import Attribute, TimelineEntry, Tone
from sharing.choices import AuthorizationState, Method, UseBasis
from sharing.models import Authorization

TONES: dict[str, Tone] = {
    AuthorizationState.ACTIVE: "success",
    AuthorizationState.SUSPENDED: "warning",
    AuthorizationState.REVOKED: "danger",
    AuthorizationState.EXPIRED: "muted",
}
STATES = dict(AuthorizationState.choices)
METHODS = dict(Method.choices)
PURPOSES = dict(UseBasis.choices)
LIVE = (AuthorizationState.ACTIVE, AuthorizationState.SUSPENDED)
SOON, VERY_SOON = 30, 7  # calendar days
RENEWED_WITHIN = 60  # calendar days before the end, in which the two sides have time to answer
TERMS = {
    "use_basis": gettext_lazy("用途类别"),
    "legal_basis": gettext_lazy("使用依据"),
    "scenario": gettext_lazy("使用场景"),
    "usage_range": gettext_lazy("使用范围"),
}


def time_left(authorization: Authorization) -> tuple[str, Tone]:
    """How long it may still be used, in words, and how urgent that is; empty when it is over."""
    if is_over(authorization):
        return "", "muted"
    today = timezone.localdate()
    if authorization.starts_on > today:
        wait = (authorization.starts_on - today).days
        return _("%d天后生效") % wait, "info"
    left = (authorization.ends_on - today).days
    if left < 0:
        return _("已过期限"), "danger"
    if left == 0:
        return _("今日到期"), "danger"
    tone: Tone = "danger" if left <= VERY_SOON else "warning" if left <= SOON else "neutral"
    return _("剩余%d天") % left, tone


def is_over(authorization: Authorization) -> bool:
    """Whether it has ended for good: expired, or revoked."""
    return authorization.state not in LIVE


def may_renew(actor: Actor, authorization: Authorization) -> bool:
    """Whether the actor's department may apply for going on: shortly before the end, and after it.

    A renewal is an application of its own, under the clock of the law, and begins with the words and
    items of the one before it (sharing/basket/queries.lent).
    """
    is_near = authorization.ends_on <= timezone.localdate() + timedelta(days=RENEWED_WITHIN)
    return (
        is_near
        and authorization.state != AuthorizationState.REVOKED
        and authorization.consumer_id == actor.department_id
        and actor.may("apply_sharing", authorization.consumer_id)
    )


def ending_within(days: int) -> dict[str, Any]:
    """The lookup of grants in force whose period ends within so many days."""
    today = timezone.localdate()
    return {"state__in": LIVE, "ends_on__range": (today, today + timedelta(days=days))}


def attributes_of(authorization: Authorization, *, used: int) -> list[Attribute]:
    """The grant in short."""
    left, _tone = time_left(authorization)
    quota = _("%s次") % f"{authorization.daily_quota:,}"
    if not is_over(authorization):
        quota = _("%(quota)s，今日已用%(used)s次") % {"quota": quota, "used": f"{used:,}"}
    return [
        Attribute(_("授权编号"), authorization.number),
        Attribute(_("提供单位"), authorization.provider.name),
        Attribute(_("使用单位"), authorization.consumer.name),
        Attribute(_("共享方式"), authorization.get_method_display()),
        Attribute(_("使用期限"), _period(authorization), help=left),
        Attribute(_("每日调用额度"), quota),
        Attribute(_("授权时间"), _moment(authorization.granted_at)),
    ]


def term_attributes(terms: Mapping[str, Any]) -> list[Attribute]:
    """The frozen terms in words, without the items."""
    words = {**terms, "use_basis": PURPOSES.get(terms["use_basis"], terms["use_basis"])}
    return [
        Attribute(_("信息资源"), terms["title"], help=terms["entry"]),
        Attribute(_("目录版本"), _("第%d版") % terms["revision"]),
        Attribute(_("提供单位"), terms["provider"]),
        Attribute(_("使用单位"), terms["consumer"]),
        *(Attribute(label, words[name], wide=True) for name, label in TERMS.items()),
        *(
            [Attribute(_("向境外提供"), abroad["note"], help=abroad["assessment"], wide=True)]
            if (abroad := terms.get("abroad"))
            else []
        ),
        *(
            Attribute(
                _("数据范围"),
                _("%(item)s：%(values)s") % {"item": item, "values": "、".join(values)},
                wide=True,
            )
            for item, values in terms.get("rows", {}).items()
        ),
        Attribute(_("共享方式"), METHODS.get(terms["method"], terms["method"])),
        Attribute(
            _("使用期限"),
            _("%(first)s 至 %(last)s") % {"first": terms["starts_on"], "last": terms["ends_on"]},
        ),
        Attribute(_("每日调用额度"), _("%s次") % f"{terms['daily_quota']:,}"),
        Attribute(_("共享申请"), terms["application"]),
    ]


def history_of(authorization: Authorization) -> list[TimelineEntry]:
    """Every move, newest first, and at the end how it began."""
    granted = TimelineEntry(
        label=_("授权"),
        at=authorization.granted_at,
        department=authorization.provider.short_name,
        to_label=STATES[AuthorizationState.ACTIVE],
        basis=article_label("SC-22"),
        tone="success",
    )
    return [*timeline(authorization, STATES), granted]


def is_usable(authorization: Authorization) -> bool:
    """Whether a code may be fetched for it today."""
    return (
        authorization.method == Method.INTERFACE
        and authorization.state == AuthorizationState.ACTIVE
        and authorization.ends_on >= timezone.localdate()
    )


def _period(authorization: Authorization) -> str:
    return _("%(first)s 至 %(last)s") % {
        "first": date_format(authorization.starts_on, "Y年n月j日"),
        "last": date_format(authorization.ends_on, "Y年n月j日"),
    }


def _moment(at: Any) -> str:
    return date_format(timezone.localtime(at), "Y年n月j日 H:i")
