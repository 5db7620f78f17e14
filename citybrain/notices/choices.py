"""Words of the notices app: ways of telling, their states, e-mail settings, stages of reminding."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Way(TextChoices):
    INBOX = "inbox", _("站内消息")
    EMAIL = "email", _("电子邮件")
    DIGEST = "digest", _("每日邮件汇总")


class DeliveryState(TextChoices):
    PENDING = "pending", _("待发送")
    SENT = "sent", _("已送达")
    FAILED = "failed", _("发送失败")
    SKIPPED = "skipped", _("无需发送")

    @property
    def tone(self) -> str:
        return {"pending": "info", "sent": "success", "failed": "danger", "skipped": "muted"}[self]


class MailChoice(TextChoices):
    IMMEDIATE = "immediate", _("逐条及时发送邮件")
    DIGEST = "digest", _("每日汇总为一封邮件")
    NONE = "none", _("不发送邮件")


class UrgentKind(TextChoices):
    """Kinds of notice that may be mailed at once whatever the person chose for the others."""

    DUE_NEXT_DAY = "duties.reminder_before_1", _("法定时限剩余1个工作日的提醒")
    BREACHED = "duties.breached", _("法定时限逾期的通报")
    DEPUTY_NAMED = "organizations.deputy_named", _("被指定为代理人员（AB角）")


class Stage(IntegerChoices):
    """When a duty is reminded of; the value is the working days left, negative when it is late."""

    BEFORE_3 = 3, _("到期前3个工作日")
    BEFORE_1 = 1, _("到期前1个工作日")
    BREACH = -1, _("已逾期")
    ESCALATED = -5, _("逾期5个工作日")

    @property
    def kind(self) -> str:
        """The notice kind of reminders of this stage."""
        return {
            3: "duties.reminder_before_3",
            1: "duties.reminder_before_1",
            -1: "duties.breached",
            -5: "duties.escalated",
        }[self]
