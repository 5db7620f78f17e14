"""Interface services on the screen: the register, what may be asked, the bureau's switch."""

import pytest
from django.urls import reverse

from catalog.models import CatalogEntry
from citybrain.notices.models import Notice
from sharing.choices import ANSWERED, Outcome
from sharing.models import Authorization, InterfaceService
from sharing.offered import ANSWERS
from tests import calling, scenes
from tests.personas import World
from tests.sharing import test_main_job
from tests.sharing.conftest import Granted
from tests.sharing.using import SignedIn, many_calls, queries_of, service_of, text_of

pytestmark = pytest.mark.django_db
LIST = "/sharing/services/"


@pytest.fixture
def world(granting: Granted) -> World:
    return granting[0]


@pytest.fixture
def granted(granting: Granted) -> Authorization:
    return granting[1]


@pytest.fixture
def hosted(granted: Authorization) -> CatalogEntry:
    return granted.entry


def page_of(service: InterfaceService) -> str:
    return reverse("sharing:service", args=[service.pk])


def switch(service: InterfaceService, name: str) -> str:
    return reverse("sharing:service_switch", args=[service.pk, name])


def test_the_register_names_rows_state_and_the_calls_one_may_know_of(
    world: World, signed_in: SignedIn, granted: Authorization
) -> None:
    many_calls(granted, 3)
    for person, calls in (
        (world.water_cataloguer, 0),
        (world.health_head, 3),
        (world.police_head, 3),
        (world.coordinator, 3),
        (world.admin, 0),
    ):
        ((service, state, _tone, counted),) = signed_in(person).get(LIST).context["rows"]
        assert (service.dataset.rows, state, counted) == (3, "可用", calls), person.name
    client = signed_in(world.water_head)
    for query, count in (
        ({"q": "居住证 s_3"}, 1),
        ({"q": "用电"}, 0),
        ({"state": "on", "department": world.police.pk}, 1),
        ({"state": "off"}, 0),
        ({"department": world.health.pk}, 0),
    ):
        assert len(client.get(LIST, query).context["rows"]) == count, query


def test_the_register_costs_the_same_for_two_and_for_two_hundred(
    world: World, signed_in: SignedIn, hosted: CatalogEntry
) -> None:
    client = signed_in(world.water_head)

    def more(count: int) -> None:
        first = CatalogEntry.objects.count()
        fields = {
            field.name: getattr(hosted, field.name)
            for field in CatalogEntry._meta.concrete_fields
            if field.name not in ("id", "code", "title", "title_key")
        }
        entries = CatalogEntry.objects.bulk_create(
            CatalogEntry(**fields, code=f"3/{n}", title=f"信息{n}", title_key=f"信息{n}")
            for n in range(first, first + count)
        )
        InterfaceService.objects.bulk_create(
            InterfaceService(entry=entry, code=f"s_{entry.pk}") for entry in entries
        )

    more(1)
    few = queries_of(client, LIST)
    more(198)
    assert queries_of(client, LIST) == few <= 20


def test_parameters_follow_from_the_items(
    world: World, signed_in: SignedIn, hosted: CatalogEntry
) -> None:
    answer = signed_in(world.water_head).get(page_of(service_of(hosted)))
    names = [one.name for one in answer.context["parameters"]]
    assert names[:3] == ["page_size", "after", "items"]
    assert "登记编号" in names
    assert not {"姓名", "公民身份号码", "联系电话"} & set(names)  # masked: no filter
    body = text_of(answer)
    assert f"http://testserver/gateway/v1/services/{service_of(hosted).code}/records" in body
    assert "陈琼生" not in body


def test_the_documented_refusals_are_those_that_are_given() -> None:
    (cases,) = [
        mark.args[1]
        for mark in test_main_job.test_every_refusal_is_told_apart_and_recorded.pytestmark
        if mark.name == "parametrize"
    ]
    assert {(status, outcome) for _spoiler, outcome, status in cases} <= set(ANSWERS)
    documented = [outcome for _status, outcome in ANSWERS]
    assert sorted(documented) == sorted(set(Outcome) - set(ANSWERED)), "each once, none left out"


def test_the_bureau_stops_a_service_and_starts_it_again(
    world: World, signed_in: SignedIn, granted: Authorization
) -> None:
    service = service_of(granted.entry)
    code = scenes.a_code(world, granted)
    address = reverse("gateway:records", args=[service.code])

    def call() -> int:
        return calling.call(code, address).status_code

    client = signed_in(world.coordinator)
    assert client.post(switch(service, "disable"), {"reason": ""}).status_code == 422
    assert call() == 200
    assert client.post(switch(service, "disable"), {"reason": "疑似泄露"}).status_code == 302
    assert call() == 503
    again = client.post(switch(service, "disable"), {"reason": "第二个人写的理由"})
    assert again.status_code == 409
    assert "第二个人写的理由" in text_of(again)
    for person in (world.police_cataloguer, world.health_head):
        assert Notice.objects.filter(recipient=person, kind="sharing.service.switched").exists()
    page = text_of(signed_in(world.water_head).get(page_of(service)))
    assert "疑似泄露" in page
    assert "启停记录" not in page
    assert "启停记录" in text_of(signed_in(world.police_head).get(page_of(service)))
    assert client.post(switch(service, "enable"), {"reason": "已排除"}).status_code == 302
    assert call() == 200


def test_others_do_not_switch(world: World, signed_in: SignedIn, hosted: CatalogEntry) -> None:
    service = service_of(hosted)
    for person in (world.police_head, world.police_cataloguer, world.approver, world.auditor):
        answer = signed_in(person).post(switch(service, "disable"), {"reason": "试"})
        assert answer.status_code == 403
        assert "停用服务" not in text_of(signed_in(person).get(page_of(service)))
    assert signed_in(world.coordinator).post(switch(service, "explode")).status_code == 404


def test_the_service_of_a_retired_entry_is_seen_by_its_own_and_by_supervision(
    world: World, signed_in: SignedIn, hosted: CatalogEntry
) -> None:
    CatalogEntry.objects.filter(pk=hosted.pk).update(state="retired")
    service = service_of(hosted)
    for person, status in (
        (world.police_head, 200),
        (world.coordinator, 200),
        (world.water_head, 404),
        (world.admin, 404),
    ):
        answer = signed_in(person).get(page_of(service))
        assert answer.status_code == status
        assert (status == 200) == ("居住证登记" in text_of(answer))
