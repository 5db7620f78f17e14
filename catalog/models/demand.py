"""Demand 社会需求: what somebody from the public asked for or found wrong, and what came of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.demand.choices import TAKEN_UP, DemandKind, DemandState, Outcome
from catalog.models.entry import CatalogEntry
from citybrain.names import NameField
from citybrain.organizations.models import Department, User
from citybrain.stateful import StatefulModel


class Demand(StatefulModel):
    """Asked without an account; nobody is asked who they are.

    `contact` is given freely, shown to those who answer only, and taken away when all is said.
    `entry` is what it is about, `result_entry` what the department opens because of it.
    """

    number = models.CharField(_("编号"), max_length=30, unique=True, editable=False)
    kind = models.CharField(_("类型"), max_length=10, choices=DemandKind)
    title = NameField(_("标题"), max_length=100)
    text = models.TextField(_("内容"), max_length=2000)
    contact = models.CharField(_("联系方式"), max_length=100, blank=True)
    entry = models.ForeignKey(
        CatalogEntry, models.PROTECT, verbose_name=_("数据集"), null=True, related_name="demands"
    )
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        verbose_name=_("承办部门"),
        null=True,
        editable=False,
        related_name="+",
    )
    state = models.CharField(
        _("状态"),
        max_length=10,
        choices=DemandState,
        default=DemandState.RECEIVED,
        editable=False,
    )
    outcome = models.CharField(_("结果"), max_length=12, choices=Outcome, blank=True)
    answer = models.TextField(_("答复"), max_length=2000, blank=True)
    result_entry = models.ForeignKey(
        CatalogEntry, models.PROTECT, verbose_name=_("落实的信息资源"), null=True, related_name="+"
    )
    supports = models.PositiveIntegerField(_("支持"), default=0, editable=False)
    received_at = models.DateTimeField(_("收到时间"), auto_now_add=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, editable=False)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+"
    )
    published_at = models.DateTimeField(_("公布时间"), null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("社会需求")
        ordering = ["-received_at", "-id"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=(DemandState.RECEIVED, DemandState.DECLINED))
                | Q(department__isnull=False),
                name="demand_has_a_department",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(DemandState.ANSWERED, DemandState.PUBLISHED))
                | (~Q(outcome="") & ~Q(answer="")),
                name="demand_answered_in_words",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-received_at", "-id"], name="demand_by_state"),
            models.Index(fields=["department", "state"], name="demand_by_department"),
        ]

    def __str__(self) -> str:
        return f"{self.number}《{self.title}》"

    @property
    def is_answered_in_public(self) -> bool:
        return self.state == DemandState.PUBLISHED

    @property
    def is_taken_up(self) -> bool:
        """Whether it belongs to the yearly adjustment of the open catalog."""
        return self.kind == DemandKind.REQUEST and self.outcome in TAKEN_UP


class DemandSupport(models.Model):
    """One supporter of a demand, told apart by keyed hashes that are of this demand alone."""

    demand = models.ForeignKey(Demand, models.CASCADE, related_name="supporters")
    browser = models.CharField(max_length=64)
    address = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = _("对社会需求的支持")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["demand", "browser"], name="support_once_per_browser"),
            models.UniqueConstraint(fields=["demand", "address"], name="support_once_per_address"),
        ]

    def __str__(self) -> str:
        return f"{self.demand_id}"
