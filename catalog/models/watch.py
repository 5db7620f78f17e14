"""Watch 关注: what a person wants to be told of when it changes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.choices import THEMES
from catalog.models.entry import CatalogEntry
from catalog.watching.choices import WatchKind
from citybrain.organizations.models import Department, User


class Watch(models.Model):
    """A saved search, or an entry, department or theme that is followed.

    `checked_at` is the instant up to which the person has been told; `told_on` the day of the last
    notice, of which there is at most one a day.
    """

    person = models.ForeignKey(User, models.CASCADE, related_name="+")
    kind = models.CharField(_("种类"), max_length=12, choices=WatchKind)
    name = models.CharField(_("名称"), max_length=100)
    query = models.CharField(_("检索条件"), max_length=1000, blank=True)
    entry = models.ForeignKey(CatalogEntry, models.CASCADE, null=True, related_name="+")
    department = models.ForeignKey(Department, models.CASCADE, null=True, related_name="+")
    theme = models.CharField(_("主题"), max_length=2, choices=THEMES, blank=True)
    created_at = models.DateTimeField(_("关注时间"), auto_now_add=True)
    checked_at = models.DateTimeField()
    told_on = models.DateField(_("最近通知"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("关注")
        ordering = ["-id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "query", "entry", "department", "theme"],
                nulls_distinct=False,
                name="watched_once",
            )
        ]

    def __str__(self) -> str:
        return self.name
