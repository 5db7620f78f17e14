"""What belongs to an authorization while it is used: Undertaking 承诺, UseReport 使用记录, reminders."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from citybrain.organizations.models import Department, User
from citybrain.stateful import StatefulModel
from sharing.models.authorization import Authorization
from sharing.rights.choices import LONGEST, ReminderKind, ReportKind, ReportState


class Undertaking(models.Model):
    """That the consumer has accepted what using the data obliges it to, in one wording of it."""

    authorization = models.ForeignKey(Authorization, models.PROTECT, related_name="undertakings")
    wording = models.CharField(_("承诺书版本"), max_length=20)
    digest = models.CharField(_("承诺书摘要"), max_length=64)
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("使用单位"), related_name="+"
    )
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(_("承诺时间"), auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = _("数据使用承诺")
        ordering = ["-id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["authorization", "wording", "department"], name="undertaken_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.authorization.number} {self.wording}"


class UseReport(StatefulModel):
    """How the data of one authorization was used in a period, or what became of it at the end."""

    authorization = models.ForeignKey(
        Authorization, models.PROTECT, verbose_name=_("授权"), related_name="use_reports"
    )
    kind = models.CharField(_("类型"), max_length=10, choices=ReportKind)
    first_day = models.DateField(_("起始日期"))
    last_day = models.DateField(_("截止日期"))
    scenario = models.TextField(_("使用场景"), max_length=LONGEST, blank=True)
    process = models.TextField(_("使用过程"), max_length=LONGEST, blank=True)
    effect = models.TextField(_("应用成效"), max_length=LONGEST, blank=True)
    storage = models.TextField(_("存储情况"), max_length=LONGEST, blank=True)
    destruction = models.TextField(_("销毁情况"), max_length=LONGEST, blank=True)
    calls = models.PositiveIntegerField(_("调用次数"), default=0)
    rows = models.PositiveBigIntegerField(_("行数"), default=0)
    state = models.CharField(
        _("状态"),
        max_length=10,
        choices=ReportState,
        default=ReportState.DUE,
        editable=False,
    )
    opened_at = models.DateTimeField(_("提出时间"), auto_now_add=True)
    filed_at = models.DateTimeField(_("填报时间"), null=True, editable=False)
    filed_by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+")
    digest = models.CharField(_("SM3摘要"), max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("使用记录")
        ordering = ["-id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["authorization", "kind", "last_day"], name="use_report_once"
            )
        ]
        indexes = [models.Index(fields=["state", "-id"], name="use_report_by_state")]

    def __str__(self) -> str:
        return f"{self.authorization.number} {self.get_kind_display()}"

    @property
    def is_disposal(self) -> bool:
        return self.kind == ReportKind.DISPOSAL


class UseReminder(models.Model):
    """What both sides of an authorization were told by the calendar, so that it is told once.

    `day` is the day that it is about: the end of the period, or the last use.
    """

    authorization = models.ForeignKey(Authorization, models.CASCADE, related_name="reminders")
    kind = models.CharField(max_length=10, choices=ReminderKind)
    stage = models.PositiveSmallIntegerField(default=0)
    day = models.DateField()
    told_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = _("使用提醒")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["authorization", "kind", "stage", "day"], name="reminded_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.authorization_id} {self.kind} {self.day}"
