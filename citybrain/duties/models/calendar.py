"""The working calendar as the State Council's yearly notices give it."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from citybrain.organizations.models import User


class CalendarYear(models.Model):
    """A year whose notice is known. A year without a row is answered provisionally.

    `stamp` is new with every change: processes compare it to know that their copy of the calendar
    is still good (citybrain/duties/loader.py).
    """

    year = models.PositiveSmallIntegerField(_("年份"), primary_key=True)
    source = models.CharField(_("依据通知"), max_length=200)
    stamp = models.UUIDField(default=uuid.uuid4, editable=False)
    updated_at = models.DateTimeField(_("更新时间"), default=timezone.now)
    updated_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("更新人"), null=True, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("年度放假安排")
        ordering = ["year"]
        default_permissions = ()

    def __str__(self) -> str:
        return _("%(year)s年放假安排") % {"year": self.year}


class CalendarDay(models.Model):
    """One day that a notice names: off, or a weekend day that is worked.

    `year` is the year of the notice. A notice may name days of the December before: New Year's
    holiday of 2023 began on 2022-12-31.
    """

    date = models.DateField(_("日期"), primary_key=True)
    year = models.ForeignKey(
        CalendarYear, models.PROTECT, verbose_name=_("年份"), related_name="days"
    )
    working = models.BooleanField(_("上班"))
    name = models.CharField(_("名称"), max_length=40)

    class Meta:
        verbose_name = verbose_name_plural = _("特殊日期")
        ordering = ["date"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {'班' if self.working else '休'} {self.name}"
