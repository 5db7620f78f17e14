"""Proposing lines of the negative list, and what the moves change (HK-13)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import CatalogEntry, NegativeListEntry
from catalog.negative_list import rules
from catalog.negative_list.choices import (
    EXAMINATION_BEGINS_DAYS,
    EXAMINED_AFTER_YEARS,
    NegativeState,
)
from catalog.negative_list.policies import negative_policy
from catalog.negative_list.transitions import NEGATIVE
from catalog.policies import entry_policy
from catalog.services.codes import next_numbers
from citybrain import workflow
from citybrain.audit.services import record
from citybrain.duties.queries import open_by_subject
from citybrain.duties.services import DutyConflict, open_duty
from citybrain.organizations.actors import Actor, system_actor
from citybrain.refusals import Conflict
from citybrain.spreadsheets import cell_text, line_text

FIELDS = ("title", "bars", "basis", "reason", "effective_on", "expires_on")
RULE = "reexamine_negative_list"


@transaction.atomic
def propose(
    *,
    actor: Actor,
    entry: CatalogEntry,
    values: Mapping[str, Any],
    items: Sequence[str],
) -> NegativeListEntry:
    """Makes a draft for an entry of one's department, whole or the items named.

    `values` has the keys of FIELDS. Raises PermissionDenied, ValidationError by field.
    """
    current = entry_policy.fetch(actor, pk=entry.pk)
    line = NegativeListEntry(
        entry=current, department=current.department, created_by=actor.user, **_given(values)
    )
    negative_policy.require(actor, "propose", line)
    rules.check_entry(line)
    line.items = rules.check_items(line, items)
    rules.check(line)
    series = f"FM{timezone.localdate().year}"
    line.number = f"{series}-{next_numbers(series)[0]:06}"
    line.save(force_insert=True)
    _record("catalog.negative_list.proposed", actor, line)
    return line


@transaction.atomic
def change(
    *,
    actor: Actor,
    line: NegativeListEntry,
    version: int | None = None,
    values: Mapping[str, Any],
    items: Sequence[str],
) -> NegativeListEntry:
    """Changes a draft; Conflict when it is none any more or somebody else changed it meanwhile."""
    current = negative_policy.fetch(actor, pk=line.pk)
    negative_policy.require(actor, "propose", current)
    expected = current.version if version is None else version
    rows = NegativeListEntry.objects.filter(pk=line.pk, version=expected)
    if not rows.filter(state=NegativeState.DRAFT).update(version=F("version") + 1):
        raise Conflict(
            _("这一条目已不是草稿，或刚刚由他人修改，请刷新后再修改。"),
            state_label=current.get_state_display(),
        )
    current.refresh_from_db()
    for name, value in _given(values).items():
        setattr(current, name, value)
    current.items = rules.check_items(current, items)
    rules.check(current)
    current.save()
    _record("catalog.negative_list.changed", actor, current)
    return current


def move(
    name: str,
    *,
    actor: Actor,
    line: NegativeListEntry,
    version: int | None = None,
    reason: str = "",
) -> NegativeListEntry:
    """Makes a move of transitions.NEGATIVE; raises as citybrain.workflow.perform does."""
    return workflow.perform(
        NEGATIVE,
        name,
        obj=line,
        actor=actor,
        version=version,
        inputs={"reason": reason} if reason else {},
        change=CHANGES.get(name),
    )


def _still_fits(line: NegativeListEntry) -> None:
    """The entry, or its items, may have changed since the draft was saved."""
    rules.check_entry(line)
    rules.check_items(line, line.items)
    if line.expires_on < timezone.localdate():
        raise ValidationError(_("失效日期已过，请退回修改后再办理。"))


def _accept(line: NegativeListEntry) -> None:
    _still_fits(line)
    line.listed_on = timezone.localdate()
    line.save(update_fields=["listed_on"])


def _reexamine(line: NegativeListEntry) -> None:
    if line.expires_on < timezone.localdate():
        raise ValidationError(_("这一条目已经期满，仍须列入的请重新提出。"))
    line.examined_on = timezone.localdate()
    line.save(update_fields=["examined_on"])


CHANGES: dict[str, Callable[[NegativeListEntry], None]] = {
    "submit": _still_fits,
    "sign": _still_fits,
    "accept": _accept,
    "reexamine": _reexamine,
}


def examination_begins(line: NegativeListEntry) -> date | None:
    """From when the next re-examination is owed; None when the line expires before."""
    since = max(day for day in (line.effective_on, line.listed_on, line.examined_on) if day)
    due = rules.years_after(since, EXAMINED_AFTER_YEARS)
    begins = due - timedelta(days=EXAMINATION_BEGINS_DAYS)
    return begins if due <= line.expires_on else None


def keep() -> int:
    """Daily: opens the re-examinations that are owed and closes what has expired; idempotent.

    Returns how many. What has effect follows from the dates, whether this has run or not.
    """
    return _open_examinations() + _expire()


def _open_examinations() -> int:
    actor, today = system_actor(), timezone.localdate()
    rows = NegativeListEntry.objects.filter(
        state=NegativeState.LISTED, effective_on__lte=today, expires_on__gte=today
    )
    lines = list(rows.select_related("department"))
    waiting = open_by_subject(lines)
    count = 0
    for line in lines:
        begins = examination_begins(line)
        if line.pk in waiting or begins is None or begins > today:
            continue
        try:
            open_duty(
                rule=RULE,
                subject=line,
                department=line.department,
                actor=actor,
                starts_on=begins,
            )
        except DutyConflict:
            continue  # another run was quicker
        count += 1
    return count


def _expire() -> int:
    over = NegativeListEntry.objects.filter(
        state=NegativeState.LISTED, expires_on__lt=timezone.localdate()
    )
    count = 0
    for line in list(over):
        try:
            move("expire", actor=system_actor(), line=line)
        except Conflict:
            continue  # another run, or a withdrawal, was quicker
        count += 1
    return count


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    """Texts as a workbook would bring them; names on one line."""
    given = {name: values[name] for name in FIELDS if name in values}
    for name, text in given.items():
        if isinstance(text, str):
            given[name] = cell_text(text) if name == "reason" else line_text(text)
    return given


def _record(verb: str, actor: Actor, line: NegativeListEntry) -> None:
    record(
        verb,
        actor=actor,
        subject=line,
        department=line.department,
        data={
            "entry": line.entry.code,
            "items": line.items,
            **{name: getattr(line, name) for name in FIELDS},
        },
    )
