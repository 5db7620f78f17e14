"""What the negative list means for sharing: who is told, what is refused, what is served no more."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from catalog.models import CatalogEntry, NegativeListEntry
from catalog.negative_list.choices import Bars
from catalog.negative_list.policies import negative_policy
from catalog.negative_list.queries import barred, why
from citybrain.notices.services import people_to_tell, tell
from citybrain.organizations.actors import Actor
from sharing.models import ShareApplication
from sharing.revised import TOLD, Concerned, concerned


def check_entry(entry: CatalogEntry) -> None:
    """ValidationError when nothing of the entry may be shared: it is on the negative list (HK-13)."""
    found = barred(entry)
    line = found.whole(Bars.SHARING)
    if line is None and found:
        names = list(entry.items.values_list("name", flat=True))
        barred_items = found.items(Bars.SHARING, names)
        line = next(iter(barred_items.values())) if len(barred_items) == len(names) > 0 else None
    if line is not None:
        raise ValidationError(_("该信息资源%s") % why(line))


def check_items(entry: CatalogEntry, names: list[str]) -> None:
    """ValidationError for the field `items` when one of those named may not be shared (HK-13)."""
    for name, line in barred(entry).items(Bars.SHARING, names).items():
        raise ValidationError({"items": _("信息项“%s”") % name + why(line)})


def check_application(application: ShareApplication) -> None:
    """The same for what is to be granted on an application, when it is agreed to."""
    check_entry(application.entry)
    granted = application.items.exclude(granted=False)
    check_items(application.entry, list(granted.values_list("item__name", flat=True)))


def users_of(line: NegativeListEntry) -> list[Concerned]:
    """Live authorizations that cover anything of what the line bars from sharing."""
    if line.bars == Bars.OPENING:
        return []
    names = set(line.items) or set(line.entry.items.values_list("name", flat=True))
    return concerned(line.entry, names)


def panel(request: HttpRequest, line: NegativeListEntry) -> dict[str, Any] | None:
    """On the page of a line, before it is accepted and after: who uses what it bars (SC-27)."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if line.bars == Bars.OPENING or not negative_policy.allows(actor, "follow", line):
        return None
    return {
        "title": _("正在使用的单位"),
        "template": "sharing/barred_panel.html",
        "context": {"concerned": users_of(line), "line": line},
        "icon": "users",
        "id": "concerned",
    }


def tell_barred(line: NegativeListEntry, actor: Actor) -> None:
    """Consumers hear that what they use is barred, from when and why; called by `accept`."""
    _tell(
        line,
        actor,
        "accept",
        _("%(line)s列入负面清单，涉及本单位授权 %(number)s"),
        _("自%(since)s至%(until)s停止提供：%(items)s。依据：%(basis)s。如有影响请与提供单位联系。"),
    )


def tell_withdrawn(line: NegativeListEntry, actor: Actor) -> None:
    """Consumers hear that it is served again; called by `withdraw`."""
    text = _("%(line)s已撤销，涉及本单位授权 %(number)s")
    _tell(line, actor, "withdraw", text, _("恢复提供：%(items)s。"))


def tell_expired(line: NegativeListEntry, actor: Actor) -> None:
    """The same when the line has run out; called by `expire`."""
    text = _("%(line)s已期满，涉及本单位授权 %(number)s")
    _tell(line, actor, "expire", text, _("恢复提供：%(items)s。"))


def _tell(line: NegativeListEntry, actor: Actor, move: str, title: str, body: str) -> None:
    for one in users_of(line):
        people = [
            person
            for permission in TOLD
            for person in people_to_tell(permission, one.grant.consumer)
        ]
        words = {
            "line": line,
            "number": one.grant.number,
            "items": "、".join(one.items),
            "since": line.effective_on.isoformat(),
            "until": line.expires_on.isoformat(),
            "basis": line.basis,
        }
        tell(
            people=people,
            kind=f"catalog.negative_list.{move}",
            title=title % words,
            body=body % words,
            subject=one.grant,
            actor=actor,
        )
