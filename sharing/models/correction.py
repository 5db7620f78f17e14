"""CorrectionRequest 校核申请: a user of data says that it is wrong or missing (SC-26)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import CatalogEntry
from citybrain.organizations.models import Department
from citybrain.stateful import StatefulModel
from sharing.choices import CorrectionState


class CorrectionRequest(StatefulModel):
    """The provider verifies, corrects and answers within 10 working days."""

    number = models.CharField(_("校核编号"), max_length=30, unique=True, editable=False)
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("申请单位"), related_name="+"
    )
    entry = models.ForeignKey(
        CatalogEntry, models.PROTECT, verbose_name=_("信息资源"), related_name="+"
    )
    provider = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("提供单位"), related_name="+", editable=False
    )
    items = models.CharField(_("涉及信息项"), max_length=300)
    problem = models.TextField(_("问题说明"), max_length=1000)
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

    def __str__(self) -> str:
        return f"{self.number} {self.entry.title}"
