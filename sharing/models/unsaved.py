"""UnsavedApplication: what a person has typed into a form of sharing and not saved yet."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from citybrain.organizations.models import User


class UnsavedApplication(models.Model):
    """Kept for the person alone; it may be incomplete or wrong, and is gone once they save.

    `place` names the form, such as apply-12, `data` are the submitted fields as lists of texts,
    `version` that of the application with which the form was opened.
    """

    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    place = models.CharField(max_length=40)
    version = models.PositiveIntegerField(null=True)
    data = models.JSONField(default=dict)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = _("未保存的申请")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["person", "place"], name="unsaved_application_once")
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.place}"
