"""Registering projects, and accepting what they built."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import InformationSystem, Project
from catalog.projects.choices import OPEN
from catalog.projects.policies import project_policy
from catalog.projects.transitions import PROJECT
from citybrain import workflow
from citybrain.audit.services import record
from citybrain.canonical import canonical_value
from citybrain.organizations.actors import Actor
from citybrain.organizations.choices import EARLIEST
from citybrain.organizations.models import Department
from citybrain.pinyin import sort_key
from citybrain.refusals import Conflict
from citybrain.spreadsheets import cell_text, line_text

PROJECT_FIELDS = (
    "name", "approval_number", "approved_on", "budget", "contractor", "description", "completed_on",
)  # fmt: skip
LONGEST_OPINION = 1000
DERIVED = ("department", "pinyin", "accepted_by", "created_by", "submitted_by")


@transaction.atomic
def register_project(
    *,
    actor: Actor,
    department: Department,
    values: Mapping[str, Any],
    systems: Sequence[InformationSystem] = (),
) -> Project:
    """Enters an approved project with the systems of the department that it builds.

    Raises PermissionDenied, or ValidationError by field.
    """
    project = Project(department=department, created_by=actor.user)
    project_policy.require(actor, "register", project)
    _write(project, values, systems)
    record(
        "catalog.project.registered",
        actor=actor,
        subject=project,
        department=department,
        data=values_of(project),
    )
    return project


@transaction.atomic
def change_project(
    *,
    actor: Actor,
    project: Project,
    version: int | None = None,
    values: Mapping[str, Any],
    systems: Sequence[InformationSystem] | None = None,
) -> Project:
    """Changes the record of a project that the bureau neither has before it nor has accepted.

    Without `systems` they stay. Raises Conflict when somebody else was quicker, ValidationError by
    field.
    """
    current = project_policy.fetch(actor, pk=project.pk)
    project_policy.require(actor, "register", current)
    expected = current.version if version is None else version
    won = Project.objects.filter(pk=project.pk, version=expected, state__in=OPEN).update(
        version=F("version") + 1
    )
    if not won:
        raise Conflict(
            _("这一项目正在验收或者已经验收，或刚刚由他人修改，请查看最新内容后再修改。"),
            state_label=current.get_state_display(),
        )
    current.refresh_from_db()
    before = values_of(current)
    _write(current, values, list(current.systems.all()) if systems is None else systems)
    after = values_of(current)
    record(
        "catalog.project.changed",
        actor=actor,
        subject=current,
        department=current.department,
        data={
            name: {"before": before[name], "after": after[name]}
            for name in before
            if before[name] != after[name]
        },
    )
    return current


@transaction.atomic
def correct_accepted(
    *, actor: Actor, project: Project, values: Mapping[str, Any], opinion: str
) -> Project:
    """Puts right what is on record of an accepted project, because the province sent it back.

    Raises PermissionDenied unless the actor accepts projects, ValidationError by field.
    """
    current = Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
    project_policy.require(actor, "accept", current)
    before = {**values_of(current), "opinion": current.opinion}
    current.opinion = _opinion(opinion)
    current.version += 1
    _write(current, values, list(current.systems.all()))
    after = {**values_of(current), "opinion": current.opinion}
    changed = [name for name in before if before[name] != after[name]]
    if changed:
        record(
            "catalog.project.changed",
            actor=actor,
            subject=current,
            department=current.department,
            data={name: {"before": before[name], "after": after[name]} for name in changed},
        )
    return current


def move_project(
    name: str,
    *,
    actor: Actor,
    project: Project,
    version: int | None = None,
    words: Mapping[str, str] | None = None,
) -> Project:
    """Makes a move of transitions.PROJECT; raises as citybrain.workflow.perform does."""
    return workflow.perform(
        PROJECT,
        name,
        obj=project,
        actor=actor,
        version=version,
        inputs=words or {},
        change=partial(_accepted, words or {}) if name == "accept" else None,
    )


def _accepted(words: Mapping[str, str], project: Project) -> None:
    project.accepted_on = timezone.localdate()
    project.opinion = _opinion(words["opinion"])
    project.save(update_fields=["accepted_on", "opinion"])


def _opinion(text: str) -> str:
    opinion = cell_text(text)
    if not opinion:
        raise ValidationError({"opinion": _("请填写验收意见。")})
    if len(opinion) > LONGEST_OPINION:
        raise ValidationError({"opinion": _("验收意见不能超过 %d 个字。") % LONGEST_OPINION})
    return opinion


def values_of(project: Project) -> dict[str, Any]:
    """What is on record, as JSON values."""
    content: dict[str, Any] = {name: getattr(project, name) for name in PROJECT_FIELDS}
    content["systems"] = list(project.systems.order_by("pk").values_list("name", flat=True))
    plain = canonical_value(content)
    assert isinstance(plain, dict)  # noqa: S101 - narrows the type of a mapping just built
    return plain


def _write(
    project: Project, values: Mapping[str, Any], systems: Sequence[InformationSystem]
) -> None:
    for name in PROJECT_FIELDS:
        if name in values:
            setattr(project, name, _cleaned(name, values[name]))
    _check(project, systems)
    project.pinyin = sort_key(project.name)
    try:
        with transaction.atomic():
            project.save()
    except IntegrityError as error:
        if "approval_number" not in str(error):
            raise
        text = _("这一批复文号的项目已经登记，请核对。")
        raise ValidationError({"approval_number": text}) from None
    project.systems.set(systems)


def _check(project: Project, systems: Sequence[InformationSystem]) -> None:
    errors: dict[str, Any] = {}
    try:
        project.clean_fields(exclude=DERIVED)
    except ValidationError as error:
        errors.update(error.message_dict)
    today = timezone.localdate()
    for name in ("approved_on", "completed_on"):
        day = getattr(project, name)
        if name not in errors and day and not EARLIEST <= day <= today:
            errors[name] = [_("日期不能晚于今天，也不能早于 %s。") % EARLIEST.isoformat()]
    if not errors and project.completed_on and project.completed_on < project.approved_on:
        errors["completed_on"] = [_("竣工验收日期不能早于批复日期。")]
    if any(system.department_id != project.department_id for system in systems):
        errors["systems"] = [_("只能选择本单位登记的信息系统。")]
    if errors:
        raise ValidationError(errors)


def _cleaned(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return cell_text(value) if name == "description" else line_text(value)
