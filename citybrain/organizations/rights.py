"""Role groups and the object permissions they hold on departments (django-guardian)."""

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from citybrain import registry
from citybrain.organizations.models import (
    Department,
    DepartmentGroupObjectPermission,
    RoleGroup,
)
from citybrain.organizations.roles import ROLES, Role


def sync_permissions() -> None:
    """Makes the registered permissions exist as permissions on Department, and no others.

    Then brings every role group's grants in line, so that a new permission reaches the people who
    hold its roles with the migration that brings it.
    """
    content_type = ContentType.objects.get_for_model(Department)
    wanted = {entry.code: str(entry.label)[:255] for entry in registry.permissions}
    Permission.objects.filter(content_type=content_type).exclude(codename__in=wanted).delete()
    for code, label in wanted.items():
        Permission.objects.update_or_create(
            content_type=content_type, codename=code, defaults={"name": label}
        )
    for group in RoleGroup.objects.select_related("department", "group"):
        grant_role(group)


def may_hold(role: Role, department: Department) -> bool:
    """Whether the role exists in that department at all."""
    if role.city_wide:
        return role.competence in department.competences
    return not department.is_city


def role_group(department: Department, role_code: str) -> RoleGroup:
    """The group of one role in one department, made with its grants when it is first needed.

    Raises ValidationError when the department cannot have the role.
    """
    role = ROLES[role_code]
    if not may_hold(role, department):
        raise ValidationError(
            _("%(department)s不设“%(role)s”角色。") % {"department": department, "role": role.label}
        )
    found = RoleGroup.objects.filter(department=department, role=role_code).first()
    if found is not None:
        return found
    group = Group.objects.create(name=f"{department.code}:{role_code}")
    made = RoleGroup.objects.create(department=department, role=role_code, group=group)
    grant_role(made)
    return made


def grant_role(role_group: RoleGroup) -> None:
    """Gives the group exactly what its role says: on the city, or on its own department.

    On those merged into the department it holds what reads their past.
    """
    role = ROLES[role_group.role]
    ours = [entry for entry in registry.permissions if role.code in entry.roles]
    if role.city_wide:
        _grant(role_group, Department.objects.get(parent=None), {entry.code for entry in ours})
        return
    _grant(role_group, role_group.department, {entry.code for entry in ours})
    past = {entry.code for entry in ours if entry.past}
    for merged in merged_into(role_group.department):
        _grant(role_group, merged, past)


def grant_past(department: Department) -> None:
    """Brings all role groups of a department in line, when another has been merged into it."""
    for group in RoleGroup.objects.filter(department=department).select_related(
        "department", "group"
    ):
        grant_role(group)


def merged_into(department: Department) -> list[Department]:
    """The departments that the department succeeded, and those that they had succeeded."""
    found: list[Department] = []
    latest = [department]
    while latest:
        latest = list(Department.objects.filter(successor__in=latest))
        found += latest
    return found


def _grant(role_group: RoleGroup, target: Department, wanted: set[str]) -> None:
    granted = DepartmentGroupObjectPermission.objects.filter(
        group=role_group.group, content_object=target
    )
    granted.exclude(permission__codename__in=wanted).delete()
    missing = wanted - set(granted.values_list("permission__codename", flat=True))
    if not missing:
        return
    permissions = Permission.objects.filter(
        content_type=ContentType.objects.get_for_model(Department), codename__in=missing
    )
    DepartmentGroupObjectPermission.objects.bulk_create(
        [
            DepartmentGroupObjectPermission(
                group=role_group.group, content_object=target, permission=permission
            )
            for permission in permissions
        ],
        ignore_conflicts=True,
    )
