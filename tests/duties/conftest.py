"""Duties on stand-in objects, and the dates of 2026 that the tests are told in."""

import itertools
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import pytest
from django.utils import timezone

from citybrain.duties.models import Duty
from citybrain.duties.services import open_duty
from citybrain.organizations.actors import system_actor
from citybrain.organizations.models import Department
from tests.personas import World

_numbers = itertools.count(1_000_000)

Opener = Callable[..., Duty]


def noon(day: date) -> datetime:
    """Midday in Haikou."""
    return timezone.make_aware(datetime.combine(day, time(12)), timezone.get_default_timezone())


def some_subject(name: str = "机动车登记信息共享申请") -> Department:
    """An object with an id of its own; duties only ask for its kind, id and name."""
    return Department(pk=next(_numbers), short_name=name)


def opener(world: World) -> Opener:
    """Opens a duty of the police, asked for by health, as received on a day of 2026."""

    def make(
        rule: str = "reply_conditional", *, starts_on: date = date(2026, 3, 2), **changes: Any
    ) -> Duty:
        values: dict[str, Any] = {
            "subject": some_subject(),
            "department": world.police,
            "for_department": world.health,
            "actor": system_actor(),
            "starts_on": starts_on,
            "at": noon(starts_on),
        }
        return open_duty(rule=rule, **(values | changes))

    return make


@pytest.fixture
def opened(world: World) -> Opener:
    return opener(world)
