"""People are created, changed, given roles and closed; nobody is deleted."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import authenticate
from django.core.exceptions import PermissionDenied, ValidationError

from citybrain.administration.services import people as services
from citybrain.administration.services.roles import set_roles
from citybrain.api import tokens
from citybrain.audit.models import AuditRecord
from citybrain.organizations.actors import Actor
from citybrain.organizations.models import ApiToken, User
from citybrain.organizations.passwords import CharacterKindsValidator
from tests.factories.organizations import UserFactory
from tests.personas import World

pytestmark = pytest.mark.django_db
ActorOf = Callable[[User], Actor]


@pytest.fixture
def admin(world: World, actor_of: ActorOf) -> Actor:
    return actor_of(world.admin)


def values(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "username": "gaj.new",
        "name": "卞新录",
        "department": world.police,
        "post": "科员",
        "email": "new@example.com",
        "phone": "",
        **changes,
    }


def test_a_new_person_gets_a_password_that_works_once_shown_and_must_be_changed(
    world: World, admin: Actor
) -> None:
    issued = services.create_person(actor=admin, values=values(world), roles=["cataloguer"])
    assert authenticate(username="gaj.new", password=issued.password) == issued.user
    assert issued.user.must_change_password
    assert issued.password not in str(AuditRecord.objects.values_list("data", flat=True))
    created, roles = AuditRecord.objects.order_by("id")[:2]
    assert created.verb == "organizations.person_created"
    assert created.data["department"] == "市公安局"
    assert roles.data == {"before": [], "after": ["cataloguer"]}


def test_one_time_passwords_meet_the_rule_and_differ() -> None:
    passwords = {services.one_time_password() for _time in range(200)}
    assert len(passwords) == 200
    for password in passwords:
        CharacterKindsValidator().validate(password)
        assert len(password) == 19
        assert not set(password) & set("0O1lI")


def test_a_user_name_is_taken_whatever_its_case(world: World, admin: Actor) -> None:
    with pytest.raises(ValidationError, match="用户名"):
        services.create_person(actor=admin, values=values(world, username="Police_Head"))


@pytest.mark.parametrize(
    ("field", "value"), [("name", ""), ("email", "不是邮箱"), ("department", None)]
)
def test_bad_values_are_refused_by_field(
    world: World, admin: Actor, field: str, value: str | None
) -> None:
    with pytest.raises(ValidationError) as refused:
        services.create_person(actor=admin, values=values(world, **{field: value}))
    assert list(refused.value.message_dict) == [field]
    assert not User.objects.filter(username="gaj.new").exists()


def test_moving_to_another_department_leaves_the_roles_behind(
    world: World, admin: Actor, actor_of: ActorOf
) -> None:
    services.change_person(
        actor=admin, user=world.police_head, values={"department": world.health, "post": "科长"}
    )
    moved = actor_of(world.police_head)
    assert moved.department == world.health
    assert moved.roles == frozenset()
    changed = AuditRecord.objects.get(verb="organizations.person_changed")
    assert changed.data == {
        "department": {"before": "市公安局", "after": "市卫健委"},
        "post": {"before": "科员", "after": "科长"},
    }
    roles = AuditRecord.objects.get(verb="organizations.roles_changed")
    assert roles.data == {"before": ["sharing_head"], "after": []}
    assert roles.department == world.police


def test_nobody_signs_off_their_own_entries(world: World, admin: Actor) -> None:
    with pytest.raises(ValidationError, match="不能由同一人担任"):
        set_roles(
            actor=admin,
            user=world.police_cataloguer,
            role_codes=["cataloguer", "sharing_head"],
        )
    set_roles(
        actor=admin, user=world.police_cataloguer, role_codes=["cataloguer", "security_officer"]
    )
    assert world.police_cataloguer.groups.count() == 2


@pytest.mark.parametrize("role", ["bureau_approver", "auditor", "cyberspace_officer"])
def test_a_department_gives_only_the_roles_it_has(world: World, admin: Actor, role: str) -> None:
    with pytest.raises(ValidationError, match="市公安局不设"):
        set_roles(actor=admin, user=world.police_head, role_codes=[role])


def test_nobody_gives_roles_to_themselves(world: World, admin: Actor) -> None:
    with pytest.raises(ValidationError, match="不能变更本人的角色"):
        set_roles(actor=admin, user=world.admin, role_codes=["bureau_admin", "bureau_approver"])


def test_the_last_administrator_stays(world: World, admin: Actor, actor_of: ActorOf) -> None:
    second = UserFactory(department=world.bureau, roles=["bureau_admin"])
    set_roles(actor=actor_of(second), user=world.admin, role_codes=[])
    deputy = actor_of(second)
    with pytest.raises(PermissionDenied):
        set_roles(actor=actor_of(world.admin), user=second, role_codes=[])
    third = UserFactory(department=world.bureau)
    assert deputy.holds("manage_people")
    from citybrain.organizations.actors import system_actor

    with pytest.raises(ValidationError, match="最后一名"):
        set_roles(actor=system_actor(), user=second, role_codes=[])
    with pytest.raises(ValidationError, match="最后一名"):
        services.deactivate_person(actor=system_actor(), user=second, reason="离职")
    set_roles(actor=deputy, user=third, role_codes=["bureau_admin"])
    services.deactivate_person(actor=actor_of(third), user=second, reason="离职")


def test_a_closed_account_opens_nothing(
    world: World, admin: Actor, actor_of: ActorOf, signed_in: Callable[[User], Any]
) -> None:
    client = signed_in(world.police_head)
    assert client.get("/notices/").status_code == 200
    issued = tokens.issue(
        actor=actor_of(world.police_head), name="统计程序", scopes=["read"], days=30
    )
    services.deactivate_person(actor=admin, user=world.police_head, reason="调离")
    assert client.get("/notices/").status_code == 302
    assert authenticate(username="police_head", password="Haikou-2026-test") is None
    assert ApiToken.objects.get(pk=issued.token.pk).revoked_at is not None
    entry = AuditRecord.objects.get(verb="organizations.person_changed")
    assert entry.data["reason"] == "调离"
    assert entry.data["tokens_revoked"] == 1


def test_nobody_closes_their_own_account(world: World, admin: Actor) -> None:
    with pytest.raises(ValidationError, match="不能停用本人"):
        services.deactivate_person(actor=admin, user=world.admin, reason="误操作")


def test_a_reopened_account_starts_without_roles(world: World, admin: Actor) -> None:
    services.deactivate_person(actor=admin, user=world.police_head, reason="借调")
    issued = services.reactivate_person(actor=admin, user=world.police_head)
    assert authenticate(username="police_head", password=issued.password) is not None
    assert world.police_head.groups.count() == 0
    with pytest.raises(ValidationError, match="未停用"):
        services.reactivate_person(actor=admin, user=world.police_head)


def test_a_lost_second_factor_is_taken_away_by_somebody_else(world: World, admin: Actor) -> None:
    assert Authenticator.objects.filter(user=world.approver).exists()
    services.reset_second_factor(actor=admin, user=world.approver)
    assert not Authenticator.objects.filter(user=world.approver).exists()
    entry = AuditRecord.objects.get(verb="account.second_factor_changed")
    assert (entry.subject_id, entry.actor) == (world.approver.pk, world.admin)
    with pytest.raises(ValidationError, match="不能重置本人"):
        services.reset_second_factor(actor=admin, user=world.admin)


@pytest.mark.parametrize("name", ["police_head", "coordinator", "auditor"])
def test_others_manage_nobody(world: World, actor_of: ActorOf, name: str) -> None:
    actor = actor_of(world.people[name])
    with pytest.raises(PermissionDenied):
        services.create_person(actor=actor, values=values(world))
    with pytest.raises(PermissionDenied):
        services.reset_password(actor=actor, user=world.police_cataloguer)
    with pytest.raises(PermissionDenied):
        set_roles(actor=actor, user=world.police_cataloguer, role_codes=["security_officer"])
