"""GuidanceTicket 指导和技术支持: a question of those who use an entry, answered by its provider."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import CatalogEntry
from citybrain.organizations.models import Department
from citybrain.stateful import StatefulModel
from sharing.guidance.choices import GuidanceKind, GuidanceState
from sharing.models.application import ShareApplication


class GuidanceTicket(StatefulModel):
    """What was asked and answered after the first question stands in the history of its moves.

    `application` is that which the question is about, where it is about one. `first_answered_at` is when somebody of the provider answered for the first time (HK-18).
    """

    number = models.CharField(_("工单编号"), max_length=30, unique=True, editable=False)
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("提出单位"), related_name="+"
    )
    entry = models.ForeignKey(
        CatalogEntry, models.PROTECT, verbose_name=_("信息资源"), related_name="+"
    )
    application = models.ForeignKey(
        ShareApplication,
        models.PROTECT,
        verbose_name=_("共享申请"),
        null=True,
        related_name="guidance",
        editable=False,
    )
    provider = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("提供单位"), related_name="+", editable=False
    )
    kind = models.CharField(_("类别"), max_length=10, choices=GuidanceKind)
    title = models.CharField(_("问题"), max_length=100)
    text = models.TextField(_("说明"), max_length=2000)
    state = models.CharField(
        _("状态"),
        max_length=10,
        choices=GuidanceState,
        default=GuidanceState.OPEN,
        editable=False,
    )
    asked_at = models.DateTimeField(_("提出时间"), auto_now_add=True)
    first_answered_at = models.DateTimeField(_("首次答复时间"), null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("指导和技术支持")
        ordering = ["-id"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["provider", "state", "-id"], name="guidance_by_provider"),
            models.Index(fields=["department", "-id"], name="guidance_by_department"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"
