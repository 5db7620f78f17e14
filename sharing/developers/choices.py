from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DeveloperKind(TextChoices):
    COMPANY = "company", _("企业或其他组织")
    PERSON = "person", _("个人")


class DeveloperState(TextChoices):
    ACTIVE = "active", _("使用中")
    SUSPENDED = "suspended", _("已暂停使用")
    WITHDRAWN = "withdrawn", _("已注销")


class LetterKind(TextChoices):
    """What is mailed to a developer, or to somebody who wants to become one."""

    CONFIRM = "confirm", _("确认注册")
    SIGN_IN = "sign_in", _("登录链接")
    SUSPENDED = "suspended", _("暂停使用通知")
    RESTORED = "restored", _("恢复使用通知")
    CORRECTED = "corrected", _("数据更正通知")


# Letters with a link, which somebody outside has asked for.
ASKED_FOR = (LetterKind.CONFIRM, LetterKind.SIGN_IN)


class OpenOutcome(TextChoices):
    """How a call of an open service ended; the words of the gateway where they mean the same."""

    SERVED = "served", _("已提供")
    NO_KEY = "no_key", _("未携带密钥")
    MALFORMED_KEY = "malformed_key", _("密钥格式不正确")
    UNKNOWN_KEY = "unknown_key", _("密钥无效")
    REVOKED_KEY = "revoked_key", _("密钥已停用")
    REPLACED_KEY = "replaced_key", _("密钥已更换")
    SUSPENDED = "suspended", _("已暂停使用")
    NOT_OPEN = "not_open", _("没有开放的数据")
    TOO_FAST = "too_fast", _("超出每秒调用次数")
    OVER_QUOTA = "over_quota", _("超出当日调用额度")
    TOO_MANY = "too_many", _("无效调用过于频繁")
    BAD_REQUEST = "bad_request", _("请求参数有误")
    FAILED = "failed", _("服务故障")


# How a refusal is answered. `outcome` in its body is the word for programs.
ANSWERS: tuple[tuple[int, OpenOutcome], ...] = (
    (400, OpenOutcome.BAD_REQUEST),
    (401, OpenOutcome.NO_KEY),
    (401, OpenOutcome.MALFORMED_KEY),
    (401, OpenOutcome.UNKNOWN_KEY),
    (403, OpenOutcome.REVOKED_KEY),
    (403, OpenOutcome.REPLACED_KEY),
    (403, OpenOutcome.SUSPENDED),
    (404, OpenOutcome.NOT_OPEN),
    (429, OpenOutcome.TOO_FAST),
    (429, OpenOutcome.OVER_QUOTA),
    (429, OpenOutcome.TOO_MANY),
    (503, OpenOutcome.FAILED),
)
