"""Setting up sources, and ordering that one be asked."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.harvest.choices import INTERVALS, RunState
from catalog.harvest.policies import source_policy
from catalog.models import HarvestRun, HarvestSource
from citybrain import claims
from citybrain.audit.services import record
from citybrain.organizations.actors import Actor
from citybrain.outgoing import Guard, OutgoingError
from citybrain.refusals import Conflict
from citybrain.spreadsheets import line_text

FIELDS = ("name", "kind", "address", "department", "schedule", "is_active")


@transaction.atomic
def save_source(
    *, actor: Actor, source: HarvestSource | None, values: Mapping[str, Any]
) -> HarvestSource:
    """Makes a source, or changes one; the actor is answerable for it from now on.

    The department of a source that exists stays. Raises PermissionDenied, ValidationError naming
    the field.
    """
    current = HarvestSource() if source is None else source
    for name in FIELDS:
        if name in values and not (source is not None and name == "department"):
            setattr(current, name, values[name])
    source_policy.require(actor, "harvest", current)
    assert actor.user is not None  # noqa: S101 - whoever compiles is a person
    current.answerable = actor.user
    try:
        Guard().judge(httpx.URL(current.address))
    except (OutgoingError, httpx.InvalidURL) as error:
        text = str(error) if isinstance(error, OutgoingError) else _("地址的写法不对，请检查。")
        raise ValidationError({"address": text}) from None
    current.name = line_text(current.name)
    current.clean_fields()
    try:
        with transaction.atomic():
            current.save()
    except IntegrityError as error:
        if "harvest_source_named_once" not in str(error):
            raise
        raise ValidationError({"name": _("本单位已有同名的采集来源，请更改名称。")}) from None
    record(
        "catalog.harvest.source_saved",
        actor=actor,
        subject=current,
        department=current.department,
        data={"kind": current.kind, "address": current.address, "active": current.is_active},
    )
    return current


@transaction.atomic
def order(*, actor: Actor, source: HarvestSource) -> HarvestRun:
    """Orders that the source be asked now. Raises PermissionDenied, Conflict when it is being asked.

    The caller queues the run (catalog/harvest/tasks.py) when this has been committed.
    """
    source_policy.require(actor, "harvest", source)
    try:
        with transaction.atomic():
            run = HarvestRun.objects.create(source=source, ordered_by=actor.user)
    except IntegrityError:
        raise Conflict(_("这一来源正在采集，请等待完成。")) from None
    record("catalog.harvest.ordered", actor=actor, subject=source, department=source.department)
    return run


def order_what_is_due() -> int:
    """Makes a run for each source whose time has come; a second call makes none."""
    made = 0
    for schedule, interval in INTERVALS.items():
        recent = HarvestRun.objects.filter(
            Q(state=RunState.WAITING) | Q(ordered_at__gt=timezone.now() - interval),
            source=OuterRef("pk"),
        )
        due = HarvestSource.objects.filter(~Exists(recent), is_active=True, schedule=schedule)
        for source in due:
            HarvestRun.objects.bulk_create([HarvestRun(source=source)], ignore_conflicts=True)
            made += 1
    return made


def waiting(older_than: timedelta = timedelta(0)) -> QuerySet[HarvestRun]:
    """Runs that nobody has in hand."""
    return HarvestRun.objects.filter(
        claims.free(), state=RunState.WAITING, ordered_at__lte=timezone.now() - older_than
    )


def listed(actor: Actor) -> QuerySet[HarvestSource]:
    """The sources that the actor may see, each with when it was last asked."""
    return (
        source_policy.queryset(actor)
        .select_related("department", "answerable")
        .annotate(last_ordered_at=Max("runs__ordered_at"))
        .order_by("name", "pk")
    )
