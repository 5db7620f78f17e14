"""Why a call cannot be served: the outcome on record, its HTTP status, and the sentence."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from sharing.choices import Outcome


@dataclass(frozen=True)
class Objection:
    """One reason not to serve a call."""

    outcome: Outcome
    status: int
    message: str


def no_data() -> Objection:
    return Objection(Outcome.NO_DATA, 503, _("提供单位尚未提供数据。"))


def too_many() -> Objection:
    """The address has called too often without a valid code."""
    return Objection(
        Outcome.TOO_MANY, 429, _("没有有效授权码的调用过于频繁，请核对授权码，一分钟后再试。")
    )


def over_quota(daily_quota: int) -> Objection:
    """No call of today is left."""
    return Objection(Outcome.OVER_QUOTA, 429, _("已超出当日调用额度%d次，次日恢复。") % daily_quota)
