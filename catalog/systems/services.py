"""Registering, changing and retiring information systems."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from catalog.models import InformationSystem
from catalog.rules import title_key
from catalog.systems import linking, rules
from catalog.systems.choices import SystemState
from catalog.systems.policies import system_policy
from catalog.systems.transitions import SYSTEM
from citybrain import workflow
from citybrain.audit.services import record
from citybrain.canonical import canonical_value
from citybrain.organizations.actors import Actor
from citybrain.organizations.models import Department
from citybrain.pinyin import sort_key
from citybrain.refusals import Conflict
from citybrain.spreadsheets import cell_text, line_text

SYSTEM_FIELDS = (
    "name", "short_name", "purpose", "operator", "network", "hosting", "migration_plan",
    "migrates_by", "entrance", "entrance_plan", "integrates_by", "protection_level",
    "protection_filing", "protection_assessed_on", "cryptography", "cryptography_plan",
    "cryptography_assessed_on", "platform", "maintained_from", "maintained_to", "holds_no_data",
    "no_data_reason",
)  # fmt: skip
LONG = frozenset({"purpose", "migration_plan", "entrance_plan", "no_data_reason"})


@transaction.atomic
def register_system(
    *, actor: Actor, department: Department, values: Mapping[str, Any]
) -> InformationSystem:
    """Enters a system that is being built (HK-12); entries that name it already are linked.

    Raises PermissionDenied, or ValidationError by field.
    """
    system = InformationSystem(department=department, created_by=actor.user)
    system_policy.require(actor, "register", system)
    _write(system, values)
    linked = linking.adopt(system)
    record(
        "catalog.system.registered",
        actor=actor,
        subject=system,
        department=department,
        data={**values_of(system), "entries_linked": linked},
    )
    return system


@transaction.atomic
def change_system(
    *,
    actor: Actor,
    system: InformationSystem,
    version: int | None = None,
    values: Mapping[str, Any],
) -> InformationSystem:
    """Changes what is on record of a system that is not retired.

    Entries keep the name that was approved with them. Raises Conflict when somebody else was
    quicker, ValidationError by field.
    """
    current = system_policy.fetch(actor, pk=system.pk)
    system_policy.require(actor, "register", current)
    expected = current.version if version is None else version
    won = (
        InformationSystem.objects.filter(pk=system.pk, version=expected)
        .exclude(state=SystemState.RETIRED)
        .update(version=F("version") + 1)
    )
    if not won:
        raise Conflict(
            _("这一信息系统已停用，或刚刚由他人修改，请查看最新内容后再修改。"),
            state_label=current.get_state_display(),
        )
    current.refresh_from_db()
    before = values_of(current)
    _write(current, values)
    linking.adopt(current)
    after = values_of(current)
    record(
        "catalog.system.changed",
        actor=actor,
        subject=current,
        department=current.department,
        data={
            name: {"before": before[name], "after": after[name]}
            for name in SYSTEM_FIELDS
            if before[name] != after[name]
        },
    )
    return current


def move_system(
    name: str,
    *,
    actor: Actor,
    system: InformationSystem,
    version: int | None = None,
    reason: str = "",
) -> InformationSystem:
    """Makes a move of transitions.SYSTEM; raises as citybrain.workflow.perform does."""
    with _name_kept_once():
        return workflow.perform(
            SYSTEM, name, obj=system, actor=actor, version=version, inputs={"reason": reason}
        )


def values_of(system: InformationSystem) -> dict[str, Any]:
    """What is on record, as JSON values."""
    plain = canonical_value({name: getattr(system, name) for name in SYSTEM_FIELDS})
    assert isinstance(plain, dict)  # noqa: S101 - narrows the type of a mapping just built
    return plain


def _write(system: InformationSystem, values: Mapping[str, Any]) -> None:
    for name in SYSTEM_FIELDS:
        if name in values:
            setattr(system, name, _cleaned(name, values[name]))
    rules.check(system)
    system.name_key = title_key(system.name)
    system.pinyin = sort_key(system.name)
    with _name_kept_once():
        system.save()


def _cleaned(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return cell_text(value) if name in LONG else line_text(value)


@contextmanager
def _name_kept_once() -> Iterator[None]:
    """Turns the database's refusal of a second system of one name into the field's message."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "system_name_once_per_department" not in str(error):
            raise
        text = _("本单位已登记同名的信息系统（标点和空格的差别不计）。")
        raise ValidationError({"name": text}) from None
