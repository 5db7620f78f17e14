"""The fixed people of the tests: three departments with three roles each, the bureau, supervisors.

`build_world()` makes them; the fixture `world` of tests/conftest.py hands them out.
"""

from dataclasses import dataclass

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings

from citybrain.organizations.actors import Actor, actor_for
from citybrain.organizations.choices import Competence
from citybrain.organizations.models import Department, User
from tests.factories.organizations import DepartmentFactory, UserFactory, the_city

DEPARTMENT_ROLES = {
    "cataloguer": "cataloguer",
    "head": "sharing_head",
    "security": "security_officer",
}


@dataclass(frozen=True)
class World:
    """Police and health share data with each other; water has nothing to do with either."""

    city: Department
    bureau: Department
    cyberspace: Department
    audit_office: Department
    police: Department
    health: Department
    water: Department

    police_cataloguer: User
    police_head: User
    police_security: User
    health_cataloguer: User
    health_head: User
    health_security: User
    water_cataloguer: User
    water_head: User
    water_security: User
    approver: User
    coordinator: User
    evaluator: User
    admin: User
    cyberspace_officer: User
    city_reader: User
    auditor: User

    @property
    def people(self) -> dict[str, User]:
        """Everybody by the name of their field."""
        return {name: value for name, value in vars(self).items() if isinstance(value, User)}

    @property
    def departments(self) -> dict[str, Department]:
        return {name: value for name, value in vars(self).items() if isinstance(value, Department)}


def actor_of(person: User) -> Actor:
    """The person acting from the loopback address, as a request would bring them."""
    return actor_for(User.objects.select_related("department").get(pk=person.pk), ip="127.0.0.1")


def build_world() -> World:
    """Makes the departments and people in the database. Every password is factories' PASSWORD."""
    city = the_city()
    departments = {
        "city": city,
        "bureau": _department("bureau", "海口市大数据发展局", "市大数据局", Competence.BIG_DATA),
        "cyberspace": _department("cyberspace", "海口市委网信办", "网信办", Competence.CYBERSPACE),
        "audit_office": _department("audit", "海口市审计局", "市审计局", Competence.AUDIT),
        "police": _department("police", "海口市公安局", "市公安局"),
        "health": _department("health", "海口市卫生健康委员会", "市卫健委"),
        "water": _department("water", "海口市水务局", "市水务局"),
    }
    people = {}
    for name in ("police", "health", "water"):
        for suffix, role in DEPARTMENT_ROLES.items():
            key = f"{name}_{suffix}"
            people[key] = _person(key, departments[name], role)
    for key, department, role in (
        ("approver", "bureau", "bureau_approver"),
        ("coordinator", "bureau", "bureau_coordinator"),
        ("evaluator", "bureau", "bureau_evaluator"),
        ("admin", "bureau", "bureau_admin"),
        ("cyberspace_officer", "cyberspace", "cyberspace_officer"),
        ("city_reader", "city", "city_reader"),
        ("auditor", "audit_office", "auditor"),
    ):
        people[key] = _person(key, departments[department], role)
    return World(**departments, **people)


def _department(code: str, name: str, short_name: str, *competences: str) -> Department:
    return DepartmentFactory(
        code=code, name=name, short_name=short_name, competences=list(competences)
    )


NAMES = {
    "police_cataloguer": "卞警录",
    "police_head": "龚警享",
    "police_security": "安警守",
    "health_cataloguer": "卞卫录",
    "health_head": "龚卫享",
    "health_security": "安卫守",
    "water_cataloguer": "卞水录",
    "water_head": "龚水享",
    "water_security": "安水守",
    "approver": "申审核",
    "coordinator": "解协调",
    "evaluator": "平评价",
    "admin": "管机构",
    "cyberspace_officer": "王网信",
    "city_reader": "史政府",
    "auditor": "沈审计",
}


def _person(username: str, department: Department, role: str) -> User:
    person = UserFactory(
        username=username, name=NAMES[username], department=department, roles=[role]
    )
    if role in settings.SECOND_FACTOR_ROLES:
        TOTP.activate(person, generate_totp_secret())
    return person
