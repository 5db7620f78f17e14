"""Where somebody holds a permission, as a condition on rows."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from citybrain import registry
from citybrain.organizations.actors import DepartmentScope
from citybrain.organizations.models import Deputyship, User
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db


def test_a_scope_over_everything_stays_that_beside_other_conditions(world: World) -> None:
    everywhere = DepartmentScope(everywhere=True).q()
    nowhere = DepartmentScope().q()
    everybody = User.objects.count()
    assert User.objects.filter(everywhere).count() == everybody
    assert User.objects.filter(everywhere | nowhere).count() == everybody
    assert User.objects.filter(nowhere | everywhere).count() == everybody
    assert User.objects.filter(everywhere & nowhere).count() == 0


def test_a_scope_of_departments_gives_their_rows_alone(world: World) -> None:
    scope = DepartmentScope(ids=frozenset({world.police.pk}))
    found = User.objects.filter(scope.q())
    assert {person.department for person in found} == {world.police}
    assert world.police.pk in scope
    assert world.water.pk not in scope
    assert None not in scope


def test_what_somebody_may_is_asked_for_once(
    world: World, django_assert_num_queries: Callable[[int], Any]
) -> None:
    actor = actor_of(world.police_head)
    with django_assert_num_queries(1):
        assert not actor.scope(next(iter(registry.permissions)).code).everywhere
        assert actor.roles == {"sharing_head"}
        assert actor.principal_ids == ()


def test_deputies_of_today_are_those_whom_the_model_calls_current(world: World) -> None:
    today = timezone.localdate()
    day = timedelta(days=1)
    deputy, head = world.police_security, world.police_head
    for starts_on, ends_on, cancelled in (
        (today, today, False),
        (today - day, today, False),
        (today, today + day, True),
        (today - day, today - day, False),
        (today + day, today + day, False),
    ):
        made = Deputyship.objects.create(
            principal=head,
            deputy=deputy,
            starts_on=starts_on,
            ends_on=ends_on,
            cancelled_at=timezone.now() if cancelled else None,
        )
        current = tuple(Deputyship.objects.current().values_list("principal", flat=True))
        assert actor_of(deputy).principal_ids == current
        assert ("sharing_head" in actor_of(deputy).roles) == bool(current)
        made.delete()
    Deputyship.objects.create(principal=head, deputy=deputy, starts_on=today, ends_on=today)
    User.objects.filter(pk=head.pk).update(department=world.water)
    assert actor_of(deputy).principal_ids == (), "not of another department"
    User.objects.filter(pk=head.pk).update(department=world.police, is_active=False)
    assert actor_of(deputy).principal_ids == (), "not of somebody who has left"
