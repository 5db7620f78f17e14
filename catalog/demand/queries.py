"""What the pages read of demands."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from catalog.choices import EntryState
from catalog.demand.choices import TAKEN_UP, DemandKind, DemandState, Outcome
from catalog.demand.policies import demand_policy, of_the_public
from catalog.models import CatalogEntry, Demand
from catalog.opendata.policies import open_entries
from citybrain.organizations.actors import Actor
from citybrain.ui import Tone

TONES: dict[str, Tone] = {
    DemandState.RECEIVED: "warning",
    DemandState.ASSIGNED: "info",
    DemandState.ANSWERED: "info",
    DemandState.DECLINED: "muted",
}
OUTCOME_TONES: dict[str, Tone] = {
    Outcome.ADOPTED: "success",
    Outcome.PARTLY: "info",
    Outcome.NOT_ADOPTED: "muted",
}
MOST_CHOICES = 500


def tone_of(demand: Demand) -> Tone:
    """The tone of where it stands: of its outcome, once that is published."""
    if demand.state == DemandState.PUBLISHED:
        return OUTCOME_TONES[demand.outcome]
    return TONES[demand.state]


def in_public() -> QuerySet[Demand]:
    """Accepted demands with what stands beside them on public pages.

    `entry_is_open` says whether the dataset in question may be named.
    """
    return (
        of_the_public()
        .select_related("department", "entry", "result_entry")
        .annotate(
            entry_is_open=Exists(open_entries().filter(pk=OuterRef("entry"))),
            result_is_open=Exists(open_entries().filter(pk=OuterRef("result_entry"))),
        )
    )


def handled(actor: Actor) -> QuerySet[Demand]:
    """What the actor sees of the bureau's and the departments' work."""
    return demand_policy.queryset(actor).select_related("department", "entry")


def to_adjust(actor: Actor) -> QuerySet[Any]:
    """Requests that were taken up: the yearly adjustment of the open catalog, most wanted first.

    `result_is_open` says whether the entry that came of it is open by now.
    """
    return (
        demand_policy.queryset(actor)
        .filter(state=DemandState.PUBLISHED, kind=DemandKind.REQUEST, outcome__in=TAKEN_UP)
        .select_related("department", "result_entry")
        .annotate(result_is_open=Exists(open_entries().filter(pk=OuterRef("result_entry"))))
        .order_by("result_is_open", "-supports", "-published_at", "pk")
    )


def entries_to_name(demand: Demand) -> list[tuple[str, str]]:
    """The entries of the department that may have come of the demand."""
    rows = CatalogEntry.objects.filter(
        department=demand.department_id, revises=None, state=EntryState.PUBLISHED
    )
    named = rows.order_by("title_pinyin", "pk").values_list("pk", "title", "code")[:MOST_CHOICES]
    return [(str(pk), f"{title}（{code}）") for pk, title, code in named]
