"""Where somebody holds a permission, as a condition on rows."""

import pytest

from citybrain.organizations.actors import DepartmentScope
from citybrain.organizations.models import User
from tests.personas import World

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
