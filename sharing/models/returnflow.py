"""ReturnNeed 上行需求 and ReturnPackage 回流数据包, its parts by area, and who received them (SC-24)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models import CatalogEntry
from citybrain.organizations.models import Department, User
from citybrain.stateful import StatefulModel
from sharing.returnflow.choices import NeedState, PackageState, Source


class ReturnNeed(StatefulModel):
    """What a department needs of the data of a higher level; the bureau files it with the province.

    `reply_by` is the day by which the law has it answered (SC-21), counted from the filing.
    """

    number = models.CharField(_("需求编号"), max_length=30, unique=True, editable=False)
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("需求单位"), related_name="+", editable=False
    )
    source = models.CharField(_("数据层级"), max_length=8, choices=Source)
    title = models.CharField(_("需要的数据"), max_length=100)
    holder = models.CharField(_("数据所在部门"), max_length=100, blank=True)
    items = models.TextField(_("信息项"), max_length=2000)
    ground = models.CharField(_("使用依据"), max_length=300)
    purpose = models.TextField(_("使用场景和用途"), max_length=1000)
    state = models.CharField(
        _("状态"), max_length=10, choices=NeedState, default=NeedState.DRAFT, editable=False
    )
    created_at = models.DateTimeField(_("提出时间"), auto_now_add=True)
    provincial_number = models.CharField(
        _("省级申请编号"), max_length=60, blank=True, editable=False
    )
    filed_on = models.DateField(_("报省日期"), null=True, editable=False)
    reply_by = models.DateField(_("省级应当答复日期"), null=True, editable=False)
    answered_on = models.DateField(_("省级答复日期"), null=True, editable=False)
    answer = models.CharField(_("省级答复内容"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("上行数据需求")
        ordering = ["-id"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=("filed", "granted", "refused"))
                | (~Q(provincial_number="") & Q(filed_on__isnull=False)),
                name="filed_need_has_its_number",
            )
        ]
        indexes = [models.Index(fields=["department", "-id"], name="need_by_department")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class ReturnPackage(StatefulModel):
    """A file that came down, described by an entry: its rows are checked as those of an upload.

    `area_item` is the item with the code of the administrative division, by which it is split; ""
    where there is none, and nobody but the city gets it. What a worker has to do is read from `state`.
    """

    number = models.CharField(_("数据包编号"), max_length=30, unique=True, editable=False)
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("接收单位"), related_name="+", editable=False
    )
    entry = models.ForeignKey(
        CatalogEntry, models.PROTECT, verbose_name=_("信息资源"), related_name="+", editable=False
    )
    need = models.ForeignKey(
        ReturnNeed,
        models.PROTECT,
        verbose_name=_("对应的需求"),
        null=True,
        blank=True,
        related_name="packages",
    )
    source = models.CharField(_("数据层级"), max_length=8, choices=Source)
    provincial_number = models.CharField(_("省级编号"), max_length=60)
    period = models.CharField(_("数据期间"), max_length=40)
    received_on = models.DateField(_("收到日期"))
    area_item = models.CharField(_("行政区划代码所在信息项"), max_length=100, blank=True)
    file_name = models.CharField(_("文件名"), max_length=200, editable=False)
    content = models.BinaryField(null=True, editable=False)
    digest = models.CharField(_("文件SM3摘要"), max_length=64, editable=False)
    state = models.CharField(
        _("状态"),
        max_length=12,
        choices=PackageState,
        default=PackageState.CHECKING,
        editable=False,
    )
    claimed_at = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    issues = models.JSONField(default=list, editable=False)
    rows = models.PositiveIntegerField(_("数据行数"), default=0, editable=False)
    strays = models.PositiveIntegerField(_("不属于任何区的行"), default=0, editable=False)
    registered_at = models.DateTimeField(_("登记时间"), auto_now_add=True)
    distributed_at = models.DateTimeField(_("下发时间"), null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("回流数据包")
        ordering = ["-id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["digest"],
                condition=~Q(state__in=("failed", "discarded")),
                name="returned_file_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.entry.title}"


class ReturnPart(models.Model):
    """The rows of one area as a CSV; that of the city has all of them. Never changed.

    `digest` is the SM3 of the content, by which its receipt is given.
    """

    package = models.ForeignKey(ReturnPackage, models.PROTECT, related_name="parts")
    region_code = models.CharField(_("行政区划代码"), max_length=6)
    rows = models.PositiveIntegerField(_("数据行数"))
    content = models.BinaryField()
    digest = models.CharField(_("SM3摘要"), max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = _("回流数据分包")
        ordering = ["region_code"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["package", "region_code"], name="part_once_per_area")
        ]

    def __str__(self) -> str:
        return f"{self.package.number}-{self.region_code}"


class ReturnReceipt(models.Model):
    """One part for one department: sent, fetched, received."""

    part = models.ForeignKey(ReturnPart, models.PROTECT, related_name="receipts")
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("接收单位"), related_name="+"
    )
    sent_at = models.DateTimeField(_("下发时间"), auto_now_add=True)
    fetched_at = models.DateTimeField(_("首次下载时间"), null=True)
    received_at = models.DateTimeField(_("签收时间"), null=True)
    received_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("签收人"), null=True, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("回流数据签收")
        ordering = ["-id"]
        default_permissions = ()
        indexes = [models.Index(fields=["department", "-id"], name="receipt_by_department")]

    def __str__(self) -> str:
        return str(self.part)
