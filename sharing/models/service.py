"""InterfaceService 接口服务 and the hosted rows behind it (HK-15)."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import CatalogEntry
from citybrain.organizations.models import User
from sharing.choices import ServiceKind


class HostedDataset(models.Model):
    """One accepted upload of an entry's rows. The newest accepted one is served."""

    entry = models.ForeignKey(CatalogEntry, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(_("批次"))
    file_name = models.CharField(_("文件名"), max_length=200)
    rows = models.PositiveIntegerField(_("数据行数"))
    digest = models.CharField(_("文件摘要"), max_length=64)
    uploaded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField(_("上传时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("托管数据")
        ordering = ["-number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["entry", "number"], name="dataset_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.entry.title} #{self.number}"


class HostedRow(models.Model):
    """One row; `values` maps item names to text, so that items can be picked and masked by name."""

    dataset = models.ForeignKey(HostedDataset, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField(_("行号"))
    values = models.JSONField(_("数据"))

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["dataset", "number"], name="row_number_once")
        ]
        indexes = [
            GinIndex(fields=["values"], name="hosted_row_values", opclasses=["jsonb_path_ops"])
        ]

    def __str__(self) -> str:
        return f"{self.dataset_id}:{self.number}"


class InterfaceService(models.Model):
    """The address under which an entry's rows are served: s_<code>."""

    entry = models.OneToOneField(CatalogEntry, models.PROTECT, related_name="+")
    code = models.CharField(_("服务编码"), max_length=40, unique=True)
    kind = models.CharField(
        _("服务类型"), max_length=12, choices=ServiceKind, default=ServiceKind.HOSTED
    )
    dataset = models.ForeignKey(
        HostedDataset, models.PROTECT, null=True, blank=True, related_name="+"
    )
    enabled = models.BooleanField(_("启用"), default=True)
    switched_at = models.DateTimeField(_("启停时间"), null=True, blank=True)
    switch_reason = models.CharField(_("启停原因"), max_length=300, blank=True)
    registered_at = models.DateTimeField(_("注册时间"), auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = _("接口服务")
        ordering = ["code"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.code
