"""What every page of the portal shows around its content: site, menu, bell, search.

Everything that costs a query is worked out only when a template asks for it, so fragments, error
pages and machine paths pay nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_urlconf, reverse
from django.utils.translation import gettext_lazy as _

from citybrain import registry
from citybrain.notices.queries import unread_count
from citybrain.organizations.actors import Actor
from citybrain.ui import MenuGroup, MenuLink

MACHINE_PATHS = ("/api/", "/gateway/", "/healthz", "/readyz", "/metrics")
# Groups in the order of the day's work; one that is not named here comes before the last two.
GROUPS = (_("工作台"), _("办理"), _("数据目录"), _("数据安全"), _("数据共享"))
LAST_GROUPS = (_("监督"), _("管理"))
SEARCH_ITEM = "catalog"


@dataclass(frozen=True)
class Site:
    """How the portal and the authority that runs it are called."""

    name: str
    authority: str


def context(request: HttpRequest) -> dict[str, Any]:
    """Template context processor: what the layouts read (docs/ui.md).

    People who are not signed in get the site alone.
    """
    shown: dict[str, Any] = {"site": Site(settings.SITE_NAME, settings.AUTHORITY_NAME)}
    if request.path.startswith(MACHINE_PATHS):
        return shown
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or actor.user_id is None:
        return shown
    return {
        **shown,
        "menu": _once(lambda: menu_of(actor, request.path)),
        "unread_count": _once(lambda: unread_count(actor)),
        "inbox_url": reverse("notices:inbox"),
        "search_url": _search_url(),
    }


def menu_of(actor: Actor, path: str) -> list[MenuGroup]:
    """The menu as this actor sees it on the page at `path`, the item nearest to it marked.

    An item without permissions is for everyone who is signed in.
    """
    items = [
        (item, url)
        for item in registry.menu
        if (url := _url_of(item.url_name))
        and (not item.permissions or actor.holds(*item.permissions))
    ]
    active = max((url for _item, url in items if _is_under(path, url)), key=len, default="")
    groups: dict[str, list[MenuLink]] = {}
    for item, url in items:
        link = MenuLink(
            label=item.label,
            url=url,
            icon=item.icon,
            active=url == active,
            badge=item.badge(actor) if item.badge else 0,
        )
        groups.setdefault(str(item.group), []).append(link)
    return [MenuGroup(label, groups[label]) for label in sorted(groups, key=_place)]


def _place(group: str) -> int:
    """Where a group stands; sorting keeps the order of registration within one place."""
    if group in (first := [str(label) for label in GROUPS]):
        return first.index(group)
    last = [str(label) for label in LAST_GROUPS]
    return len(first) + (last.index(group) + 1 if group in last else 0)


def _is_under(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))


def _url_of(url_name: str) -> str:
    """The page's address; nothing when it is not wired, so that no page breaks for it."""
    return _reversed(url_name, get_urlconf() or settings.ROOT_URLCONF)


@cache
def _reversed(url_name: str, urlconf: str) -> str:
    try:
        return reverse(url_name, urlconf)
    except NoReverseMatch:
        return ""


def _search_url() -> str:
    return _url_of(registry.menu.get(SEARCH_ITEM).url_name) if SEARCH_ITEM in registry.menu else ""


def _once(work: Callable[[], Any]) -> Callable[[], Any]:
    """Templates call it; the first time works it out, further times give the same again."""
    return cache(work)
