"""Watch 关注: what one person wants to be told about, and up to when they have been told."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.choices import THEMES
from catalog.models.entry import CatalogEntry
from catalog.watching.choices import MOST_CHARACTERS, NAME_CHARACTERS, WatchKind
from citybrain.organizations.models import Department, User

NOTHING_ELSE = {"entry": None, "department": None, "theme": "", "query": ""}


def _only(kind: WatchKind, field: str) -> Q:
    """A watch of this kind says what it is about in `field`, and nothing in the other three."""
    empty = Q(**{name: none for name, none in NOTHING_ELSE.items() if name != field})
    return Q(kind=kind) & empty & ~Q(**{field: NOTHING_ELSE[field]})


class Watch(models.Model):
    """An entry, a department, a theme, or a saved search as its address says it (`query`).

    What happened before `seen_until` has been told or was there before. `latest` has what was told
    last, so that the list costs nothing: [{"entry", "title", "changes"}], of `latest_count` in all.
    """

    person = models.ForeignKey(User, models.PROTECT, verbose_name=_("关注人"), related_name="+")
    kind = models.CharField(_("类型"), max_length=12, choices=WatchKind)
    name = models.CharField(_("名称"), max_length=NAME_CHARACTERS, blank=True)
    entry = models.ForeignKey(CatalogEntry, models.PROTECT, null=True, related_name="+")
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    theme = models.CharField(_("主题"), max_length=2, choices=THEMES, blank=True)
    query = models.CharField(_("检索条件"), max_length=MOST_CHARACTERS, blank=True)
    created_at = models.DateTimeField(_("关注时间"), default=timezone.now)
    seen_until = models.DateTimeField(default=timezone.now)
    latest = models.JSONField(default=list)
    latest_count = models.PositiveIntegerField(default=0)
    changed_on = models.DateField(_("最近变化"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("关注")
        ordering = ["-id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "entry", "department", "theme", "query"],
                name="watch_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=_only(WatchKind.ENTRY, "entry")
                | _only(WatchKind.DEPARTMENT, "department")
                | _only(WatchKind.THEME, "theme")
                | _only(WatchKind.SEARCH, "query"),
                name="watch_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        """What is watched; reads the entry or the department."""
        if self.kind == WatchKind.ENTRY:
            return str(self.entry)
        if self.kind == WatchKind.DEPARTMENT:
            return str(self.department)
        return self.get_theme_display() if self.kind == WatchKind.THEME else self.name
