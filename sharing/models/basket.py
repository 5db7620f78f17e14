"""BasketLine 选用清单: an entry that somebody means to apply for, together with others."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import CatalogEntry
from citybrain.organizations.models import User


class BasketLine(models.Model):
    """The person's own; gone once it is applied for or taken out."""

    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    entry = models.ForeignKey(CatalogEntry, models.CASCADE, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = _("选用清单")
        ordering = ["id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["person", "entry"], name="entry_once_in_basket")
        ]

    def __str__(self) -> str:
        return self.entry.title
