"""DailyUse 按日用量: the record of calls added up by day, so that years of it can be drawn at once."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from citybrain.organizations.models import Department
from sharing.choices import Outcome
from sharing.models.authorization import Authorization
from sharing.models.service import InterfaceService

ADDED_UP = ("outcome", "calls", "milliseconds")


class DailyUse(models.Model):
    """Calls of one day (Asia/Shanghai) between two departments under one grant, with one outcome.

    Follows from the calls of days that are over and is made again from them at any time
    (sharing/tallying.py). Fields that it shares with ServiceCall have the same names, so that one
    condition narrows both.
    """

    day = models.DateField(_("日期"))
    outcome = models.CharField(_("结果"), max_length=16, choices=Outcome)
    authorization = models.ForeignKey(
        Authorization, models.PROTECT, null=True, related_name="+", db_index=False
    )
    service = models.ForeignKey(
        InterfaceService, models.PROTECT, null=True, related_name="+", db_index=False
    )
    consumer = models.ForeignKey(
        Department, models.PROTECT, null=True, related_name="+", db_index=False
    )
    provider = models.ForeignKey(
        Department, models.PROTECT, null=True, related_name="+", db_index=False
    )
    calls = models.PositiveIntegerField(_("次数"))
    rows = models.PositiveBigIntegerField(_("行数"))
    milliseconds = models.PositiveBigIntegerField(_("用时合计（毫秒）"))

    class Meta:
        verbose_name = verbose_name_plural = _("按日用量")
        ordering = ["-day"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["day", "outcome", "authorization", "service", "consumer", "provider"],
                nulls_distinct=False,
                name="use_once_a_day",
            )
        ]
        indexes = [
            models.Index(fields=["authorization", "day"], name="use_by_authorization"),
            models.Index(fields=["service", "day"], name="use_by_service"),
            # Charts of three years add up a hundred thousand rows: from the index alone.
            models.Index(fields=["consumer", "day"], include=ADDED_UP, name="use_of_consumer"),
            models.Index(fields=["provider", "day"], include=ADDED_UP, name="use_of_provider"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.outcome} {self.calls}"
