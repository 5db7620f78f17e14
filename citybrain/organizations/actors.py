"""Actor: who is acting, for which department, and where they may do what.

One query per request fetches every object permission that the person holds on departments,
their own and those of the people they stand in for today; all later decisions are in memory, so
permission checks cost the same with ten departments and with ten thousand.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from citybrain import registry
from citybrain.organizations.models import (
    Department,
    DepartmentGroupObjectPermission,
    Deputyship,
    RoleGroup,
    User,
)
from citybrain.policies import EVERYTHING


@dataclass(frozen=True)
class DepartmentScope:
    """The departments for which something is allowed: all of them, or those named by id."""

    everywhere: bool = False
    ids: frozenset[int] = frozenset()

    def __contains__(self, department_id: int | None) -> bool:
        return self.everywhere or department_id in self.ids

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.ids)

    def q(self, field_name: str = "department") -> Q:
        """The condition that `field_name` is a department of this scope."""
        if self.everywhere:
            return EVERYTHING
        return Q(**{f"{field_name}__in": sorted(self.ids)})


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
    _scopes: dict[str, DepartmentScope] | None = field(default=None, repr=False)

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
        if self._scopes is None:
            self._scopes = load_scopes(self._acting_as)
        return self._scopes.get(permission, NOWHERE)

    def may(self, permission: str, department_id: int | None) -> bool:
        """Whether `permission` is held for that department, directly or for the whole city."""
        return department_id in self.scope(permission)

    def holds(self, *permissions: str) -> bool:
        """Whether any of `permissions` is held for any department."""
        return any(self.scope(permission) for permission in permissions)

    @cached_property
    def principal_ids(self) -> tuple[int, ...]:
        """Ids of the people this person stands in for today (AB角), in their own department."""
        return () if self.user is None else tuple(_principals(self.user))

    @cached_property
    def roles(self) -> frozenset[str]:
        """Codes of the roles under which the person may act today, deputyships included."""
        if self.user is None:
            return frozenset()
        groups = RoleGroup.objects.filter(group__user__in=self._acting_as)
        return frozenset(groups.values_list("role", flat=True))

    @property
    def _acting_as(self) -> QuerySet[User]:
        """The person and those whom they stand in for: asked for within other queries."""
        assert self.user is not None  # noqa: S101 - narrows: the public acts as nobody
        return User.objects.filter(Q(pk=self.user.pk) | Q(pk__in=_principals(self.user)))


def _principals(user: User) -> QuerySet[Deputyship, int]:
    current = Deputyship.objects.current().filter(
        deputy=user, principal__is_active=True, principal__department=user.department_id
    )
    return current.values_list("principal_id", flat=True)


def load_scopes(user_ids: Iterable[int] | QuerySet[User]) -> dict[str, DepartmentScope]:
    """All object permissions on departments held by the groups of these people, by code."""
    past = [entry.code for entry in registry.permissions if entry.past]
    rows = (
        DepartmentGroupObjectPermission.objects.filter(
            Q(content_object__retired_on__isnull=True) | Q(permission__codename__in=past),
            group__user__in=user_ids,
        )
        .values_list("permission__codename", "content_object_id", "content_object__parent_id")
        .distinct()
    )
    ids: dict[str, set[int]] = defaultdict(set)
    everywhere = set()
    for codename, department_id, parent_id in rows:
        if parent_id is None:
            everywhere.add(codename)
        ids[codename].add(department_id)
    return {
        codename: DepartmentScope(everywhere=codename in everywhere, ids=frozenset(found))
        for codename, found in ids.items()
    }


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
