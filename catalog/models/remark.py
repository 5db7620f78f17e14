"""ReviewRemark 逐项审核意见: what the bureau says of one field or item while it reviews an entry."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.entry import CatalogEntry
from citybrain.organizations.models import User


class Verdict(models.TextChoices):
    ACCEPT = "accept", _("通过")
    RETURN = "return", _("退回")
    COMMENT = "comment", _("提示")


class ReviewRemark(models.Model):
    """`key` is the name of a field, or `items:` and the name of an item.

    `round` counts the times that the entry was sent back before: the remarks of the round that
    ended with the last return say what the draft re-opens. An item that gets another name in that
    draft stays open under `renamed_to`.
    """

    entry = models.ForeignKey(CatalogEntry, models.CASCADE, related_name="remarks")
    round = models.PositiveSmallIntegerField(_("审核轮次"))
    key = models.CharField(max_length=120)
    renamed_to = models.CharField(max_length=100, blank=True)
    verdict = models.CharField(_("意见"), max_length=12, choices=Verdict)
    text = models.CharField(_("说明"), max_length=500, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = _("逐项审核意见")
        ordering = ["round", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["entry", "round", "key"], name="remark_once_per_round")
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.get_verdict_display()}"
