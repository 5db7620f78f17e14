"""Lists that both sides of sharing have: sides as tabs, a filter, each row with its tone and clock."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import Model, Q, QuerySet

from citybrain.duties.models import Duty
from citybrain.duties.queries import open_by_subject
from citybrain.pages import ActorRequest, page_of
from citybrain.policies import Policy
from citybrain.ui import Tone
from sharing.sides import Side, chosen, sides_of, tabs_of


class Filter(Protocol):
    """A form beside the search box (citybrain.organizations.forms.FilterForm) that gives a condition."""

    def chosen(self) -> dict[str, Any]: ...

    def q_of(self) -> Q: ...


@dataclass(frozen=True)
class Listed:
    """The rows of one side that the filter leaves, newest first, as far as the actor sees them."""

    sides: Sequence[Side]
    side: Side
    form: Filter
    rows: QuerySet[Any]

    def context(
        self,
        request: ActorRequest,
        tones: Mapping[str, Tone],
        *,
        other: Tone = "warning",
        duties_of: Callable[[Iterable[Model]], dict[int, Duty]] = open_by_subject,
    ) -> dict[str, Any]:
        """What list templates want; `other` is the tone of states that `tones` does not name."""
        page = page_of(request, self.rows)
        duties = duties_of(page.object_list)
        return {
            "tabs": tabs_of(self.sides, self.side),
            "side": self.side.name,
            "form": self.form,
            "filtered": bool(self.form.chosen()),
            "page": page,
            "query": request.GET.urlencode(),
            "rows": [(one, tones.get(one.state, other), duties.get(one.pk)) for one in page],
        }


def listed(
    request: ActorRequest,
    rows: QuerySet[Any],
    policy: Policy[Any],
    form: Filter,
    *,
    used: tuple[Any, str],
    provided: tuple[Any, str],
) -> Listed:
    """Narrows `rows` for the request; raises PermissionDenied for those without a part in sharing."""
    sides = sides_of(request.actor, used=used, provided=provided)
    side = chosen(request, sides)
    found = rows.filter(policy.visible(request.actor), side.condition, form.q_of())
    return Listed(sides, side, form, found.order_by("-id"))
