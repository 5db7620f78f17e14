"""The provider's work on a correction: findings line by line, the rows corrected, the answer."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import CatalogEntry, DataItem
from catalog.values import check_value
from citybrain import workflow
from citybrain.audit.services import record
from citybrain.organizations.actors import Actor
from citybrain.refusals import Conflict
from sharing.choices import ServiceKind
from sharing.corrections.choices import CorrectionState, Finding, LineKind
from sharing.corrections.findings import unmended
from sharing.corrections.policies import correction_policy
from sharing.corrections.scope import scope_of_provider
from sharing.corrections.transitions import CORRECTION
from sharing.models import CorrectionLine, CorrectionRequest, HostedDataset, InterfaceService
from sharing.services import amending
from sharing.services.amending import Amendment
from sharing.services.matching import Matching

LONGEST_REASON = CorrectionLine._meta.get_field("reason").max_length or 0


@dataclass(frozen=True)
class Found:
    """What the provider found of one line.

    `value` is what is right instead, `added` the values of a row that is missing.
    """

    finding: str
    reason: str = ""
    value: str = ""
    added: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def verify(
    *, actor: Actor, correction: CorrectionRequest, found: Mapping[int, Found]
) -> CorrectionRequest:
    """Keeps what was found, by the numbers of the lines; the others stay as they are.

    What the rows say already is not found otherwise any more. Raises PermissionDenied, Conflict
    when the report is answered, ValidationError by `finding-<number>` and the like.
    """
    current = _claimed(actor, correction)
    items = {item.name: item for item in current.entry.items.all()}
    scope = scope_of_provider(current.entry)
    waiting = current.lines.select_for_update().filter(dataset=None)
    lines = {line.number: line for line in waiting}
    errors: dict[str, list[str]] = {}
    changed = []
    for number, one in found.items():
        line = lines.get(number)
        if line is None:
            continue
        named = scope.present.get(line.item)
        problems = _problems(line, one, named, items)
        errors |= {f"{name}-{number}": [text] for name, text in problems.items()}
        confirmed = one.finding == Finding.CONFIRMED
        line.finding, line.reason = one.finding, one.reason.strip()
        line.value = one.value.strip() if confirmed and line.kind == LineKind.VALUE else ""
        line.added = dict(one.added) if confirmed and line.kind == LineKind.MISSING else {}
        line.found_at, line.found_by = timezone.now(), actor.user
        changed.append(line)
    if errors:
        raise ValidationError(errors)
    for line in changed:
        line.save()
    if changed:
        record(
            "sharing.correction.verified",
            actor=actor,
            subject=current,
            department=current.provider,
            data={
                finding: [line.number for line in changed if line.finding == finding]
                for finding in Finding.values
            },
        )
    return current


def _problems(
    line: CorrectionLine, one: Found, item: DataItem | None, items: Mapping[str, DataItem]
) -> dict[str, str]:
    if one.finding not in Finding.values:
        return {"finding": _("请选择属实或者不属实。")}
    if one.finding == Finding.UPHELD:
        if not one.reason.strip():
            return {"reason": _("不属实的，请写明理由。")}
    elif line.kind == LineKind.VALUE and item is not None:
        problem = check_value(one.value.strip(), item)
        if problem:
            return {"value": problem}
    elif line.kind == LineKind.MISSING:
        # Without any value the row comes with a new upload; with some it must be a whole one.
        values = {**one.added, **line.row} if any(one.added.values()) else {}
        for name, value in values.items():
            if name in items and (problem := check_value(value, items[name])):
                return {"added": f"“{name}”：{problem}"}
    if len(one.reason.strip()) > LONGEST_REASON:
        return {"reason": _("不能超过%d个字。") % LONGEST_REASON}
    return {}


@transaction.atomic
def correct_rows(*, actor: Actor, correction: CorrectionRequest, seen: int | None = None) -> int:
    """Corrects right now what was confirmed and can be written; returns the number of lines.

    `seen` is the batch that was shown. Raises PermissionDenied, Conflict when the report is
    answered or the rows have changed, ValidationError when nothing can be written or a row does
    not fit; then nothing has changed.
    """
    current = _claimed(actor, correction)
    waiting = [line for line in unmended(current) if is_writable(line)]
    if not waiting:
        raise ValidationError(_("没有可以直接更正的行：请先核实，或者上传更正后的数据。"))
    amending.amend(
        actor=actor,
        entry=current.entry,
        amendments=_amendments(current.entry, waiting),
        seen=seen,
        title=_("校核更正 %s") % current.number,
    )
    numbers = [line.number for line in waiting]
    record(
        "sharing.correction.rows_corrected",
        actor=actor,
        subject=current,
        department=current.provider,
        data={"lines": numbers},
    )
    return len(numbers)


def is_writable(line: CorrectionLine) -> bool:
    """Whether the line says all that is needed to write its row."""
    return bool(line.row) and (line.kind != LineKind.MISSING or bool(line.added))


def _amendments(entry: CatalogEntry, lines: list[CorrectionLine]) -> list[Amendment]:
    """One for each row, whatever was found of it together."""
    present = scope_of_provider(entry).present
    by_row: dict[tuple[Any, ...], list[CorrectionLine]] = defaultdict(list)
    for line in lines:
        by_row[tuple(sorted(line.row.items()))].append(line)
    made = []
    for together in by_row.values():
        name = _("第%s行") % "、".join(str(line.number) for line in together)
        first = together[0]
        if any(line.kind == LineKind.SUPERFLUOUS for line in together):
            made.append(Amendment(name, row=first.row, removed=True))
        elif first.kind == LineKind.MISSING:
            made.append(Amendment(name, values={**first.added, **first.row}))
        else:
            values = {present[line.item].name: line.value for line in together}
            made.append(Amendment(name, row=first.row, values=values))
    return made


@transaction.atomic
def settle(entry: CatalogEntry, actor: Actor) -> None:
    """Marks the lines that new rows have put right; called when rows are served."""
    dataset = _served(entry)
    if dataset is None:
        return
    rows = (
        CorrectionLine.objects.select_for_update(of=("self",))
        .filter(
            correction__entry=entry,
            correction__state=CorrectionState.OPEN,
            finding=Finding.CONFIRMED,
            dataset=None,
        )
        .order_by("correction_id", "number")
    )
    by_row: dict[tuple[Any, ...], list[CorrectionLine]] = defaultdict(list)
    for line in rows:
        by_row[(line.correction_id, *sorted(line.row.items()))].append(line)
    groups = list(by_row.values())
    present = scope_of_provider(entry).present if groups else {}
    known = [_known(lines, present) for lines in groups]
    rows_before = HostedDataset.objects.filter(entry=entry, number=dataset.number - 1).first()
    before = Matching(rows_before.pk if rows_before else None, (lines[0].row for lines in groups))
    now = Matching(dataset.pk, [*known, *(lines[0].row for lines in groups)])
    for lines, row in zip(groups, known, strict=True):
        _settle(dataset, lines, row, before, now)


def _known(lines: list[CorrectionLine], present: Mapping[str, DataItem]) -> dict[str, str]:
    """What the row of these lines is known by once they are right."""
    values = {present[one.item].name: one.value for one in lines if one.item in present}
    return {name: values.get(name, value) for name, value in lines[0].row.items()}


def _settle(
    dataset: HostedDataset,
    lines: list[CorrectionLine],
    known: dict[str, str],
    before: Matching,
    now: Matching,
) -> None:
    """The lines of one row: what it was, what it is known by now, and since which batch."""
    row = lines[0].row
    was = before.one(row)
    if any(line.kind == LineKind.SUPERFLUOUS for line in lines):
        if row and not now.like(row):
            for line in lines:
                _mark(line, dataset, was.values if was else row, "")
        return
    found = now.one(known)
    for line in lines if found else ():
        assert found is not None  # noqa: S101 - narrows
        if line.kind == LineKind.MISSING:
            _mark(line, dataset, row, "")
        elif found.values.get(line.item, "") == line.value:
            _mark(line, dataset, known, was.values.get(line.item, "") if was else line.seen)


def _mark(line: CorrectionLine, dataset: HostedDataset, row: Mapping[str, str], was: str) -> None:
    line.dataset, line.row, line.was = dataset, dict(row), was
    line.save(update_fields=["dataset", "row", "was"])


def _served(entry: CatalogEntry) -> HostedDataset | None:
    service = (
        InterfaceService.objects.filter(entry=entry, kind=ServiceKind.HOSTED)
        .select_related("dataset")
        .first()
    )
    return service.dataset if service else None


def rows_are_mended(correction: CorrectionRequest, actor: Actor) -> list[str]:
    """Guard of an answer: what was confirmed has to stand in the rows that are served."""
    left = unmended(correction) if _served(correction.entry) else []
    if not left:
        return []
    numbers = "、".join(str(line.number) for line in left)
    return [_("第%s行已核实属实，数据尚未更正：请直接更正，或者上传更正后的数据。") % numbers]


def answer(
    *,
    actor: Actor,
    correction: CorrectionRequest,
    name: str,
    text: str,
    version: int | None = None,
) -> CorrectionRequest:
    """The provider's finding by the move `name`; `text` says what was found and done."""

    def write(current: CorrectionRequest) -> None:
        current.answer = text.strip()
        current.answered_at = timezone.now()
        current.save(update_fields=["answer", "answered_at"])

    return workflow.perform(
        CORRECTION,
        name,
        obj=correction,
        actor=actor,
        version=version,
        inputs={"reason": text},
        change=write,
    )


def _claimed(actor: Actor, correction: CorrectionRequest) -> CorrectionRequest:
    """The open report as it is now, held until the transaction ends."""
    rows: QuerySet[CorrectionRequest] = CorrectionRequest.objects.select_for_update(of=("self",))
    current = correction_policy.fetch(actor, rows.select_related("entry"), pk=correction.pk)
    correction_policy.require(actor, "answer", current)
    if current.state != CorrectionState.OPEN:
        raise Conflict(_("这一校核已经反馈。"), state_label=current.get_state_display())
    return current
