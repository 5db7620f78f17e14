"""Deciding which department is the source of record of an item (SC-19)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.libraries import queries
from catalog.libraries.choices import Verdict
from catalog.libraries.policies import source_policy
from catalog.models import ItemSource
from catalog.models.item import item_key
from citybrain.audit.services import record
from citybrain.notices import services as notices
from citybrain.organizations.actors import Actor
from citybrain.organizations.models import Department
from citybrain.refusals import Conflict
from citybrain.spreadsheets import cell_text, line_text


@transaction.atomic
def decide(
    *,
    actor: Actor,
    name: str,
    verdict: str,
    department: Department | None,
    reason: str,
    version: int | None = None,
) -> ItemSource:
    """Decides for the first time or anew; every decision stays in the audit trail.

    `version` is that of the decision that the person read, None when there was none. Raises
    PermissionDenied, ValidationError by field, Conflict when somebody decided meanwhile.
    """
    name = line_text(name)
    present = ItemSource.objects.select_for_update().filter(key=item_key(name)).first()
    source_policy.require(actor, "decide", present or ItemSource(name=name))
    if (present.version if present else None) != version:
        raise _decided_meanwhile(present)
    before = _values(present) if present else {}
    decided = present or ItemSource(name=name)
    decided.verdict = verdict
    decided.department = department
    decided.reason = cell_text(reason)
    decided.decided_by, decided.decided_at = actor.user, timezone.now()
    _check(decided)
    _save(decided)
    record(
        "catalog.source.decided",
        actor=actor,
        subject=decided,
        department=department,
        data={"before": before, "after": _values(decided)},
    )
    if department is not None and decided.verdict == Verdict.SOURCE:
        _tell(decided, department, actor)
    return decided


def _tell(decided: ItemSource, department: Department, actor: Actor) -> None:
    """The source collects it from now on, and the others that did hear that they need not."""
    concerned = Q(pk=department.pk) | Q(pk__in=queries.collecting(decided.key))
    notices.tell(
        people=[
            person
            for one in Department.objects.filter(concerned)
            for person in notices.people_to_tell("compile_entries", one)
        ],
        kind="catalog.source.decided",
        title=_("一数一源：%(item)s的数源部门确定为%(department)s")
        % {"item": decided, "department": department.short_name},
        body=decided.reason,
        subject=decided,
        actor=actor,
    )


def _save(decided: ItemSource) -> None:
    if decided.pk:
        decided.version = F("version") + 1
        decided.save()
        decided.refresh_from_db()
        return
    try:
        with transaction.atomic():
            decided.save()
    except IntegrityError:
        raise _decided_meanwhile(decided) from None


def _decided_meanwhile(present: ItemSource | None) -> Conflict:
    return Conflict(
        _("这一信息项刚刚由他人作出决定，请查看后再办理。"),
        state_label=str(present.get_verdict_display()) if present else "",
    )


def _check(decided: ItemSource) -> None:
    errors: dict[str, Any] = {}
    try:
        decided.clean_fields(exclude=["key", "decided_by", "department"])
    except ValidationError as error:
        errors.update(error.message_dict)
    if decided.verdict == Verdict.SOURCE:
        if decided.department is None:
            errors["department"] = [_("请选择数源部门。")]
        elif not Department.objects.owners().filter(pk=decided.department.pk).exists():
            errors["department"] = [_("数源部门须是现有的单位。")]
    elif decided.verdict == Verdict.DIFFERENT:
        decided.department = None
    if errors:
        raise ValidationError(errors)


def _values(decided: ItemSource) -> dict[str, Any]:
    return {
        "verdict": decided.verdict,
        "department": decided.department.name if decided.department else "",
        "reason": decided.reason,
    }
