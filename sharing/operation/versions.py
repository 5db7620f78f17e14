"""The versions of a service: a new one begins when an item comes, goes, changes or is masked."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from citybrain.canonical import canonical_bytes
from citybrain.crypto import sm3_hex
from citybrain.notices import services as notices
from citybrain.organizations.actors import system_actor
from citybrain.ui import DiffRow
from sharing.models import InterfaceService, ServiceVersion
from sharing.queries import grants_of, treatments_of

Item = dict[str, Any]


@transaction.atomic
def keep(service: InterfaceService) -> ServiceVersion | None:
    """Begins a new version when the service has changed, and tells who uses it; None when not."""
    locked = InterfaceService.objects.select_for_update(of=("self",)).get(pk=service.pk)
    items = [
        {
            "name": one.item.name,
            "type": one.item.data_type,
            "length": one.item.length,
            "masked": one.masked,
        }
        for one in treatments_of(locked.entry.items.all())
    ]
    digest = sm3_hex(canonical_bytes(items))
    last = ServiceVersion.objects.filter(service=locked).first()
    if last is not None and last.digest == digest:
        return None
    number = last.number + 1 if last else 1
    made = ServiceVersion.objects.create(service=locked, number=number, digest=digest, items=items)
    if last is not None:
        _tell(locked, last, made)
    return made


def differences(before: Iterable[Item], after: Iterable[Item]) -> list[DiffRow]:
    """What changed between two versions, item by item, in words."""
    old = {one["name"]: one for one in before}
    new = {one["name"]: one for one in after}
    return [
        DiffRow(name, _words(old.get(name)), _words(new.get(name)))
        for name in dict.fromkeys((*old, *new))
        if old.get(name) != new.get(name)
    ]


def _words(item: Item | None) -> str:
    if item is None:
        return ""
    kind = item["type"] + (f"({item['length']})" if item["length"] else "")
    return f"{kind} {_('脱敏提供') if item['masked'] else _('原值提供')}"


def _tell(service: InterfaceService, last: ServiceVersion, made: ServiceVersion) -> None:
    people = [
        person
        for grant in grants_of(service.entry)
        for person in notices.people_to_tell("use_authorizations", grant.consumer)
    ]
    lines = [
        f"{row.label}：{row.before or '—'} → {row.after or '—'}"
        for row in differences(last.items, made.items)
    ]
    notices.tell(
        people=people,
        kind="sharing.service.notice",
        title=_("%(service)s的接口有变化（第%(number)d版），已获授权的信息项照常提供")
        % {"service": service.entry.title, "number": made.number},
        body="\n".join(lines)[:1000],
        subject=service,
        actor=system_actor(),
    )
