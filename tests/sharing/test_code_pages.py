"""Codes on the screen: shown once and never again, replaced and stopped by those who see it."""

from functools import partial

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from citybrain.audit.models import AuditRecord
from citybrain.notices.models import Notice
from sharing.models import Authorization, AuthorizationCode, ServiceCall
from sharing.services import codes
from tests import calling, scenes
from tests.personas import World, actor_of
from tests.sharing.conftest import Granted
from tests.sharing.using import CODE, SignedIn, at_once, service_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(granting: Granted) -> World:
    return granting[0]


@pytest.fixture
def granted(granting: Granted) -> Authorization:
    return granting[1]


def issue(client: Client, authorization: Authorization, seen: int = 0):  # type: ignore[no-untyped-def]
    url = reverse("sharing:code_issue", args=[authorization.pk])
    return client.post(url, {"version": seen})


def call(client: Client, service: str, code: str) -> int:
    url = reverse("gateway:records", args=[service])
    return int(calling.call(code, url, client=client).status_code)


def test_the_code_of_the_page_opens_the_gateway(
    world: World, signed_in: SignedIn, granted: Authorization
) -> None:
    client = signed_in(world.health_cataloguer)
    answer = issue(client, granted)
    (code,) = CODE.findall(text_of(answer))
    assert answer.status_code == 200
    address = answer.context["calling"]["address"]
    assert address in text_of(answer)
    reply = calling.call(code, address.removeprefix("http://testserver"))
    assert reply.json()["records"][0] == {
        "登记编号": "DJ0001",
        "姓名": "陈**",
        "登记日期": "2025-03-01",
    }
    assert ServiceCall.objects.get().consumer == world.health
    page = text_of(client.get(reverse("sharing:authorization", args=[granted.pk])))
    assert "最近调用" in page
    assert "127.0.0.1" in page


def test_a_code_is_shown_once_and_kept_nowhere(
    world: World,
    signed_in: SignedIn,
    granted: Authorization,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    client = signed_in(world.health_cataloguer)
    answer = issue(client, granted)
    body = text_of(answer)
    (code,) = CODE.findall(body)
    secret = code.partition(".")[2]
    assert body.count(secret) == 1
    assert "no-store" in answer["Cache-Control"]
    # Loading the answer anew sends the form anew: it neither shows nor replaces the code.
    again = issue(client, granted)
    assert again.status_code == 409
    assert AuthorizationCode.objects.get().revoked_at is None
    for url in (
        reverse("sharing:authorization", args=[granted.pk]),
        reverse("sharing:authorizations"),
        reverse("sharing:code_issue", args=[granted.pk]),
    ):
        assert secret not in text_of(client.get(url))
    assert secret not in text_of(again)
    assert secret not in str(list(AuditRecord.objects.values_list("data", "subject_text")))
    assert secret not in str(list(Notice.objects.values_list("title", "body")))
    assert secret not in str([row.get_decoded() for row in Session.objects.all()])
    assert secret not in str(AuthorizationCode.objects.values().get())
    assert secret not in caplog.text + "".join(capsys.readouterr())
    assert not [key for key in cache._cache.get_client().keys("*") if secret.encode() in key]


def test_a_new_code_stops_the_one_that_was_seen(
    world: World, signed_in: SignedIn, granted: Authorization
) -> None:
    client = signed_in(world.health_head)
    (first,) = CODE.findall(text_of(issue(client, granted)))
    live = codes.live_code(granted)
    page = text_of(client.get(reverse("sharing:code_issue", args=[granted.pk])))
    assert f'name="version" value="{live.pk}"' in page
    assert "不填则立即停用" in page
    (second,) = CODE.findall(text_of(issue(client, granted, live.pk)))
    service = service_of(granted.entry).code
    assert call(client, service, first) == 403
    assert call(client, service, second) == 200


def test_a_code_is_stopped_with_a_reason(
    world: World, signed_in: SignedIn, granted: Authorization
) -> None:
    code = scenes.a_code(world, granted)
    live = codes.live_code(granted)
    url = reverse("sharing:code_move", args=[live.pk, "revoke"])
    client = signed_in(world.health_cataloguer)
    answer = client.post(url, {"reason": ""})
    assert answer.status_code == 422
    assert "请说明停用授权码的原因" in text_of(answer)
    assert client.post(url, {"reason": "疑似泄露"}).status_code == 302
    assert call(client, service_of(granted.entry).code, code) == 403
    assert "疑似泄露" in text_of(client.get(reverse("sharing:authorization", args=[granted.pk])))
    answer = client.post(url, {"reason": "再来一次，写了很多字"})
    assert answer.status_code == 409
    assert "再来一次，写了很多字" in text_of(answer)


def test_the_bureau_may_stop_a_code_but_not_fetch_one(
    world: World, signed_in: SignedIn, granted: Authorization
) -> None:
    scenes.a_code(world, granted)
    live = codes.live_code(granted)
    client = signed_in(world.coordinator)
    assert issue(client, granted, live.pk).status_code == 403
    url = reverse("sharing:code_move", args=[live.pk, "revoke"])
    assert client.post(url, {"reason": "应急处置"}).status_code == 302
    assert codes.live_code(granted) is None


def test_a_suspended_grant_gives_no_code(
    world: World, signed_in: SignedIn, granted: Authorization
) -> None:
    Authorization.objects.update(state="suspended")
    answer = issue(signed_in(world.health_head), granted)
    assert answer.status_code == 409
    assert "授权不在有效状态" in text_of(answer)
    assert not AuthorizationCode.objects.exists()


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_who_fetch_at_once_get_one_code_between_them(
    world: World, granted: Authorization
) -> None:
    people = [actor_of(world.health_cataloguer), actor_of(world.health_head)]
    found = at_once(
        *(partial(codes.issue, actor=actor, authorization=granted, seen=0) for actor in people)
    )
    assert sorted(type(one).__name__ for one in found) == ["Conflict", "str"]
    (code,) = [one for one in found if isinstance(one, str)]
    service = service_of(granted.entry).code
    assert call(Client(), service, code) == 200
