"""MoreTimeRequest 延期更新申请: more time to enter a change of law or duties (SC-17)."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.entry import CatalogEntry
from citybrain.duties.rules import rule_of
from citybrain.stateful import StatefulModel

EXTENDABLE = "update_catalog"
MOST_DAYS = rule_of(EXTENDABLE).extension_days


class MoreTimeState(models.TextChoices):
    ASKED = "asked", _("待同意")
    GRANTED = "granted", _("已同意")
    DECLINED = "declined", _("未同意")
    LAPSED = "lapsed", _("已失效")


class MoreTimeRequest(StatefulModel):
    """Asked for once in a revision, at most MOST_DAYS working days; the bureau consents or not."""

    entry = models.OneToOneField(
        CatalogEntry, models.PROTECT, related_name="more_time", verbose_name=_("修订稿")
    )
    days = models.PositiveSmallIntegerField(
        _("延长工作日数"), validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)]
    )
    reason = models.CharField(_("延长理由"), max_length=300)
    state = models.CharField(
        _("状态"),
        max_length=10,
        choices=MoreTimeState,
        default=MoreTimeState.ASKED,
        editable=False,
    )
    asked_at = models.DateTimeField(_("提出时间"), auto_now_add=True)
    opinion = models.CharField(_("审核意见"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("延期更新申请")
        ordering = ["-id"]
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.entry)
