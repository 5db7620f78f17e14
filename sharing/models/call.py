"""ServiceCall 调用记录: who used what, under which authorization, when, and with what outcome."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from citybrain.organizations.models import Department
from sharing.choices import Method, Outcome
from sharing.models.authorization import Authorization
from sharing.models.code import AuthorizationCode
from sharing.models.service import InterfaceService


class ServiceCall(models.Model):
    """One call, served or refused. Kept for at least three years (SC-29); never changed.

    The table is divided by month (sharing/months.py); its key is (at, id). Its references are not
    foreign keys, which would lock five rows with every call: the statement that writes it has read
    those rows, and the database lets none of them be deleted (migration 0021).
    """

    at = models.DateTimeField(_("时间"))
    outcome = models.CharField(_("结果"), max_length=16, choices=Outcome)
    status = models.PositiveSmallIntegerField(_("状态码"))
    way = models.CharField(_("方式"), max_length=12, choices=Method)
    authorization = models.ForeignKey(
        Authorization,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    code = models.ForeignKey(
        AuthorizationCode,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    service = models.ForeignKey(
        InterfaceService,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    consumer = models.ForeignKey(
        Department, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    provider = models.ForeignKey(
        Department, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    items = ArrayField(models.CharField(max_length=100), verbose_name=_("信息项"), default=list)
    rows = models.PositiveIntegerField(_("行数"), default=0)
    milliseconds = models.PositiveIntegerField(_("用时（毫秒）"), default=0)
    ip = models.CharField(_("来源地址"), max_length=45, blank=True)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("调用记录")
        ordering = ["-at", "-id"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["authorization", "at"], name="call_by_authorization"),
            models.Index(fields=["consumer", "at"], name="call_by_consumer"),
            models.Index(fields=["provider", "at"], name="call_by_provider"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.outcome}"
