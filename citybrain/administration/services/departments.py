"""Departments: created, changed, renamed, merged. Their history is kept, nothing is deleted."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from citybrain.administration.services.changes import changed, values_of
from citybrain.administration.services.roles import move_roles
from citybrain.administration.services.succession import Part, take_over
from citybrain.audit.services import build, record, record_many
from citybrain.notices import services as notices
from citybrain.organizations.actors import Actor
from citybrain.organizations.choices import EARLIEST, ChangeKind, Competence
from citybrain.organizations.models import Department, DepartmentChange, RoleGroup, User
from citybrain.organizations.policies import departments as policy
from citybrain.organizations.rights import grant_past
from citybrain.organizations.roles import ROLES
from citybrain.policies import require_anywhere
from citybrain.refusals import Conflict
from citybrain.spreadsheets import line_text

# Codes go into resource codes and group names, so they are fixed with the first save.
FIXED_FIELDS = ("code", "region_code", "catalog_number")
CHANGEABLE_FIELDS = (
    "short_name", "credit_code", "level", "kind", "competences", "parent", "order",
)  # fmt: skip
CHINESE = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
CREATION_FIELDS = ("name", *FIXED_FIELDS, *CHANGEABLE_FIELDS)


@dataclass(frozen=True)
class Merger:
    """What a merger did: how many people moved, the roles that the target does not have, and what
    went over with them."""

    people: int
    roles_lost: tuple[str, ...]
    parts: tuple[Part, ...] = ()


@transaction.atomic
def create_department(*, actor: Actor, values: Mapping[str, Any]) -> Department:
    """Creates a department from CREATION_FIELDS and records it.

    Raises ValidationError with the fields named, PermissionDenied.
    """
    require_anywhere(actor, "manage_people")
    department = Department(**{name: values[name] for name in CREATION_FIELDS if name in values})
    _validate(department)
    department.save()
    record(
        "organizations.department_created",
        actor=actor,
        subject=department,
        department=department,
        data=values_of(department, CREATION_FIELDS),
    )
    return department


@transaction.atomic
def change_department(
    *, actor: Actor, department: Department, values: Mapping[str, Any]
) -> Department:
    """Changes what may change without an official paper; the name has its own verb, `rename`.

    Unknown and fixed fields in `values` raise KeyError: a mistake in code, never in input.
    """
    policy.require(actor, "change", department)
    department = _claim(department)
    before = values_of(department, CHANGEABLE_FIELDS)
    for name, value in values.items():
        if name not in CHANGEABLE_FIELDS:
            raise KeyError(name)
        setattr(department, name, value)
    _validate(department, before["competences"])
    department.save()
    data = changed(before, values_of(department, CHANGEABLE_FIELDS))
    if data:
        record(
            "organizations.department_changed",
            actor=actor,
            subject=department,
            department=department,
            data=data,
        )
    return department


@transaction.atomic
def rename(
    *,
    actor: Actor,
    department: Department,
    name: str,
    short_name: str,
    basis: str,
    effective_on: date,
) -> Department:
    """Gives the department a new name by an official paper (`basis`); the old one stays on file."""
    policy.require(actor, "change", department)
    department = _claim(department)
    _check_date(effective_on, department)
    name, short_name = line_text(name), line_text(short_name)
    if not CHINESE.search(name):
        raise ValidationError({"name": _("单位全称须为规范的中文名称。")})
    old_name, old_short_name = department.name, department.short_name
    if (name, short_name) == (old_name, old_short_name):
        raise ValidationError({"name": _("新名称与现名称相同。")})
    department.name, department.short_name = name, short_name
    _validate(department, department.competences)
    department.save()
    change = DepartmentChange(
        department=department,
        kind=ChangeKind.RENAMED,
        old_name=old_name,
        new_name=name,
        effective_on=effective_on,
        basis=basis,
    )
    change.full_clean()
    change.save()
    record(
        "organizations.department_changed",
        actor=actor,
        subject=department,
        department=department,
        data={
            "name": {"before": old_name, "after": name},
            "short_name": {"before": old_short_name, "after": short_name},
            "basis": basis,
            "effective_on": effective_on,
        },
    )
    return department


@transaction.atomic
def merge_departments(
    *, actor: Actor, source: Department, target: Department, basis: str, effective_on: date
) -> Merger:
    """Dissolves `source` into `target`: people with their roles, tasks and subordinates move.

    Roles that the target does not have are taken from those who held them. What is live goes over
    with everything that the apps have of it (succession.py); what is on record keeps the name of
    the source. Raises ValidationError, PermissionDenied, or Conflict when either is dissolved
    already or somebody works on the same things at this moment.
    """
    _check_merger(actor, source, target)
    source, target = _claim(source), _claim(target)
    _check_date(effective_on, source)
    target.competences = sorted({*target.competences, *source.competences})
    target.save()
    lost = _move_people(actor, source, target)
    Department.objects.filter(parent=source).update(parent=target)
    source.retired_on, source.successor = effective_on, target
    source.save()
    change = DepartmentChange(
        department=source,
        kind=ChangeKind.MERGED,
        old_name=source.name,
        new_name=target.name,
        successor=target,
        effective_on=effective_on,
        basis=basis,
    )
    change.full_clean()
    change.save()
    parts = take_over(actor, source, target, effective_on)
    grant_past(target)
    people = len(lost)
    roles_lost = tuple(sorted({code for codes in lost.values() for code in codes}))
    record(
        "organizations.department_merged",
        actor=actor,
        subject=source,
        department=target,
        data={
            "source": source.name,
            "target": target.name,
            "people": people,
            "roles_lost": list(roles_lost),
            "basis": basis,
            "effective_on": effective_on,
            "parts": [
                {"label": part.label, "number": part.number, "remarks": list(part.remarks)}
                for part in parts
            ],
        },
    )
    _tell(actor, source, target, parts)
    return Merger(people, roles_lost, tuple(parts))


def roles_without_place(source: Department, target: Department) -> list[str]:
    """Labels of roles that people of `source` hold and that `target` would not have after merging."""
    competences = {*target.competences, *source.competences}
    held = set(
        RoleGroup.objects.filter(department=source, group__user__isnull=False).values_list(
            "role", flat=True
        )
    )
    roles = [role for code, role in ROLES.items() if code in held]
    return [
        str(role.label)
        for role in roles
        if (role.city_wide and role.competence not in competences)
        or (not role.city_wide and target.is_city)
    ]


def _move_people(
    actor: Actor, source: Department, target: Department
) -> dict[int, tuple[str, ...]]:
    """Moves everybody, deactivated accounts too; returns the roles that each of them lost."""
    lost = {}
    entries = []
    for person in User.objects.filter(department=source).select_for_update(of=("self",)):
        person.department = target
        person.save(update_fields=["department"])
        lost[person.pk] = move_roles(person, target)
        data: dict[str, Any] = {
            "department": {"before": source.name, "after": target.name},
            "roles_lost": list(lost[person.pk]),
        }
        entries.append(
            build(
                "organizations.person_changed",
                actor=actor,
                subject=person,
                department=target,
                data=data,
            )
        )
    record_many(entries)
    return lost


def _tell(actor: Actor, source: Department, target: Department, parts: Iterable[Part]) -> None:
    """Everybody of the successor: what has come to them, and what did not come as it was."""
    lines = []
    for part in parts:
        lines.append(_("%(what)s：%(number)d") % {"what": part.label, "number": part.number})
        lines += part.remarks
    notices.tell(
        people=User.objects.filter(department=target, is_active=True),
        kind="organizations.department_merged",
        title=_("%(source)s已并入%(target)s") % {"source": source.name, "target": target.name},
        body="\n".join(lines),
        subject=source,
        actor=actor,
    )


def _check_merger(actor: Actor, source: Department, target: Department) -> None:
    for department in (source, target):
        policy.require(actor, "merge", department)
    if source.pk == target.pk:
        raise ValidationError({"target": _("请选择另一个单位作为承接单位。")})
    if source.is_city:
        raise ValidationError({"target": _("本级人民政府不能并入其他单位。")})
    if target.parent_id == source.pk:
        raise ValidationError(
            {"target": _("承接单位现由被并入单位管理，请先变更其上级单位，再办理合并。")}
        )


def _claim(department: Department) -> Department:
    """The row, locked; Conflict when the department no longer exists as such.

    Not against rows that come to name it: their writers hold what a merger waits for.
    """
    row = Department.objects.select_for_update(no_key=True).get(pk=department.pk)
    if row.retired_on is not None:
        raise Conflict(
            _("%(department)s已于 %(date)s 撤并，不能再办理变更。")
            % {"department": row.name, "date": row.retired_on},
            state_label=_("已撤并"),
        )
    return row


def _check_date(effective_on: date, department: Department) -> None:
    """Not in advance, and not before the change that made the department what it is."""
    if effective_on > timezone.localdate():
        raise ValidationError({"effective_on": _("生效日期不能晚于今天，请在生效当日或之后办理。")})
    if effective_on < EARLIEST:
        raise ValidationError(
            {"effective_on": _("生效日期不能早于 %s，请核对。") % EARLIEST.isoformat()}
        )
    last = department.changes.aggregate(last=Max("effective_on"))["last"]
    if last is not None and effective_on < last:
        raise ValidationError(
            {"effective_on": _("生效日期不能早于该单位上一次变更的生效日期（%s）。") % last}
        )


def _validate(department: Department, former_competences: Iterable[str] = ()) -> None:
    """Raises ValidationError for fields that are wrong alone or beside the other departments."""
    department.full_clean()
    _check_parent(department)
    _check_competences(department, set(former_competences))


def _check_parent(department: Department) -> None:
    above = department.parent
    if above is None:
        return
    if above.retired_on is not None:
        raise ValidationError({"parent": _("上级单位已撤并，请另行选择。")})
    while above is not None:
        if above.pk == department.pk:
            raise ValidationError({"parent": _("上级单位不能是本单位或其下级单位。")})
        above = above.parent


def _check_competences(department: Department, former: set[str]) -> None:
    """One department for each city-wide task, and none dropped while people work at it."""
    labels = dict(Competence.choices)
    for competence in department.competences:
        holder = (
            Department.objects.active()
            .filter(competences__contains=[competence])
            .exclude(pk=department.pk)
            .first()
        )
        if holder is not None:
            raise ValidationError(
                {
                    "competences": _(
                        "“%(task)s”职责现由%(holder)s承担，同一职责全市只由一个单位承担；"
                        "整体划转请办理单位合并，或先在原单位取消该职责。"
                    )
                    % {"task": labels[competence], "holder": holder.name}
                }
            )
    for competence in sorted(former - set(department.competences)):
        roles = [role.code for role in ROLES.values() if role.competence == competence]
        if User.objects.filter(
            groups__role_group__role__in=roles, groups__role_group__department=department
        ).exists():
            raise ValidationError(
                {
                    "competences": _("仍有人员担任“%(task)s”职责的角色，请先调整其角色。")
                    % {"task": labels[competence]}
                }
            )
