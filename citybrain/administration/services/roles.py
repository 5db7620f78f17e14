"""Which roles a person holds. Roles are held for the person's own department alone."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from citybrain.audit.services import record
from citybrain.organizations.actors import Actor
from citybrain.organizations.models import Department, RoleGroup, User
from citybrain.organizations.policies import people as policy
from citybrain.organizations.rights import may_hold, role_group
from citybrain.organizations.roles import ROLES

# Whoever compiles does not sign (SC-13), and whoever signs does not approve (SC-17).
APART = ({"cataloguer", "sharing_head"}, {"sharing_head", "bureau_approver"})


def role_codes_of(user: User) -> list[str]:
    """Codes of the roles that the person holds, sorted."""
    return sorted(RoleGroup.objects.filter(group__user=user).values_list("role", flat=True))


@transaction.atomic
def set_roles(*, actor: Actor, user: User, role_codes: Iterable[str]) -> None:
    """Gives `user` exactly these roles for their own department and records the change.

    Raises ValidationError under `roles` for a role that the department cannot have, for a person
    without a department, for changing one's own roles, for taking away the last administrator, and
    for two roles of which one checks the other (APART).
    """
    policy.require(actor, "set_roles", user)
    wanted_codes = set(role_codes)
    held = {entry.role: entry for entry in RoleGroup.objects.filter(group__user=user)}
    if wanted_codes == set(held):
        return
    _check(actor, user, wanted_codes, set(held))
    department = user.department
    if department is None:
        raise ValidationError({"roles": _("请先为该人员设置所在单位。")})
    wanted = {code: role_group(department, code) for code in sorted(wanted_codes)}
    user.groups.remove(*[entry.group for code, entry in held.items() if code not in wanted])
    user.groups.add(*[entry.group for code, entry in wanted.items() if code not in held])
    record(
        "organizations.roles_changed",
        actor=actor,
        subject=user,
        department=department,
        data={"before": sorted(held), "after": sorted(wanted)},
    )


def move_roles(user: User, department: Department) -> tuple[str, ...]:
    """Exchanges the person's role groups for those of `department`; returns the roles it lacks.

    Part of a larger verb, which records it.
    """
    lost = []
    for held in list(RoleGroup.objects.filter(group__user=user)):
        user.groups.remove(held.group)
        if may_hold(ROLES[held.role], department):
            user.groups.add(role_group(department, held.role).group)
        else:
            lost.append(held.role)
    return tuple(sorted(lost))


def require_another_admin(user: User) -> None:
    """Raises ValidationError when `user` is the last active holder of bureau_admin.

    Without one nobody could manage people any more. Call it inside a transaction.
    """
    # Two administrators who take the role from each other at once must not both succeed.
    list(RoleGroup.objects.select_for_update().filter(role="bureau_admin"))
    admins = User.objects.filter(is_active=True, groups__role_group__role="bureau_admin")
    if admins.filter(pk=user.pk).exists() and not admins.exclude(pk=user.pk).exists():
        raise ValidationError(
            {"roles": _("该人员是最后一名“机构人员管理”，请先为其他人员授予该角色。")}
        )


def _check(actor: Actor, user: User, wanted: set[str], held: set[str]) -> None:
    if actor.user_id == user.pk:
        raise ValidationError({"roles": _("不能变更本人的角色，请由其他管理人员办理。")})
    unknown = wanted - set(ROLES)
    if unknown:
        raise ValidationError({"roles": _("没有这样的角色：%s。") % "、".join(sorted(unknown))})
    for pair in APART:
        if pair <= wanted:
            names = "”与“".join(str(ROLES[code].label) for code in ROLES if code in pair)
            raise ValidationError({"roles": _("“%s”不能由同一人担任。") % names})
    if "bureau_admin" in held - wanted:
        require_another_admin(user)
