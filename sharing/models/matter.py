"""RightsMatter 使用权事项: rectifying a misuse, stopping a supply by agreement, passing data on."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from citybrain.stateful import StatefulModel
from sharing.models.authorization import Authorization
from sharing.rights.choices import LONGEST, UNFINISHED, MatterKind, MatterState


class RightsMatter(StatefulModel):
    """`wanted_on` is the day from which a supply shall end, `recipient` who is to get the data."""

    number = models.CharField(_("编号"), max_length=30, unique=True, editable=False)
    kind = models.CharField(_("类型"), max_length=10, choices=MatterKind)
    authorization = models.ForeignKey(
        Authorization, models.PROTECT, verbose_name=_("授权"), related_name="matters"
    )
    text = models.TextField(_("事由"), max_length=LONGEST)
    wanted_on = models.DateField(_("拟停止或者变更的日期"), null=True, blank=True)
    recipient = models.CharField(_("第三方名称"), max_length=100, blank=True)
    response = models.TextField(_("对方意见"), max_length=LONGEST, blank=True)
    filing_number = models.CharField(_("备案文号"), max_length=60, blank=True)
    state = models.CharField(_("状态"), max_length=12, choices=MatterState, editable=False)
    raised_at = models.DateTimeField(_("提出时间"), auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = _("使用权事项")
        ordering = ["-id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["authorization", "kind"],
                condition=Q(state__in=UNFINISHED) & ~Q(kind=MatterKind.FORWARD),
                name="one_matter_of_a_kind",
            ),
            models.CheckConstraint(
                condition=~Q(kind=MatterKind.STOP) | Q(wanted_on__isnull=False),
                name="stop_has_its_day",
            ),
            models.CheckConstraint(
                condition=~Q(kind=MatterKind.FORWARD) | ~Q(recipient=""),
                name="forward_names_who_gets_it",
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="matter_by_state")]

    def __str__(self) -> str:
        return f"{self.number} {self.get_kind_display()}"
