"""Actor: who is acting, for which department, and where they may do what.

One query per request (citybrain/organizations/standing.py) fetches every object permission that
the person and those they stand in for hold on departments; all later decisions are in memory, so
permission checks cost the same with ten departments and with ten thousand.
"""

from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from citybrain import registry
from citybrain.organizations.models import Department, User
from citybrain.organizations.standing import DepartmentScope, Standing, standing_of

NOWHERE = DepartmentScope()


@dataclass
class Actor:
    """A person (with whom they stand in for), the portal itself, or the public."""

    name: str
    user: User | None = None
    department: Department | None = None
    is_system: bool = False
    ip: str = ""
    request_id: str = ""
    # The rights of some of the people alone, instead of all that `standing` says.
    scopes: dict[str, DepartmentScope] | None = field(default=None, repr=False)

    @property
    def user_id(self) -> int | None:
        return self.user.pk if self.user else None

    @property
    def department_id(self) -> int | None:
        return self.department.pk if self.department else None

    @property
    def is_public(self) -> bool:
        return self.user is None and not self.is_system

    def scope(self, permission: str) -> DepartmentScope:
        """Where `permission` is held. Raises UnknownName for a code that nobody registered."""
        registry.permissions.get(permission)
        if self.is_system:
            return DepartmentScope(everywhere=True)
        if self.user is None:
            return NOWHERE
        if self.scopes is None:
            self.scopes = self.standing.scopes
        return self.scopes.get(permission, NOWHERE)

    def may(self, permission: str, department_id: int | None) -> bool:
        """Whether `permission` is held for that department, directly or for the whole city."""
        return department_id in self.scope(permission)

    def holds(self, *permissions: str) -> bool:
        """Whether any of `permissions` is held for any department."""
        return any(self.scope(permission) for permission in permissions)

    @cached_property
    def standing(self) -> Standing:
        """Whom they stand in for today, their roles and their rights: one query."""
        return Standing() if self.user is None else standing_of(self.user)

    @property
    def principal_ids(self) -> tuple[int, ...]:
        """Ids of the people this person stands in for today (AB角), in their own department."""
        return self.standing.principal_ids

    @property
    def roles(self) -> frozenset[str]:
        """Codes of the roles under which the person may act today, deputyships included."""
        return self.standing.roles


def actor_for(user: object, *, ip: str = "", request_id: str = "") -> Actor:
    """The actor of a signed-in person, or the public one for anybody else."""
    if isinstance(user, User) and user.is_active:
        return Actor(
            name=user.name, user=user, department=user.department, ip=ip, request_id=request_id
        )
    return Actor(name=str(_("社会公众")), ip=ip, request_id=request_id)


def system_actor() -> Actor:
    """The portal acting by rule or by schedule; it may do anything and is named in the record."""
    return Actor(name=str(_("系统自动办理")), is_system=True)


def people_who_may(permission: str, department: Department) -> list[User]:
    """Active people holding `permission` for `department` itself, by their own roles.

    Those who hold it for the whole city are not included unless the department is the city: a
    notice to a department goes to that department.
    """
    registry.permissions.get(permission)
    return list(
        User.objects.filter(
            is_active=True,
            groups__departmentgroupobjectpermission__content_object=department,
            groups__departmentgroupobjectpermission__permission__codename=permission,
        )
        .select_related("department")
        .distinct()
        .order_by("id")
    )
