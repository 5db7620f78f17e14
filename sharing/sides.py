"""The parts of a record of sharing that one may see: what one uses, what one provides, all of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from citybrain.organizations.actors import Actor
from citybrain.policies import EVERYTHING, require_anywhere
from citybrain.ui import Tab
from sharing.policies import city_readers

READERS = ("view_sharing", "supervise", "read_everything")
USED, PROVIDED, CITY = "used", "provided", "city"


@dataclass(frozen=True)
class Side:
    """`condition` holds for the rows on this side; it narrows what a policy shows, never widens."""

    name: str
    label: Any
    condition: Q


def sides_of(actor: Actor, *, used: tuple[Any, str], provided: tuple[Any, str]) -> Sequence[Side]:
    """The sides open to the actor, each with the label and the path of its department given.

    Raises PermissionDenied for those who have no part in sharing.
    """
    require_anywhere(actor, *READERS)
    scope = actor.scope("view_sharing")
    sides = []
    if scope:
        for name, (label, path) in ((USED, used), (PROVIDED, provided)):
            sides.append(Side(name, label, scope.q(path)))
    if city_readers(actor):
        sides.append(Side(CITY, _("全市"), EVERYTHING))
    return sides


def chosen(request: HttpRequest, sides: Sequence[Side]) -> Side:
    """The side that `?side=` names, the first when it names none."""
    wanted = request.GET.get("side", "")
    return next((side for side in sides if side.name == wanted), sides[0])


def tabs_of(sides: Sequence[Side], active: Side) -> list[Tab]:
    """A tab per side; each begins without the filters of the others."""
    return [Tab(side.label, f"?side={side.name}", side is active) for side in sides]
