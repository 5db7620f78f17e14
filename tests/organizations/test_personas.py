"""The people that the other tests rely on hold what their roles say, and nothing else."""

from collections.abc import Callable

import pytest

from citybrain.organizations.actors import Actor
from citybrain.organizations.models import User
from tests.personas import World

pytestmark = pytest.mark.django_db


def test_a_city_wide_role_holds_its_permission_for_every_department(
    world: World, actor_of: Callable[[User], Actor]
) -> None:
    admin = actor_of(world.admin)
    assert admin.may("manage_people", world.police.pk)
    assert admin.may("manage_people", world.water.pk)
    assert not actor_of(world.police_head).holds("manage_people")


def test_everybody_has_their_department_and_one_role(
    world: World, actor_of: Callable[[User], Actor]
) -> None:
    assert len(world.people) == 16
    assert actor_of(world.police_cataloguer).roles == {"cataloguer"}
    assert actor_of(world.police_cataloguer).department == world.police
    assert actor_of(world.auditor).roles == {"auditor"}
