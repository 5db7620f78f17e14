"""What is in a basket, what was made together, what an earlier application can lend."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import CatalogEntry
from citybrain import workflow
from citybrain.organizations.actors import Actor
from citybrain.typed import whole_number
from sharing.granted import LIVE
from sharing.models import Authorization, BasketLine, ShareApplication
from sharing.policies import application_policy
from sharing.services.applications import ABROAD, FIELDS
from sharing.transitions import APPLICATION

TOGETHER = ("submit", "sign")  # what may be done with a whole batch
MOST_LENDERS = 30


def entries_in(actor: Actor) -> list[CatalogEntry]:
    """The entries in the actor's basket, in the order in which they were put in."""
    lines = BasketLine.objects.filter(person=actor.user).select_related("entry__department")
    return [line.entry for line in lines.defer("entry__search")]


def is_in(actor: Actor, entry: CatalogEntry) -> bool:
    return BasketLine.objects.filter(person=actor.user, entry=entry).exists()


def batch_of(actor: Actor, number: str) -> list[ShareApplication]:
    """The applications of a batch that the actor may see. Raises Http404 when there are none."""
    rows = application_policy.queryset(actor).filter(batch=number).exclude(batch="")
    found = list(
        rows.select_related("department", "provider", "entry").defer("entry__search").order_by("id")
    )
    if not found:
        raise Http404(_("没有找到您要办理的内容，或者您无权查看。"))
    return found


def waiting_for(
    name: str, actor: Actor, rows: Iterable[ShareApplication]
) -> list[ShareApplication]:
    """Those of `rows` with which the actor can make the move now."""
    return [
        one
        for one in rows
        if name in {move.name for move in workflow.available(APPLICATION, one, actor)}
    ]


def lenders(actor: Actor) -> QuerySet[ShareApplication]:
    """Earlier applications of the actor's department whose words may serve again, newest first."""
    rows = application_policy.queryset(actor).filter(department=actor.department)
    return rows.exclude(legal_basis="").select_related("entry").defer("entry__search")


def _after(application: ShareApplication) -> date:
    """Today, or the day after what was granted on this application, while that is in force."""
    today = timezone.localdate()
    grants = Authorization.objects.filter(application=application, state__in=LIVE)
    last = grants.values_list("ends_on", flat=True).first()
    return max(today, last + timedelta(days=1)) if last else today


def lent(
    actor: Actor, pk: str | None, entry: CatalogEntry | None = None
) -> tuple[dict[str, Any], list[str]]:
    """The words of an earlier application for a new one, and the names of its items.

    The period is as long as it was and begins today; for the same `entry` it begins when what was
    granted then has ended, so that a renewal follows without a gap. Nothing for what is no such
    application.
    """
    number = whole_number(pk or "")
    found = lenders(actor).filter(pk=number).first() if number is not None else None
    if found is None:
        return {}, []
    words = {name: getattr(found, name) for name in (*FIELDS, *ABROAD)}
    length = timedelta(0)
    if found.starts_on and found.ends_on:
        length = found.ends_on - found.starts_on
    again = entry is not None and found.entry_id == entry.pk
    words["starts_on"] = _after(found) if again else timezone.localdate()
    words["ends_on"] = words["starts_on"] + length if length else None
    return words, list(found.items.values_list("item__name", flat=True))
