"""What the bureau sets itself: on record, one after the other, for what begins afterwards."""

import pytest
from django.urls import reverse

from citybrain import registry
from citybrain.audit.models import AuditRecord
from citybrain.duties.models import Duty
from citybrain.duties.rules import RULES
from citybrain.parameters.models import ParameterValue
from citybrain.parameters.queries import value_of
from tests.catalog.demand import demands
from tests.personas import World

pytestmark = pytest.mark.django_db
CODE = "answer_demand_days"


def days_of(demand) -> int:
    return Duty.objects.get(rule="answer_demand", subject_id=demand.pk).days


def test_the_bureau_sets_the_days_for_demands_that_are_assigned_afterwards(
    world: World, signed_in
) -> None:
    before = demands.an_assigned(world)
    client, url = signed_in(world.coordinator), reverse("parameters:parameter", args=[CODE])

    def post(value: object, ground: str = "局办公会纪要〔2026〕3号", number: int = 0) -> tuple:
        page = client.post(url, {"value": value, "ground": ground, "number": number})
        return page.status_code, page.content.decode()

    for wrong, words in (
        ((0,), "应在1至60之间"),
        ((61,), "应在1至60之间"),
        ((10,), "与现行数值相同"),
        (("十",), "value"),
        ((15, ""), "ground"),
    ):
        status, body = post(*wrong)
        assert status == 422
        assert words in body
    assert not ParameterValue.objects.exists()
    assert post(15)[0] == 302
    status, body = post(20)
    assert status == 409
    assert "刚刚由他人设定" in body
    assert post(20, number=1)[0] == 302

    assert (days_of(before), days_of(demands.an_assigned(world))) == (10, 20)
    records = AuditRecord.objects.filter(verb="parameters.set").order_by("pk")
    assert [(one.data["before"], one.data["after"]) for one in records] == [(10, 15), (15, 20)]
    body = client.get(url).content.decode()
    assert "现行 20 个工作日" in body
    assert world.coordinator.name in body
    body = signed_in(world.police_cataloguer).get(reverse("parameters:parameters")).content.decode()
    assert "促进条例（草案）第十四条" in body
    assert "局办公会纪要〔2026〕3号" in body
    assert url not in body


def test_every_rule_names_a_parameter_that_there_is(world: World) -> None:
    for rule in RULES.values():
        if rule.parameter:
            assert registry.parameters.get(rule.parameter).default == rule.days
            assert value_of(rule.parameter) == rule.days
