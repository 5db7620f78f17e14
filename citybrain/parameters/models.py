"""ParameterValue: what a parameter was set to, by whom and on what ground."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from citybrain.organizations.models import User


class ParameterValue(models.Model):
    """One decision on the parameter `code`; the one with the highest `number` is in force.

    Nothing is changed or taken away: what was in force at any time can be read.
    """

    code = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    value = models.PositiveIntegerField(_("数值"))
    ground = models.CharField(_("依据和理由"), max_length=200)
    at = models.DateTimeField(_("设定时间"), auto_now_add=True)
    by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("设定人"), null=True, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("办理参数")
        ordering = ["code", "-number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="parameter_set_one_by_one")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.value}"
