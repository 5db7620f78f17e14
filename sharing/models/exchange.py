"""ExchangePlan 批量交换安排 and ExchangePackage 交换包: what a consumer fetches in batches (SC-22)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from citybrain.organizations.models import User
from sharing.delivery.choices import Cycle, Extent, Format, PackageState
from sharing.models.authorization import Authorization
from sharing.models.correction import CorrectionRequest
from sharing.models.service import HostedDataset


class ExchangePlan(models.Model):
    """How the packages of one authorization are made. The SM4 key is sealed (citybrain/sealing.py).

    `key_number` counts the keys: a package says under which it was encrypted.
    """

    authorization = models.OneToOneField(
        Authorization, models.PROTECT, related_name="exchange_plan"
    )
    cycle = models.CharField(_("交换频次"), max_length=8, choices=Cycle, default=Cycle.UPDATE)
    extent = models.CharField(_("交换范围"), max_length=8, choices=Extent, default=Extent.FULL)
    format = models.CharField(_("文件格式"), max_length=8, choices=Format, default=Format.CSV)
    sealed_key = models.CharField(max_length=120, editable=False)
    key_number = models.PositiveSmallIntegerField(_("密钥序号"), default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("批量交换安排")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.authorization)


class ExchangePackage(models.Model):
    """One package. What a worker has to do is read from `state`; a ready one never changes.

    `digest` is the SM3 of the file as it is fetched. `dataset` are the rows that it says, or, while
    it waits, those that made it due; `since` those with which an incremental one compares.
    `correction` is what corrected the rows of a package that says nothing else. `items` are those
    that the file holds, by name; None of one that was made before that was kept.
    """

    plan = models.ForeignKey(ExchangePlan, models.PROTECT, related_name="packages")
    number = models.PositiveIntegerField(_("序号"))
    extent = models.CharField(_("范围"), max_length=8, choices=Extent)
    format = models.CharField(_("文件格式"), max_length=8, choices=Format, default=Format.CSV)
    dataset = models.ForeignKey(HostedDataset, models.PROTECT, related_name="+")
    since = models.ForeignKey(HostedDataset, models.PROTECT, null=True, related_name="+")
    correction = models.ForeignKey(
        CorrectionRequest, models.PROTECT, null=True, related_name="packages"
    )
    state = models.CharField(
        _("状态"), max_length=8, choices=PackageState, default=PackageState.WAITING
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(_("开始时间"), auto_now_add=True)
    built_at = models.DateTimeField(_("完成时间"), null=True)
    file = models.CharField(max_length=120, blank=True)
    rows = models.PositiveIntegerField(_("数据行数"), default=0)
    items = ArrayField(models.TextField(), null=True, editable=False)
    size = models.PositiveBigIntegerField(_("文件大小"), default=0)
    digest = models.CharField(_("SM3摘要"), max_length=64, blank=True)
    key_number = models.PositiveSmallIntegerField(_("密钥序号"), default=0)
    error = models.CharField(_("失败原因"), max_length=200, blank=True)
    received_at = models.DateTimeField(_("签收时间"), null=True)
    received_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("签收人"), null=True, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("交换包")
        ordering = ["-number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="package_number_once"),
            models.UniqueConstraint(
                fields=["plan"],
                condition=Q(state=PackageState.WAITING),
                name="one_package_in_the_making",
            ),
            models.UniqueConstraint(
                fields=["plan", "correction"],
                condition=~Q(state=PackageState.FAILED),
                name="correction_packed_once",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(PackageState.READY, PackageState.RECEIVED))
                | (~Q(digest="") & ~Q(file="")),
                name="fetchable_package_has_its_file",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan.authorization.number}-{self.number:04}"

    @property
    def file_name(self) -> str:
        """What the consumer gets it as."""
        return f"{self}-{self.extent}.{self.format}.sm4"
