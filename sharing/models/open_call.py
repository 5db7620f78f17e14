"""OpenCall 开放服务调用记录: who called for which open data, and with what outcome; and its days."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import CatalogEntry
from sharing.developers.choices import OpenOutcome
from sharing.models.developer import DeveloperKey


class OpenCall(models.Model):
    """One call with a key, served or refused. Never changed; `key` is all that it has of a person.

    A record of its own beside ServiceCall: there is no authorization, consumer or provider's consent,
    and what departments report of sharing must not count what is open to all. No network address: it
    would be left here when the developer is gone. Without a valid key there is no `key`.
    """

    at = models.DateTimeField(_("时间"))
    outcome = models.CharField(_("结果"), max_length=16, choices=OpenOutcome)
    status = models.PositiveSmallIntegerField(_("状态码"))
    key = models.ForeignKey(
        DeveloperKey, models.PROTECT, null=True, related_name="+", db_index=False
    )
    entry = models.ForeignKey(
        CatalogEntry, models.PROTECT, null=True, related_name="+", db_index=False
    )
    items = ArrayField(models.CharField(max_length=100), verbose_name=_("信息项"), default=list)
    rows = models.PositiveIntegerField(_("行数"), default=0)
    milliseconds = models.PositiveIntegerField(_("用时（毫秒）"), default=0)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("开放服务调用记录")
        ordering = ["-at", "-id"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["key", "at"], name="open_call_by_key"),
            BrinIndex(fields=["at"], name="open_call_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.outcome}"


class OpenDailyUse(models.Model):
    """Calls of one day (Asia/Shanghai) with one key of one entry, with one outcome.

    Made from the calls at any time (sharing/tallying.py).
    """

    day = models.DateField(_("日期"))
    outcome = models.CharField(_("结果"), max_length=16, choices=OpenOutcome)
    key = models.ForeignKey(
        DeveloperKey, models.PROTECT, null=True, related_name="+", db_index=False
    )
    entry = models.ForeignKey(
        CatalogEntry, models.PROTECT, null=True, related_name="+", db_index=False
    )
    calls = models.PositiveIntegerField(_("次数"))
    rows = models.PositiveBigIntegerField(_("行数"))
    milliseconds = models.PositiveBigIntegerField(_("用时合计（毫秒）"))

    class Meta:
        verbose_name = verbose_name_plural = _("开放服务按日用量")
        ordering = ["-day"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["day", "outcome", "key", "entry"],
                nulls_distinct=False,
                name="open_use_once_a_day",
            )
        ]
        indexes = [models.Index(fields=["key", "day"], name="open_use_by_key")]

    def __str__(self) -> str:
        return f"{self.day} {self.outcome} {self.calls}"
