"""ProvincialReport 报省事项: what goes to the province, frozen, and what came of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.entry import CatalogEntry, EntryRevision
from catalog.provincial.choices import (
    UNDER_WAY,
    LineChange,
    PackageScope,
    ProvincialState,
    ReportKind,
    Way,
)
from citybrain.organizations.models import User
from citybrain.stateful import StatefulModel


class ProvincialReport(StatefulModel):
    """One thing to report. `content` is frozen, `digest` the SM3 of it and of a package's lines.

    `subject_type` and `subject_id` name what it is about in the portal; a package is about the
    whole catalog and has `lines` instead. What a worker has to do is read from `state`.
    """

    number = models.CharField(_("编号"), max_length=20, unique=True)
    kind = models.CharField(_("类别"), max_length=12, choices=ReportKind)
    title = models.CharField(_("事项"), max_length=200)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True)
    scope = models.CharField(_("范围"), max_length=8, choices=PackageScope, blank=True)
    content = models.JSONField(_("内容"), default=dict)
    digest = models.CharField(_("SM3摘要"), max_length=64, blank=True)
    state = models.CharField(
        _("状态"), max_length=12, choices=ProvincialState, default=ProvincialState.WAITING
    )
    claimed_at = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    error = models.CharField(_("失败原因"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("列入时间"), auto_now_add=True)
    sent_on = models.DateField(_("报送日期"), null=True)
    way = models.CharField(_("报送方式"), max_length=12, choices=Way, blank=True)
    document_number = models.CharField(_("报送文号"), max_length=60, blank=True)
    received_on = models.DateField(_("回执日期"), null=True)
    receipt_number = models.CharField(_("回执号"), max_length=60, blank=True)
    rejection = models.CharField(_("退回原因"), max_length=1000, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("报省事项")
        ordering = ["-id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["kind"],
                condition=models.Q(kind=ReportKind.PACKAGE, state__in=UNDER_WAY),
                name="one_package_under_way",
            ),
            models.CheckConstraint(
                condition=~models.Q(digest="")
                | models.Q(state__in=[ProvincialState.PREPARING, ProvincialState.FAILED]),
                name="reported_is_sealed",
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="provincial_by_state")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def is_package(self) -> bool:
        return self.kind == ReportKind.PACKAGE


class ProvincialEdition(models.Model):
    """What was reported and sent back, as it was, before it was corrected."""

    report = models.ForeignKey(ProvincialReport, models.CASCADE, related_name="editions")
    number = models.PositiveSmallIntegerField(_("版次"))
    content = models.JSONField(_("内容"))
    digest = models.CharField(_("SM3摘要"), max_length=64)
    rejection = models.CharField(_("退回原因"), max_length=1000)
    reason = models.CharField(_("更正说明"), max_length=300)
    replaced_at = models.DateTimeField(_("更正时间"), auto_now_add=True)
    replaced_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("报送版次")
        ordering = ["number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="provincial_edition_once")
        ]

    def __str__(self) -> str:
        return f"{self.report_id} v{self.number}"


class PackageLine(models.Model):
    """One entry in a package: the approved revision that is reported, or that it is gone."""

    report = models.ForeignKey(ProvincialReport, models.CASCADE, related_name="lines")
    entry = models.ForeignKey(CatalogEntry, models.PROTECT, related_name="+")
    revision = models.ForeignKey(EntryRevision, models.PROTECT, null=True, related_name="+")
    change = models.CharField(_("变化"), max_length=8, choices=LineChange)
    digest = models.CharField(_("SM3摘要"), max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("目录包条目")
        ordering = ["id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["report", "entry"], name="entry_once_per_package")
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.get_change_display()}"
