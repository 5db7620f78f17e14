"""What helps to answer an application: earlier answers, asked beside granted, the time used."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy

from citybrain.duties import queries as duty_queries
from citybrain.duties.loader import current_calendar
from citybrain.duties.models import Duty
from citybrain.organizations.actors import Actor
from citybrain.typed import whole_number
from citybrain.ui import Tone
from sharing.choices import ApplicationState
from sharing.models import ApplicationItem, Authorization, ShareApplication
from sharing.policies import application_policy, city_readers
from sharing.queries import Treatment, treatments_of

MOST_PRECEDENTS = 10
PARTLY: tuple[Any, Tone] = (gettext_lazy("部分同意"), "warning")
DECIDED = (ApplicationState.AGREED, ApplicationState.REFUSED)
INSIDE_DUTY = "internal_signoff"


@dataclass(frozen=True)
class ItemLine:
    """One item asked for, whether it is served masked, and whether it was granted.

    Masked as granted, else as it would be today. `granted` is None before the answer.
    """

    item: Any
    grade: str
    masked: bool
    granted: bool | None = None
    reason: str = ""


@dataclass(frozen=True)
class Precedent:
    """An earlier answer to an application for some of the same items."""

    application: ShareApplication
    label: Any
    tone: Tone
    same: list[str]
    left_out: list[ApplicationItem]


@dataclass(frozen=True)
class Clock:
    """A duty on the application, with the working days that it had and that were used."""

    duty: Duty
    used: int
    allowed: int
    ended: date | None


def item_lines(application: ShareApplication, grant: Authorization | None) -> list[ItemLine]:
    """The items asked for, in the entry's order."""
    asked = {
        one.item_id: one
        for one in application.items.select_related("item").order_by("item__position", "item_id")
    }
    masked = dict(grant.items.values_list("item_id", "masked")) if grant else {}
    return [
        ItemLine(
            one.item,
            _grade(one),
            masked.get(one.item.pk, one.masked),
            _granted(application, one.item.pk in masked if grant else None),
            asked[one.item.pk].reason,
        )
        for one in treatments_of(one.item for one in asked.values())
    ]


def _granted(application: ShareApplication, in_grant: bool | None) -> bool | None:
    return False if application.state == ApplicationState.REFUSED else in_grant


def _grade(treatment: Treatment) -> str:
    return treatment.grade.get_grade_display() if treatment.grade else ""


def may_compare(actor: Actor, application: ShareApplication) -> bool:
    """Whether earlier answers are shown: to those of the provider's side and of the whole city."""
    return actor.may("view_sharing", application.provider_id) or city_readers(actor)


def precedents_of(actor: Actor, application: ShareApplication) -> list[Precedent]:
    """Earlier answers, as far as the actor may see them, the newest first."""
    names = set(application.items.values_list("item__name", flat=True))
    rows = application_policy.queryset(actor).filter(entry=application.entry_id, state__in=DECIDED)
    same = ApplicationItem.objects.filter(item__name__in=names).values("application")
    found = rows.exclude(pk=application.pk).filter(pk__in=same).select_related("department")
    return [
        _precedent(one, names)
        for one in found.order_by("-answered_at").prefetch_related("items__item")[:MOST_PRECEDENTS]
    ]


def _precedent(application: ShareApplication, names: set[str]) -> Precedent:
    items = [one for one in application.items.all() if one.item.name in names]
    left_out = [one for one in items if one.granted is False]
    label, tone = _outcome(application, left_out)
    return Precedent(application, label, tone, [one.item.name for one in items], left_out)


def _outcome(application: ShareApplication, left_out: list[ApplicationItem]) -> tuple[Any, Tone]:
    if application.state == ApplicationState.REFUSED:
        return application.get_state_display(), "danger"
    return PARTLY if left_out else (application.get_state_display(), "success")


def clocks_of(subject: Model, *, inside: bool) -> list[Clock]:
    """Every time limit that ran on something, in their order; a sign-off only to its own people."""
    calendar = current_calendar()
    return [
        Clock(
            duty,
            duty_queries.days_used(duty, calendar=calendar),
            duty.days + duty.extended_days,
            _day(duty.fulfilled_at or duty.cancelled_at),
        )
        for duty in duty_queries.duties_of(subject)
        if inside or duty.rule != INSIDE_DUTY
    ]


def _day(at: Any) -> date | None:
    return timezone.localdate(at) if at else None


def left_out_of(data: Any) -> Mapping[int, str]:
    """The items that the answer as it was posted does not grant, each with the reason given."""
    return {
        pk: data.get(f"why-{text}", "").strip()
        for text in data.getlist("left_out")
        if (pk := whole_number(text)) is not None
    }
