"""Packages over the API: listed, fetched from where it broke off, received by their digest."""

from pathlib import Path

import pytest
from django.test import Client

from catalog.choices import SharingMethod
from citybrain.audit.models import AuditRecord
from citybrain.crypto import sm3_hex
from sharing.choices import Method
from sharing.delivery import building, tasks
from sharing.models import Authorization, ExchangePackage
from tests import scenes
from tests.api.conftest import Caller, Calling
from tests.personas import World

pytestmark = pytest.mark.django_db
PACKAGES = "/api/v1/packages/"
NAMES = ("登记编号", "姓名", "登记日期")


@pytest.fixture
def package(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ExchangePackage:
    """A package that is ready: rows of the police for the health commission."""
    monkeypatch.setattr(building, "folder", lambda: tmp_path)
    entry = scenes.a_hosted_entry(world, sharing_method=SharingMethod.BATCH)
    scenes.an_authorization(world, entry, names=NAMES, method=Method.BATCH)
    tasks.exchange()
    return ExchangePackage.objects.get()


def fetch(caller: Caller, path: str, **more: str) -> tuple[int, bytes]:
    headers = {**caller.headers, "Accept": "application/octet-stream", **more}
    answer = Client().get(path, headers=headers)
    return answer.status_code, b"".join(answer) if answer.streaming else answer.content


def test_a_system_finds_fetches_and_receives_a_package(
    world: World, package: ExchangePackage, calling: Calling
) -> None:
    consumer, provider = calling(world.health_cataloguer), calling(world.police_head)
    (found,) = consumer.get(PACKAGES, {"state": "ready"}).json()["results"]
    assert (found["rows"], found["state"], found["digest"]) == (3, "ready", package.digest)
    assert provider.ids(PACKAGES) == {package.pk}
    assert calling(world.water_head).ids(PACKAGES) == set()
    path = f"{PACKAGES}{package.pk}/"
    assert calling(world.water_head).get(path).status_code == 404
    assert calling(world.water_head).get(f"{path}file/").status_code == 404
    assert provider.get(f"{path}file/").status_code == 403, "it is for the consumer"

    status, whole = fetch(consumer, f"{path}file/")
    assert (status, sm3_hex(whole)) == (200, package.digest)
    assert fetch(consumer, f"{path}file/", Range="bytes=40-") == (206, whole[40:])
    fetched = AuditRecord.objects.filter(verb="sharing.package.fetched").order_by("pk")
    assert list(fetched.values_list("data__from", flat=True)) == [0, 40]

    wrong = consumer.post(f"{path}receipt/", {"digest": "0" * 64})
    assert (wrong.status_code, "digest" in wrong.content.decode()) == (400, True)
    assert provider.post(f"{path}receipt/", {"digest": package.digest}).status_code == 403
    received = consumer.post(f"{path}receipt/", {"digest": sm3_hex(whole)})
    assert (received.status_code, received.json()["state"]) == (200, "received")
    assert consumer.post(f"{path}receipt/", {"digest": package.digest}).status_code == 409

    Authorization.objects.update(state="suspended")
    assert consumer.get(f"{path}file/").status_code == 409


def test_the_list_costs_the_same_at_2_and_at_200(
    world: World, package: ExchangePackage, calling: Calling
) -> None:
    consumer = calling(world.health_cataloguer)
    few = consumer.queries(PACKAGES)
    copied = ExchangePackage.objects.values().get()
    ExchangePackage.objects.bulk_create(
        ExchangePackage(**{**copied, "id": None, "number": n}) for n in range(2, 201)
    )
    assert consumer.queries(PACKAGES, {"page_size": 100}) == few
