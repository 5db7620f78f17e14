"""Departments and people of the demo, and who does what for whom."""

from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password
from django.db import transaction

from citybrain.demo.content import Content
from citybrain.organizations.actors import Actor, actor_for
from citybrain.organizations.models import Department, User
from citybrain.organizations.rights import role_group

# Printed by `make run`; a portal for the public network never loads the demo.
DEMO_PASSWORD = "Haikou-2026-demo"  # noqa: S105 - a published password of fictional accounts
DEPARTMENT_FIELDS = (
    "code", "name", "short_name", "credit_code", "region_code", "level", "kind", "competences",
    "catalog_number", "order",
)  # fmt: skip


@dataclass
class Cast:
    """The people by department and role, as actors that keep their permissions in memory."""

    departments: dict[str, Department] = field(default_factory=dict)
    people: dict[tuple[str, str], list[User]] = field(default_factory=dict)
    _actors: dict[int, Actor] = field(default_factory=dict)

    def actor(self, department: str, role: str, *, not_user: int | None = None) -> Actor:
        """Somebody who holds `role` in the department, other than the person `not_user`."""
        for person in self.people[department, role]:
            if person.pk != not_user:
                return self._actors.setdefault(person.pk, actor_for(person, ip="10.46.1.20"))
        raise LookupError(f"{department} has nobody else who is {role}")

    def bureau(self, role: str) -> Actor:
        """Somebody of the bureau by role."""
        department = next(code for code, held in self.people if held == role)
        return self.actor(department, role)

    def can_play(self, department: str) -> bool:
        """Whether the department has people for all three roles."""
        return all(
            (department, role) in self.people
            for role in ("cataloguer", "sharing_head", "security_officer")
        )


@transaction.atomic
def hire(content: Content) -> Cast:
    """Creates departments and people. All accounts share one published password."""
    cast = Cast()
    for record in content.departments:
        department = Department(
            parent=cast.departments.get(record["parent"]),
            **{name: record[name] for name in DEPARTMENT_FIELDS},
        )
        department.full_clean()
        department.save()
        cast.departments[department.code] = department
    password = make_password(DEMO_PASSWORD)
    for record in content.people:
        department = cast.departments[record["department"]]
        person = User(
            username=record["username"],
            name=record["name"],
            email=record["email"],
            post=record["post"],
            department=department,
            password=password,
        )
        person.save()
        for role in record["roles"]:
            person.groups.add(role_group(department, role).group)
            cast.people.setdefault((department.code, role), []).append(person)
    return cast


def featured(content: Content) -> list[tuple[str, str, str, str]]:
    """Accounts worth printing: username, name, department, post."""
    names = {record["code"]: record["short_name"] for record in content.departments}
    return [
        (record["username"], record["name"], names[record["department"]], record["post"])
        for record in content.people
        if record.get("featured")
    ]
