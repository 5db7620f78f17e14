"""What the pages of departments and people show."""

import re

from django.db.models import Count, Prefetch, Q, QuerySet

from citybrain.organizations.actors import Actor
from citybrain.organizations.models import Department, RoleGroup, User
from citybrain.organizations.policies import departments as department_policy
from citybrain.organizations.policies import people as people_policy
from citybrain.organizations.roles import ROLES

LATIN = re.compile(r"[0-9a-z]{1,40}")


def department_list(
    actor: Actor, *, q: str = "", kind: str = "", standing: str = ""
) -> QuerySet[Department]:
    """Departments with `active_people`; `standing`: "" existing, "retired", "all"."""
    rows = department_policy.queryset(actor).select_related("parent", "successor")
    if standing == "":
        rows = rows.filter(retired_on__isnull=True)
    elif standing == "retired":
        rows = rows.filter(retired_on__isnull=False)
    if kind:
        rows = rows.filter(kind=kind)
    if q:
        rows = rows.filter(
            Q(code__icontains=q) | Q(short_name__icontains=q) | _named(q) | Q(changes__old_name=q)
        ).distinct()
    return rows.annotate(
        active_people=Count("people", filter=Q(people__is_active=True), distinct=True)
    ).order_by("order", "pinyin")


def people_list(
    actor: Actor,
    *,
    q: str = "",
    department: Department | None = None,
    role: str = "",
    standing: str = "",
) -> QuerySet[User]:
    """People with their roles prefetched; `standing`: "" active, "closed", "all".

    `q` is part of a name or user name, pinyin (zhangsan) or initials (zs).
    """
    rows = people_policy.queryset(actor).select_related("department")
    if standing == "":
        rows = rows.filter(is_active=True)
    elif standing == "closed":
        rows = rows.filter(is_active=False)
    if department is not None:
        rows = rows.filter(department=department)
    if role:
        rows = rows.filter(groups__role_group__role=role)
    if q:
        rows = rows.filter(Q(username__icontains=q) | _named(q))
    return with_roles(rows)


def with_roles(people: QuerySet[User]) -> QuerySet[User]:
    """Prefetches what `role_labels` reads, so that a list costs two queries."""
    groups = RoleGroup.objects.all()
    return people.prefetch_related(Prefetch("groups__role_group", queryset=groups))


def role_labels(person: User) -> list[str]:
    """Chinese names of the roles that the person holds, in the order of the roles table."""
    held = {group.role_group.role for group in person.groups.all() if hasattr(group, "role_group")}
    return [str(role.label) for code, role in ROLES.items() if code in held]


def _named(q: str) -> Q:
    """Part of the name, of its pinyin with or without spaces, or initials of its syllables."""
    found = Q(name__icontains=q)
    letters = q.lower().replace(" ", "")
    if LATIN.fullmatch(letters):
        found |= Q(pinyin__regex=" ?".join(letters))
        found |= Q(pinyin__regex="(^| )" + "[^ ]* ".join(letters))
    return found
