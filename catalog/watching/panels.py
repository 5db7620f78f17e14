"""Following, on the page of an entry."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from catalog.models import CatalogEntry, Watch
from catalog.watching.choices import WatchKind
from citybrain.organizations.actors import Actor


def following(request: HttpRequest, entry: CatalogEntry) -> dict[str, Any] | None:
    """For everybody with an account, of what is published."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not entry.is_published or actor.user is None:
        return None
    mine = {
        watch.kind: watch
        for watch in Watch.objects.filter(
            Q(entry=entry.pk) | Q(department=entry.department_id) | Q(theme=entry.theme),
            person=actor.user,
        )
    }
    offered = (
        (WatchKind.ENTRY, entry.pk, _("本信息资源")),
        (WatchKind.DEPARTMENT, entry.department_id, entry.department.short_name),
        (WatchKind.THEME, entry.theme, entry.get_theme_display()),
    )
    return {
        "title": _("关注"),
        "template": "catalog/watching/panel.html",
        "context": {
            "offered": [(kind, value, label, mine.get(kind)) for kind, value, label in offered],
            "entry": entry,
        },
        "icon": "star",
        "id": "watching",
    }
