"""Corrections over the API: reported line by line, read as far as one may, answered."""

import pytest

from sharing.corrections.services import verifying
from sharing.corrections.services.verifying import Found
from sharing.models import CorrectionRequest
from tests import scenes
from tests.api.conftest import Calling
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db
CORRECTIONS = "/api/v1/corrections/"
LINE = {"key": {"登记编号": "DJ0001"}, "item": "姓名", "seen": "陈**", "expected": "陈琼山"}


def test_a_system_reports_and_reads_and_the_provider_answers(
    world: World, calling: Calling
) -> None:
    entry = scenes.a_hosted_entry(world)
    grant = scenes.an_authorization(world, entry, names=("登记编号", "姓名"))
    words = "王五指来窗口反映"
    body = {
        "authorization": grant.pk,
        "problem": words,
        "lines": [LINE, {**LINE, "item": "登记日期"}],
    }
    consumer = calling(world.health_cataloguer)
    refused = consumer.post(CORRECTIONS, body)
    assert refused.status_code == 400
    assert "第 2 行" in refused.content.decode()
    assert not CorrectionRequest.objects.exists()
    for person, answer in ((world.police_cataloguer, 403), (world.health_head, 403)):
        assert calling(person).post(CORRECTIONS, body).status_code == answer
    made = consumer.post(CORRECTIONS, {**body, "lines": [LINE]})
    assert made.status_code == 201
    path = f"{CORRECTIONS}{made.json()['id']}/"
    assert made.json()["lines"][0]["expected"] == "陈琼山"
    assert made.json()["problem"] == words
    hidden = calling(world.coordinator).get(path).json()
    assert hidden["lines"][0]["expected"] == "陈**"
    assert "王五指" not in hidden["problem"], "words that may name people have no mask"
    assert calling(world.water_head).get(path).status_code == 404

    provider = calling(world.police_cataloguer)
    assert provider.get(path).json()["moves"] == []
    found = CorrectionRequest.objects.get()
    finding = {1: Found("upheld", "与身份证件一致")}
    verifying.verify(actor=actor_of(world.police_cataloguer), correction=found, found=finding)
    assert provider.get(path).json()["moves"] == ["uphold"]
    moved = provider.post(f"{path}moves/uphold/", {"version": 0, "reason": "已核对"})
    assert moved.json()["state"] == "upheld"
    shown = consumer.get(path).json()
    assert (shown["answer"], shown["lines"][0]["reason"]) == ("已核对", "与身份证件一致")

    few = consumer.queries(CORRECTIONS)
    copied = CorrectionRequest.objects.values().get()
    CorrectionRequest.objects.bulk_create(
        CorrectionRequest(**{**copied, "id": None, "number": f"JH-{n}"}) for n in range(199)
    )
    assert consumer.queries(CORRECTIONS) == few
