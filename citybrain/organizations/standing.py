"""What a person may do today, with those they stand in for (AB角): asked for in one statement.

Every request needs it. It is SQL because the statement is always the same, and building it anew
took longer than answering it.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from citybrain import registry
from citybrain.organizations.models import User
from citybrain.policies import EVERYTHING

# Deputyships in force as Deputyship.objects.current() says, for colleagues of the same department.
STATEMENT = """
WITH acting AS (
    SELECT %(user)s::bigint AS id
    UNION
    SELECT principal.id FROM organizations_deputyship AS deputyship
    JOIN organizations_user AS principal ON principal.id = deputyship.principal_id
    WHERE deputyship.deputy_id = %(user)s AND deputyship.cancelled_at IS NULL
        AND %(today)s BETWEEN deputyship.starts_on AND deputyship.ends_on
        AND principal.is_active AND principal.department_id = %(department)s
)
SELECT acting.id, 'person', '', 0, false FROM acting
UNION ALL
SELECT acting.id, 'role', role.role, 0, false FROM acting
JOIN organizations_user_groups AS member ON member.user_id = acting.id
JOIN organizations_rolegroup AS role ON role.group_id = member.group_id
UNION ALL
SELECT acting.id, 'right', permission.codename, department.id, department.parent_id IS NULL
FROM acting
JOIN organizations_user_groups AS member ON member.user_id = acting.id
JOIN organizations_departmentgroupobjectpermission AS given ON given.group_id = member.group_id
JOIN auth_permission AS permission ON permission.id = given.permission_id
JOIN organizations_department AS department ON department.id = given.content_object_id
WHERE department.retired_on IS NULL OR permission.codename = ANY(%(past)s)
"""


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


@dataclass
class Standing:
    """One person's: whom they stand in for, and what each of them holds."""

    principal_ids: tuple[int, ...] = ()
    roles: frozenset[str] = frozenset()
    scopes: dict[str, DepartmentScope] = field(default_factory=dict)
    _rights: list[tuple[int, str, int, bool]] = field(default_factory=list)

    def scopes_of(self, user_ids: Collection[int]) -> dict[str, DepartmentScope]:
        """Where these people hold what, by permission: the person, or those they stand in for."""
        ids: dict[str, set[int]] = defaultdict(set)
        everywhere = set()
        for user_id, codename, department_id, is_city in self._rights:
            if user_id in user_ids:
                ids[codename].add(department_id)
                if is_city:
                    everywhere.add(codename)
        return {
            codename: DepartmentScope(codename in everywhere, frozenset(found))
            for codename, found in ids.items()
        }


def standing_of(user: User) -> Standing:
    """What `user` may do today. Costs one query."""
    given = {
        "user": user.pk,
        "department": user.department_id,
        "today": timezone.localdate(),
        "past": [entry.code for entry in registry.permissions if entry.past],
    }
    people, roles, rights = [], set(), []
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, given)
        for user_id, kind, name, department_id, is_city in cursor.fetchall():
            if kind == "person":
                people.append(user_id)
            elif kind == "role":
                roles.add(name)
            else:
                rights.append((user_id, name, department_id, is_city))
    standing = Standing(
        principal_ids=tuple(sorted(set(people) - {user.pk})),
        roles=frozenset(roles),
        _rights=rights,
    )
    standing.scopes = standing.scopes_of(people)
    return standing
