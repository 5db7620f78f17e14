"""Duty 法定时限: one legal deadline of one department on one object."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from citybrain.duties.rules import DutyRule, rule_of
from citybrain.duties.standing import deadline_of
from citybrain.organizations.models import Department, User
from citybrain.ui import Deadline

OPEN = Q(fulfilled_at__isnull=True, cancelled_at__isnull=True)
PAUSED = OPEN & Q(paused_on__isnull=False, resumed_on__isnull=True)


class DutyQuerySet(models.QuerySet["Duty"]):
    def open(self) -> "DutyQuerySet":
        """Neither fulfilled nor cancelled; paused ones included."""
        return self.filter(OPEN)

    def running(self) -> "DutyQuerySet":
        """Open and not paused: the clock ticks."""
        return self.filter(OPEN & ~PAUSED)

    def of(self, subject: models.Model) -> "DutyQuerySet":
        """Every duty on one object, oldest first."""
        return self.filter(subject_type=subject._meta.label, subject_id=subject.pk).order_by("id")

    def due_on_or_before(self, day: date) -> "DutyQuerySet":
        """Running duties that fall due on `day` or earlier."""
        return self.running().filter(due_on__lte=day)

    def overdue(self, today: date) -> "DutyQuerySet":
        """Running duties whose last day has passed."""
        return self.running().filter(due_on__lt=today)

    def with_names(self) -> "DutyQuerySet":
        """With the departments at hand, so that a list costs no query per row."""
        return self.select_related("department", "for_department")


class Duty(models.Model):
    """A deadline from its opening to its end. Rows are never deleted: a trigger refuses it.

    `days` is what the rule said when the clock was opened, in working days. The clock may stop
    once, from `paused_on` to `resumed_on` (SC-21: all that is missing is told once), and may be
    extended once. `breached_on` is the first day after the last one, when that passed unfulfilled.
    """

    rule = models.CharField(_("时限"), max_length=30)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    subject_text = models.CharField(_("事项"), max_length=200)
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("责任部门"), related_name="+"
    )
    for_department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("申请部门"), null=True, related_name="+"
    )
    days = models.PositiveSmallIntegerField(_("期限（工作日）"))
    opened_at = models.DateTimeField(_("启动时间"), default=timezone.now)
    starts_on = models.DateField(_("收到日期"))
    original_due_on = models.DateField(_("原到期日"))
    due_on = models.DateField(_("到期日"))
    provisional = models.BooleanField(_("暂定"), default=False)
    paused_on = models.DateField(_("暂停日期"), null=True)
    resumed_on = models.DateField(_("恢复日期"), null=True)
    pause_reason = models.TextField(_("暂停事由"), blank=True)
    extended_days = models.PositiveSmallIntegerField(_("延长（工作日）"), default=0)
    extended_at = models.DateTimeField(_("延长时间"), null=True)
    extended_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("延长办理人"), null=True, related_name="+"
    )
    extension_reason = models.TextField(_("延长事由"), blank=True)
    extension_consented_by = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("同意延长的部门"), null=True, related_name="+"
    )
    fulfilled_at = models.DateTimeField(_("办结时间"), null=True)
    late_days = models.PositiveSmallIntegerField(_("逾期（工作日）"), default=0)
    cancelled_at = models.DateTimeField(_("撤销时间"), null=True)
    cancel_reason = models.TextField(_("撤销事由"), blank=True)
    breached_on = models.DateField(_("违反时限日期"), null=True)

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("法定时限")
        ordering = ["due_on", "id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "subject_type", "subject_id"],
                condition=OPEN,
                name="duty_open_once_per_subject",
            ),
            models.CheckConstraint(
                condition=Q(fulfilled_at__isnull=True) | Q(cancelled_at__isnull=True),
                name="duty_fulfilled_or_cancelled",
            ),
            models.CheckConstraint(
                condition=Q(extended_days=0, extended_at__isnull=True, extension_reason="")
                | (Q(extended_days__gt=0, extended_at__isnull=False) & ~Q(extension_reason="")),
                name="duty_extension_whole",
            ),
            models.CheckConstraint(
                condition=Q(resumed_on__isnull=True)
                | Q(paused_on__isnull=False, resumed_on__gte=F("paused_on")),
                name="duty_resumed_after_paused",
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("original_due_on"), original_due_on__gt=F("starts_on")),
                name="duty_dates_in_order",
            ),
        ]
        indexes = [
            models.Index(fields=["department", "due_on"], condition=OPEN, name="duty_open_owed_by"),
            models.Index(fields=["due_on"], condition=OPEN, name="duty_open_by_due"),
            models.Index(fields=["subject_type", "subject_id"], name="duty_by_subject"),
            models.Index(fields=["starts_on"], name="duty_by_start"),
            models.Index(fields=["fulfilled_at"], name="duty_by_fulfilment"),
            models.Index(fields=["breached_on"], name="duty_by_breach"),
        ]

    def __str__(self) -> str:
        return f"{self.definition.label}：{self.subject_text}"

    @property
    def definition(self) -> DutyRule:
        """The line of the rules table that this duty follows."""
        return rule_of(self.rule)

    @property
    def is_open(self) -> bool:
        return self.fulfilled_at is None and self.cancelled_at is None

    @property
    def is_paused(self) -> bool:
        return self.is_open and self.paused_on is not None and self.resumed_on is None

    @property
    def deadline(self) -> Deadline:
        """Where it stands today, as `{% deadline %}` draws it; in a page no query per duty."""
        return deadline_of(self)
