"""UnsavedForm: what a person has typed into an entry's form and not saved yet."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.entry import CatalogEntry
from citybrain.organizations.models import User


class UnsavedForm(models.Model):
    """Kept for the person alone, beside the catalog: it may be incomplete or wrong.

    `entry` is None for an entry that does not exist yet, `data` the submitted fields as lists of
    texts, `version` the entry's version that the form was opened with.
    """

    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    entry = models.ForeignKey(CatalogEntry, models.CASCADE, null=True, related_name="+")
    version = models.PositiveIntegerField(null=True)
    data = models.JSONField(default=dict)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = _("未保存的表单")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["person", "entry"], nulls_distinct=False, name="unsaved_form_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.entry or ''}"
