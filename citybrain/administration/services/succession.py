"""What a successor takes over: the apps say which rows (registry.merges), here they go over.

What is closed keeps the name of the department that closed it; who may read it there is said by
the permissions of the past (organizations/rights.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, OperationalError, transaction
from django.utils.translation import gettext as _

from citybrain import registry
from citybrain.audit.models import OwnerChange
from citybrain.audit.services import build, record_many
from citybrain.bulk import insert_many
from citybrain.organizations.actors import Actor, system_actor
from citybrain.organizations.models import Department
from citybrain.organizations.rights import grant_past
from citybrain.refusals import Conflict
from citybrain.registry import Takeover


@dataclass(frozen=True)
class Part:
    """How many of one kind go over, and what becomes of those that cannot simply do so."""

    label: str
    number: int
    remarks: tuple[str, ...]


def foresee(source: Department, target: Department) -> list[Part]:
    """What `take_over` would do now; kinds of which there is nothing are left out."""
    parts = []
    for takeover in registry.merges:
        remarks = tuple(clash.text for clash in takeover.clashes(source, target))
        number = takeover.rows(source).count()
        if number or remarks:
            parts.append(Part(str(takeover.label), number, remarks))
    return parts


def take_over(
    actor: Actor, source: Department, target: Department, effective_on: date
) -> list[Part]:
    """Hands what is live of `source` over to `target`; part of a larger transaction.

    The highest floor comes first: whoever makes a move holds its object before the duties on it.
    Raises Conflict when somebody changes the same things at this moment.
    """
    takeovers = list(reversed(list(registry.merges)))
    remarks = []
    for takeover in takeovers:
        with _told_apart(takeover):
            remarks.append(_settle(takeover, actor, source, target))
    merger = _Merger(actor, source, target, effective_on)
    parts = []
    for takeover, said in zip(takeovers, remarks, strict=True):
        with _told_apart(takeover):
            number = _take(takeover, merger)
        if number or said:
            parts.append(Part(str(takeover.label), number, said))
    return list(reversed(parts))


def take_leftovers() -> int:
    """Takes over what came to merged departments in the moment of their end, or before all of it
    went over. Returns how many things; does nothing when there are none.
    """
    done = 0
    for source in Department.objects.filter(successor__isnull=False).select_related("successor"):
        target = source.successor
        while target is not None and target.retired_on is not None:
            target = target.successor
        day = source.retired_on
        if target is None or day is None or not foresee(source, target):
            continue
        with transaction.atomic():
            parts = take_over(system_actor(), source, target, day)
            grant_past(target)
        done += sum(part.number for part in parts)
    return done


def _settle(
    takeover: Takeover, actor: Actor, source: Department, target: Department
) -> tuple[str, ...]:
    clashes = takeover.clashes(source, target)
    for clash in clashes:
        clash.settle(actor)
    return tuple(clash.text for clash in clashes)


@dataclass(frozen=True)
class _Merger:
    actor: Actor
    source: Department
    target: Department
    effective_on: date


def _take(takeover: Takeover, merger: _Merger) -> int:
    """How many rows went over."""
    rows = list(takeover.rows(merger.source).select_for_update(of=("self",)).order_by("pk"))
    if not rows:
        return 0
    model = type(rows[0])
    moved = model._default_manager.filter(pk__in=[row.pk for row in rows])
    moved.update(**{takeover.field: merger.target})
    for row in rows:
        setattr(row, takeover.field, merger.target)
    if takeover.verb:
        _record(takeover, rows, merger)
    takeover.after(rows)
    return len(rows)


def _record(takeover: Takeover, rows: list[Any], merger: _Merger) -> None:
    field = takeover.field
    insert_many(
        [
            OwnerChange(
                subject_type=row._meta.label,
                subject_id=row.pk,
                field=field,
                before=merger.source,
                after=merger.target,
                effective_on=merger.effective_on,
            )
            for row in rows
        ]
    )
    data: dict[str, Any] = {"field": field, "from": merger.source.name, "to": merger.target.name}
    record_many(
        [
            build(
                takeover.verb,
                actor=merger.actor,
                subject=takeover.subject(row),
                department=merger.target,
                data=data,
            )
            for row in rows
        ]
    )


@contextmanager
def _told_apart(takeover: Takeover) -> Iterator[None]:
    """Turns what somebody did in this very moment into a sentence; all of the merger is undone."""
    try:
        yield
    except (IntegrityError, OperationalError) as error:
        raise Conflict(
            _("有人正在办理相关的%(what)s，本次合并没有办理，请稍后重试。")
            % {"what": takeover.label},
            state_label=_("未合并"),
        ) from error
