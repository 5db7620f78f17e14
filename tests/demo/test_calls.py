"""The demo's calls go through the real gateway, signed where they must be."""

import random
from types import SimpleNamespace

import pytest
from django.utils import timezone

from citybrain.demo.calls import Calls
from sharing.choices import Outcome
from sharing.models import ServiceCall
from tests import scenes
from tests.personas import World

pytestmark = pytest.mark.django_db


def test_a_planned_call_is_served(world: World) -> None:
    granted = scenes.an_authorization(world, scenes.a_hosted_entry(world))
    story = SimpleNamespace(random=random.Random(7), now=timezone.now())
    calls = Calls(story)  # type: ignore[arg-type]
    code = scenes.a_code(world, granted)
    service = "s_" + granted.entry.code.replace("/", "_")
    answers = [calls.call(service, code, "10.46.2.11") for _number in range(6)]
    assert [answer.status_code for answer in answers if answer] == [200] * 6
    assert set(ServiceCall.objects.values_list("outcome", flat=True)) == {Outcome.SERVED}
