"""Lines of the negative list in each state, reached the way people reach it."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from catalog.models import CatalogEntry, NegativeListEntry
from catalog.negative_list import services
from catalog.negative_list.choices import Bars
from tests.personas import World, actor_of

LAW = "《中华人民共和国反恐怖主义法》第四十八条"


def values(**changes: Any) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "title": "居住证持有人身份号码",
        "bars": Bars.BOTH,
        "basis": LAW,
        "reason": "涉及防范恐怖活动的工作信息，依法应当保密。",
        "effective_on": today,
        "expires_on": today + timedelta(days=730),
        **changes,
    }


def a_proposal(
    world: World, entry: CatalogEntry, items: tuple[str, ...] = ("公民身份号码",), **changes: Any
) -> NegativeListEntry:
    return services.propose(
        actor=actor_of(world.police_cataloguer), entry=entry, values=values(**changes), items=items
    )


def a_signed(world: World, entry: CatalogEntry, *args: Any, **changes: Any) -> NegativeListEntry:
    line = a_proposal(world, entry, *args, **changes)
    line = services.move("submit", actor=actor_of(world.police_cataloguer), line=line)
    return services.move("sign", actor=actor_of(world.police_head), line=line)


def a_listed(world: World, entry: CatalogEntry, *args: Any, **changes: Any) -> NegativeListEntry:
    line = a_signed(world, entry, *args, **changes)
    return services.move("accept", actor=actor_of(world.approver), line=line)
