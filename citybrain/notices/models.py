"""Notices 通知, the ledger of who was told by which way, and what has been reminded of.

A notice and its ledger rows are written in the transaction of the change they tell about: both
commit or neither does. Sending mail starts from the ledger, so nothing is told that did not
happen and nothing that happened is forgotten.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from citybrain.notices.choices import DeliveryState, MailChoice, Stage, UrgentKind, Way
from citybrain.organizations.models import User


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at__isnull=True)

    def about(self, subject_type: str, subject_id: int) -> "NoticeQuerySet":
        """Notices about one object, named by its model label and id."""
        return self.filter(subject_type=subject_type, subject_id=subject_id)


class Notice(models.Model):
    """One thing that one person was told. `title` is a single line, `body` plain text.

    `on_behalf_of` marks the copy that a deputy gets while that person is away (AB角).
    """

    recipient = models.ForeignKey(User, models.PROTECT, verbose_name=_("接收人"), related_name="+")
    on_behalf_of = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("代理"), null=True, related_name="+"
    )
    kind = models.CharField(_("类型"), max_length=60)
    title = models.CharField(_("标题"), max_length=200)
    body = models.TextField(_("内容"), blank=True)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    created_at = models.DateTimeField(_("时间"), default=timezone.now)
    read_at = models.DateTimeField(_("阅读时间"), null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("通知")
        ordering = ["-id"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notice_inbox"),
            models.Index(
                fields=["recipient"], condition=Q(read_at__isnull=True), name="notice_unread"
            ),
            models.Index(fields=["subject_type", "subject_id"], name="notice_by_subject"),
        ]

    def __str__(self) -> str:
        return self.title


class Delivery(models.Model):
    """A line of the ledger: by which way a notice went, whether it arrived, and if not why.

    `next_attempt_at` is set exactly while something is still to be tried.
    """

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="deliveries")
    way = models.CharField(_("方式"), max_length=10, choices=Way)
    state = models.CharField(_("状态"), max_length=10, choices=DeliveryState)
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    at = models.DateTimeField(_("时间"), default=timezone.now)
    next_attempt_at = models.DateTimeField(_("下次尝试"), null=True)
    error = models.CharField(_("说明"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("送达记录")
        ordering = ["id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["notice", "way"], name="delivery_once_per_way"),
            models.CheckConstraint(
                condition=Q(next_attempt_at__isnull=True)
                | Q(state__in=[DeliveryState.PENDING, DeliveryState.FAILED]),
                name="delivery_settled_is_not_tried",
            ),
        ]
        indexes = [
            models.Index(
                fields=["way", "next_attempt_at"],
                condition=Q(next_attempt_at__isnull=False),
                name="delivery_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_way_display()} {self.get_state_display()}"

    @property
    def tone(self) -> str:
        """The tone in which the state is shown."""
        return DeliveryState(self.state).tone


class NoticePreference(models.Model):
    """How a person wants e-mail; without a row `usual()` applies."""

    person = models.OneToOneField(User, models.PROTECT, related_name="+")
    mail = models.CharField(
        _("邮件提醒方式"), max_length=10, choices=MailChoice, default=MailChoice.DIGEST
    )
    urgent = ArrayField(
        models.CharField(max_length=60, choices=UrgentKind),
        verbose_name=_("紧急事项立即发送邮件"),
        default=list,
        blank=True,
    )

    class Meta:
        verbose_name = verbose_name_plural = _("通知设置")
        default_permissions = ()

    def __str__(self) -> str:
        return self.get_mail_display()

    @classmethod
    def usual(cls) -> "NoticePreference":
        """Not saved: one mail a day, and everything urgent at once."""
        return cls(mail=MailChoice.DIGEST, urgent=list(UrgentKind.values))


class Reminder(models.Model):
    """That a duty was reminded of at one stage: written once, so nobody is reminded twice.

    The due date belongs to the key, because an extended duty is reminded of again before its new
    date.
    """

    duty_id = models.BigIntegerField()
    stage = models.SmallIntegerField(_("阶段"), choices=Stage)
    due_on = models.DateField(_("到期日"))
    reminded_on = models.DateField(_("提醒日期"))

    class Meta:
        verbose_name = verbose_name_plural = _("时限提醒记录")
        ordering = ["id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["duty_id", "stage", "due_on"], name="reminder_once_per_stage"
            )
        ]

    def __str__(self) -> str:
        return f"{self.duty_id} {self.get_stage_display()}"
