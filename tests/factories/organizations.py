"""Departments and people as the tests need them, made without the portal's own services."""

from collections.abc import Iterable
from typing import Any

import factory
from django.contrib.auth.hashers import make_password

from citybrain.identifiers import make_credit_code
from citybrain.organizations.choices import Competence, Kind, Level
from citybrain.organizations.models import Department, User
from citybrain.organizations.rights import role_group

PASSWORD = "Haikou-2026-test"
REGION = "460100"


def the_city() -> Department:
    """The one department without a parent: made when the test has none yet."""
    found = Department.objects.filter(parent=None).first()
    return found or DepartmentFactory(
        code="city",
        name="海口市人民政府",
        short_name="市政府",
        competences=[Competence.GOVERNMENT],
        parent=None,
        catalog_number="001",
        order=1,
    )


class DepartmentFactory(factory.django.DjangoModelFactory):
    """A city department below the city, with a valid but fictional credit code."""

    class Meta:
        model = Department

    code = factory.Sequence(lambda n: f"department-{n}")
    name = factory.Sequence(lambda n: f"海口市第{n}测试局")
    short_name = factory.Sequence(lambda n: f"第{n}测试局")
    credit_code = factory.Sequence(lambda n: make_credit_code(f"11{REGION}", 100_000 + n))
    region_code = REGION
    level = Level.CITY
    kind = Kind.GOVERNMENT
    competences: list[str] = []
    parent = factory.LazyFunction(the_city)
    catalog_number = factory.Sequence(lambda n: f"{100 + n % 900:03d}")


class UserFactory(factory.django.DjangoModelFactory):
    """A person of a department. `UserFactory(department=…, roles=["cataloguer"])` gives roles."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}")
    name = factory.Sequence(lambda n: f"测试人员{n}")
    email = factory.LazyAttribute(lambda person: f"{person.username}@example.com")
    department = factory.SubFactory(DepartmentFactory)
    post = "科员"
    password = factory.LazyFunction(lambda: make_password(PASSWORD))

    @factory.post_generation
    def roles(self: Any, create: bool, extracted: Iterable[str] | None, **kwargs: Any) -> None:
        for code in extracted or ():
            self.groups.add(role_group(self.department, code).group)
