"""What the pages show of watches: the person's list, and what can be watched where one stands."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from catalog.models import CatalogEntry, Watch
from catalog.policies import entry_policy
from catalog.search import Wanted
from catalog.watching.choices import WatchKind
from catalog.watching.digest import labels_of
from catalog.watching.policies import watch_policy
from citybrain.organizations.actors import Actor


@dataclass(frozen=True)
class Offer:
    """A button: `kind` and `what` can be watched, or is by `watch_id`."""

    kind: str
    what: Any
    label: str
    undo: str
    watch_id: int | None = None


@dataclass(frozen=True)
class Line:
    """A watch on the list: where it leads, and what was told last, with whether it can be opened."""

    watch: Watch
    opens: bool
    latest: list[tuple[dict[str, Any], str, bool]]

    @property
    def more(self) -> int:
        return self.watch.latest_count - len(self.watch.latest)


def listed(actor: Actor) -> list[Line]:
    """All watches of the actor, in two queries: there are never more than MOST."""
    watches = list(watch_policy.queryset(actor).select_related("entry", "department"))
    named = {one["entry"] for watch in watches for one in watch.latest}
    asked = named | {watch.entry_id for watch in watches if watch.entry_id}
    seen = set(entry_policy.queryset(actor).filter(pk__in=asked).values_list("pk", flat=True))
    return [
        Line(
            watch,
            watch.entry_id is None or watch.entry_id in seen,
            [(one, labels_of(one["changes"]), one["entry"] in seen) for one in watch.latest],
        )
        for watch in watches
    ]


def offer_of_entry(actor: Actor, entry: CatalogEntry) -> list[Offer]:
    """Whether the entry is watched, or can be. Only what is published can."""
    watch_id = _kept(actor, Q(entry=entry)).get((WatchKind.ENTRY, entry.pk))
    if watch_id is None and not entry.is_published:
        return []
    return [Offer(WatchKind.ENTRY, entry.pk, _("关注"), _("取消关注"), watch_id)]


def offers_of_search(actor: Actor, wanted: Wanted) -> list[Offer]:
    """What can be watched of a search: itself, and the one department or theme that it is about."""
    address = wanted.address()
    if not address:
        return []
    offers: list[tuple[WatchKind, Any, str, str]] = [
        (WatchKind.SEARCH, address, _("保存检索"), _("取消保存检索"))
    ]
    match wanted.chosen.get("department", ()):
        case (pk,):
            offers.append((WatchKind.DEPARTMENT, pk, _("关注本部门"), _("取消关注本部门")))
    match wanted.chosen.get("theme", ()):
        case (theme,):
            offers.append((WatchKind.THEME, theme, _("关注本主题"), _("取消关注本主题")))
    condition = Q()
    for kind, what, _label, _undo in offers:
        condition |= Q(**{FIELDS[kind]: what})
    kept = _kept(actor, condition)
    return [
        Offer(kind, what, label, undo, kept.get((kind, what))) for kind, what, label, undo in offers
    ]


FIELDS = {
    WatchKind.ENTRY: "entry_id",
    WatchKind.DEPARTMENT: "department_id",
    WatchKind.THEME: "theme",
    WatchKind.SEARCH: "query",
}


def _kept(actor: Actor, condition: Q) -> dict[tuple[str, Any], int]:
    """By kind and what it is about, the actor's watches that fit."""
    watches = watch_policy.queryset(actor).filter(condition)
    return {
        (watch.kind, getattr(watch, FIELDS[WatchKind(watch.kind)])): watch.pk for watch in watches
    }
