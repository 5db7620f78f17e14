"""CorrectionRequest 校核申请: somebody who uses data says that it is wrong or missing (SC-26)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models import CatalogEntry, Demand
from citybrain.organizations.models import Department, User
from citybrain.stateful import StatefulModel
from sharing.corrections.choices import CorrectionState, Finding, LineKind, Origin
from sharing.models.authorization import Authorization
from sharing.models.service import HostedDataset


class CorrectionRequest(StatefulModel):
    """The provider verifies, corrects and answers within 10 working days.

    `department` reports on what it may use by `authorization`. What the public reports of open data
    comes from a `demand`, has no department, and is answered within the term of the demand.
    """

    number = models.CharField(_("校核编号"), max_length=30, unique=True, editable=False)
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("申请单位"), null=True, related_name="+"
    )
    authorization = models.ForeignKey(
        Authorization, models.PROTECT, verbose_name=_("授权"), null=True, related_name="+"
    )
    demand = models.OneToOneField(
        Demand, models.PROTECT, verbose_name=_("社会需求"), null=True, related_name="+"
    )
    entry = models.ForeignKey(
        CatalogEntry, models.PROTECT, verbose_name=_("信息资源"), related_name="+"
    )
    provider = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("提供单位"), related_name="+", editable=False
    )
    items = models.CharField(_("涉及信息项"), max_length=300, blank=True)
    problem = models.TextField(_("问题说明"), max_length=2200, blank=True)
    state = models.CharField(
        _("状态"),
        max_length=10,
        choices=CorrectionState,
        default=CorrectionState.OPEN,
        editable=False,
    )
    answer = models.TextField(_("核实结果"), blank=True, editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = _("校核申请")
        ordering = ["-id"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(demand=None, department__isnull=False)
                | Q(demand__isnull=False, department=None),
                name="correction_of_a_department_or_of_the_public",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.entry.title}"

    @property
    def is_public(self) -> bool:
        """Whether somebody of the public has reported it."""
        return self.demand_id is not None

    @property
    def origin(self) -> Origin:
        return Origin.PUBLIC if self.is_public else Origin.CONSUMER

    @property
    def reporter(self) -> str:
        """Who reported it, for lists and pages."""
        return self.department.short_name if self.department else str(self.origin.label)


class CorrectionLine(models.Model):
    """One thing wrong: a value, a row that is missing, a row too many. All values are data.

    `key` names the row as it was reported, `row` as the portal knows it: by its key items, or by
    all where the entry has no key. `value` and `added` are what the provider found to be right,
    `was` what stood there before. `dataset` is the batch since which the rows say so.
    """

    correction = models.ForeignKey(CorrectionRequest, models.CASCADE, related_name="lines")
    number = models.PositiveSmallIntegerField(_("行号"))
    kind = models.CharField(_("问题类型"), max_length=12, choices=LineKind)
    key = models.JSONField(_("数据行"))
    item = models.CharField(_("信息项"), max_length=100, blank=True)
    seen = models.TextField(_("看到的值"), blank=True)
    expected = models.TextField(_("应为的值"), blank=True)
    row = models.JSONField(default=dict)
    finding = models.CharField(_("核实结论"), max_length=10, choices=Finding, blank=True)
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    value = models.TextField(_("更正为"), blank=True)
    added = models.JSONField(_("补充的数据行"), default=dict)
    was = models.TextField(blank=True)
    found_at = models.DateTimeField(_("核实时间"), null=True)
    found_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    dataset = models.ForeignKey(HostedDataset, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("校核明细")
        ordering = ["number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["correction", "number"], name="line_number_once"),
            models.CheckConstraint(
                condition=~Q(kind=LineKind.VALUE) | ~Q(item=""), name="wrong_value_has_its_item"
            ),
            models.CheckConstraint(
                condition=~Q(finding=Finding.UPHELD) | ~Q(reason=""),
                name="line_upheld_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.correction_id}:{self.number}"


class Redelivery(models.Model):
    """That a user of the data was told of corrected rows, and of how many.

    How it got them is read from the packages and calls since then.
    """

    correction = models.ForeignKey(CorrectionRequest, models.PROTECT, related_name="redeliveries")
    authorization = models.ForeignKey(Authorization, models.PROTECT, related_name="+")
    rows = models.PositiveIntegerField(_("更正的数据行"), default=0)
    told_at = models.DateTimeField(_("告知时间"), auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = _("更正数据重新提供")
        ordering = ["id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["correction", "authorization"], name="redelivered_once")
        ]

    def __str__(self) -> str:
        return f"{self.correction.number} {self.authorization.number}"


class OpenRedelivery(models.Model):
    """That open-data developers were told of corrected rows: how many of them, never who."""

    correction = models.OneToOneField(
        CorrectionRequest, models.PROTECT, related_name="open_redelivery"
    )
    rows = models.PositiveIntegerField(_("更正的数据行"), default=0)
    developers = models.PositiveIntegerField(_("告知的开发者"), default=0)
    told_at = models.DateTimeField(_("告知时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("更正数据告知开发者")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.correction.number} {self.developers}"
