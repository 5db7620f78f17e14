"""Whom a revision of an entry concerns: consumers whose granted items are changed or taken out."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from catalog.differences import changed_items
from catalog.models import CatalogEntry, FormerName
from catalog.models.entry import DECIDED
from catalog.policies import entry_policy
from catalog.services.content import content_of
from citybrain.notices.services import people_to_tell, tell
from citybrain.organizations.actors import Actor
from sharing.granted import LIVE
from sharing.models import Authorization, AuthorizationItem

TOLD = ("apply_sharing", "sign_applications")


@dataclass(frozen=True)
class Concerned:
    """A live authorization, and which of its items the revision changes or takes out."""

    grant: Authorization
    items: list[str]


def concerned(entry: CatalogEntry, names: set[str]) -> list[Concerned]:
    """Live authorizations on the entry that cover any of the items named; three queries at most.

    An item that has been renamed is found by its old name, under which the grant still has it.
    """
    if not names:
        return []
    called = dict(
        FormerName.objects.filter(item__entry=entry, name__in=names).values_list("item", "name")
    )
    rows = AuthorizationItem.objects.filter(
        Q(item__name__in=names) | Q(item__in=called),
        authorization__entry=entry,
        authorization__state__in=LIVE,
    )
    found: dict[Authorization, list[str]] = defaultdict(list)
    for row in rows.select_related("authorization__consumer", "item").order_by(
        "authorization_id", "item__position"
    ):
        found[row.authorization].append(_named(row.item.name, called.get(row.item_id)))
    return [Concerned(grant, items) for grant, items in found.items()]


def _named(name: str, before: str | None) -> str:
    if before is None or before == name:
        return name
    return _("%(before)s（现名%(name)s）") % {"before": before, "name": name}


def panel(request: HttpRequest, copy: CatalogEntry) -> dict[str, Any] | None:
    """On the page of a revision, before it is submitted: who uses what it changes (SC-27)."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if (
        copy.revises is None
        or copy.state in DECIDED
        or not entry_policy.allows(actor, "follow", copy)
    ):
        return None
    names = changed_items(content_of(copy.revises), content_of(copy))
    return {
        "title": _("受影响的使用单位"),
        "template": "sharing/revised_panel.html",
        "context": {"concerned": concerned(copy.revises, names), "names": sorted(names)},
        "icon": "users",
        "id": "concerned",
    }


def tell_consumers(copy: CatalogEntry, actor: Actor) -> None:
    """Tells them what has changed, when the revision takes effect; called by the move `merge`."""
    assert copy.revises is not None  # noqa: S101 - the move exists for revisions alone
    after, before = copy.revises.revisions.order_by("-number")[:2]
    for one in concerned(copy.revises, changed_items(before.content, after.content)):
        people = [
            person
            for permission in TOLD
            for person in people_to_tell(permission, one.grant.consumer)
        ]
        tell(
            people=people,
            kind="catalog.entry.merge",
            title=_("%(entry)s的目录已修订，涉及本单位授权 %(number)s")
            % {"entry": copy.revises, "number": one.grant.number},
            body=_("变更或者取消的信息项：%s。已获授权的内容不变，如有影响请与提供单位联系。")
            % "、".join(one.items),
            subject=one.grant,
            actor=actor,
        )
