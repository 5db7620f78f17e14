"""The abstract model of everything that moves through states."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from citybrain.organizations.models import User


class StatefulModel(models.Model):
    """An object with a state and a version. Only citybrain/workflow.py changes either.

    Subclasses set `state` as their own CharField with choices. `version` counts the changes, so
    that a form opened before somebody else's change is found out.
    """

    version = models.PositiveIntegerField(_("版本号"), default=0, editable=False)
    submitted_by = models.ForeignKey(
        User,
        models.PROTECT,
        verbose_name=_("提交人"),
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    class Meta:
        abstract = True
