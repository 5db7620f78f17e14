"""NegativeListEntry 负面清单条目: what the law forbids to share or to open, and until when (HK-13)."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models.entry import CatalogEntry
from catalog.negative_list.choices import Bars, NegativeState
from citybrain.organizations.models import Department, User
from citybrain.stateful import StatefulModel


class NegativeListEntry(StatefulModel):
    """One line of the list: an entry of the catalog, or some of its items by name.

    It has effect while it is listed and today lies between its dates; no job is needed for that.
    """

    number = models.CharField(_("清单编号"), max_length=30, unique=True, editable=False)
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("提出单位"), related_name="+", editable=False
    )
    entry = models.ForeignKey(
        CatalogEntry,
        models.PROTECT,
        verbose_name=_("信息资源"),
        related_name="negative_list",
        editable=False,
    )
    items = models.JSONField(_("信息项"), default=list, blank=True, editable=False)
    title = models.CharField(_("清单条目名称"), max_length=128)
    bars = models.CharField(_("限制内容"), max_length=8, choices=Bars)
    basis = models.CharField(_("法律依据"), max_length=300)
    reason = models.TextField(_("理由"), max_length=1000)
    effective_on = models.DateField(_("生效日期"))
    expires_on = models.DateField(_("失效日期"))
    state = models.CharField(
        _("状态"),
        max_length=10,
        choices=NegativeState,
        default=NegativeState.DRAFT,
        editable=False,
    )
    listed_on = models.DateField(_("列入日期"), null=True, editable=False)
    examined_on = models.DateField(_("最近复核日期"), null=True, editable=False)
    created_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+"
    )
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+")
    created_at = models.DateTimeField(_("提出时间"), auto_now_add=True)
    updated_at = models.DateTimeField(_("修改时间"), auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = _("负面清单条目")
        ordering = ["-number"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on__gte=F("effective_on")), name="negative_dates_in_order"
            ),
        ]
        indexes = [
            models.Index(fields=["entry", "state"], name="negative_by_entry"),
            models.Index(fields=["state", "expires_on"], name="negative_by_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.number}《{self.title}》"

    @property
    def scope(self) -> str:
        """What of the entry is listed, in words."""
        return "、".join(self.items) if self.items else str(_("全部信息项"))

    @property
    def is_in_force(self) -> bool:
        """Whether it has effect today."""
        today = timezone.localdate()
        return self.state == NegativeState.LISTED and self.effective_on <= today <= self.expires_on

    @property
    def standing(self) -> str:
        """Where it stands today, in words."""
        if self.state != NegativeState.LISTED:
            return str(self.get_state_display())
        if self.is_in_force:
            return str(_("生效中"))
        waits = self.effective_on > timezone.localdate()
        return str(_("待生效")) if waits else str(_("已到期"))
