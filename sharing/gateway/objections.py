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


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of taking a call: why it may not pass, and the calls of the day with this one.

    `used` is None where the day was not asked.
    """

    objection: Objection | None
    used: int | None = None


def no_data() -> Objection:
    return Objection(Outcome.NO_DATA, 503, _("提供单位尚未提供数据。"))


def too_many() -> Objection:
    """The address has called too often without a valid code."""
    return Objection(
        Outcome.TOO_MANY, 429, _("没有有效授权码或者密钥的调用过于频繁，请核对后，一分钟后再试。")
    )


def over_quota(daily_quota: int) -> Objection:
    """No call of today is left."""
    return Objection(Outcome.OVER_QUOTA, 429, _("已超出当日调用额度%d次，次日恢复。") % daily_quota)


def too_fast(per_second: int) -> Objection:
    """The code is used more often than it may within this second."""
    return Objection(
        Outcome.TOO_FAST, 429, _("超出每秒调用次数（%d次），请稍后重试。") % per_second
    )


def replayed() -> Objection:
    """The signature has been used before."""
    text = _("该签名已经使用过，每次调用（包括重试）须用新的nonce重新签名。")
    return Objection(Outcome.REPLAYED, 401, text)


def not_counted() -> Objection:
    """Calls of graded data cannot be counted exactly now, so that none is served."""
    text = _("调用限额暂时无法核对，三级以上数据暂停提供，请稍后重试。")
    return Objection(Outcome.UNAVAILABLE, 503, text)
