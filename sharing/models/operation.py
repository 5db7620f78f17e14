"""What is known of a service in operation: pauses, health, availability by day, versions, its end."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from citybrain.organizations.models import User
from sharing.models.service import InterfaceService


class MaintenanceWindow(models.Model):
    """A pause that was announced: calls within it are refused with the time when it ends."""

    service = models.ForeignKey(InterfaceService, models.PROTECT, related_name="windows")
    starts_at = models.DateTimeField(_("开始时间"))
    ends_at = models.DateTimeField(_("结束时间"))
    reason = models.CharField(_("维护内容"), max_length=300)
    announced_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    announced_at = models.DateTimeField(_("公告时间"), auto_now_add=True)
    cancelled_at = models.DateTimeField(_("取消时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("维护窗口")
        ordering = ["-starts_at", "-id"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="maintenance_in_order",
                violation_error_message=_("结束时间必须晚于开始时间。"),
            )
        ]
        indexes = [
            models.Index(
                fields=["service", "ends_at"],
                condition=models.Q(cancelled_at__isnull=True),
                name="maintenance_of_service",
            )
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.starts_at:%Y-%m-%d %H:%M}"

    @classmethod
    def on(cls) -> "models.QuerySet[MaintenanceWindow]":
        """Pauses that are on now."""
        now = timezone.now()
        return cls.objects.filter(cancelled_at__isnull=True, starts_at__lte=now, ends_at__gt=now)

    @classmethod
    def now_of(cls, service: InterfaceService) -> "MaintenanceWindow | None":
        """The pause of the service that is on, the longest where there are several."""
        return cls.on().filter(service=service).order_by("-ends_at").first()


class ServiceHealth(models.Model):
    """What the last probe of a service found, and since when it has been so."""

    service = models.OneToOneField(InterfaceService, models.PROTECT, related_name="health")
    answers = models.BooleanField(_("可用"))
    since = models.DateTimeField(_("自何时起"))
    checked_at = models.DateTimeField(_("最近探测"))
    milliseconds = models.PositiveIntegerField(_("用时（毫秒）"), default=0)
    failures = models.PositiveIntegerField(_("连续失败次数"), default=0)
    note = models.CharField(_("说明"), max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("服务状况")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.service}"


class ServiceAvailability(models.Model):
    """Probes of one day (Asia/Shanghai). Those within announced pauses are counted apart."""

    service = models.ForeignKey(InterfaceService, models.PROTECT, related_name="availability")
    day = models.DateField(_("日期"))
    probes = models.PositiveIntegerField(_("探测次数"), default=0)
    failed = models.PositiveIntegerField(_("失败次数"), default=0)
    paused = models.PositiveIntegerField(_("维护期间次数"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("每日可用性")
        ordering = ["-day"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["service", "day"], name="availability_once_a_day"),
            models.CheckConstraint(
                condition=models.Q(failed__lte=models.F("probes")), name="availability_adds_up"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.day}"


class ServiceVersion(models.Model):
    """What a service could answer from some time on: its items with their types, and which are masked."""

    service = models.ForeignKey(InterfaceService, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("版本"))
    digest = models.CharField(max_length=64)
    items = models.JSONField(_("信息项"))
    since = models.DateTimeField(_("起始时间"), auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = _("接口版本")
        ordering = ["-number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["service", "number"], name="service_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.service} v{self.number}"


class ServiceEnd(models.Model):
    """The provider's announcement that a service ends on a day (SC-27: never without notice)."""

    service = models.OneToOneField(InterfaceService, models.PROTECT, related_name="end")
    ends_on = models.DateField(_("停止日期"))
    reason = models.CharField(_("停止原因"), max_length=300)
    announced_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    announced_at = models.DateTimeField(_("预告时间"), auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = _("停止预告")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.service} {self.ends_on}"
