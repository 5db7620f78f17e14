"""Authorizations on the screen: lists of both sides, terms, the bureau's moves."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from citybrain.audit.models import AuditRecord, StateChange
from sharing.choices import AuthorizationState
from sharing.models import Authorization
from tests import scenes
from tests.personas import World
from tests.sharing.conftest import Granted
from tests.sharing.using import SignedIn, call_record, more_authorizations, queries_of, text_of

pytestmark = pytest.mark.django_db
LIST = "/sharing/authorizations/"


@pytest.fixture
def world(granting: Granted) -> World:
    return granting[0]


@pytest.fixture
def granted(granting: Granted) -> Authorization:
    return granting[1]


def page_of(authorization: Authorization) -> str:
    return reverse("sharing:authorization", args=[authorization.pk])


def move_of(authorization: Authorization, name: str) -> str:
    return reverse("sharing:authorization_move", args=[authorization.pk, name])


def test_each_side_finds_it_in_its_own_list(
    world: World, signed_in: SignedIn, granted: Authorization
) -> None:
    for person, side, sees in (
        (world.health_cataloguer, "used", True),
        (world.health_cataloguer, "provided", False),
        (world.police_head, "used", False),
        (world.police_head, "provided", True),
        (world.water_head, "used", False),
        (world.coordinator, "city", True),
        (world.auditor, "city", True),
    ):
        body = text_of(signed_in(person).get(LIST, {"side": side}))
        assert (granted.number in body) == sees, (person.name, side)
    tabs = signed_in(world.water_head).get(LIST, {"side": "city"}).context["tabs"]
    assert [tab.label for tab in tabs] == ["我单位获得的", "我单位授出的"]
    assert signed_in(world.admin).get(LIST).status_code == 403


def test_the_list_is_narrowed_by_state_time_left_and_words(
    world: World, signed_in: SignedIn, granted: Authorization
) -> None:
    client = signed_in(world.health_head)

    def shown(**query: str) -> bool:
        return granted.number in text_of(client.get(LIST, query))

    assert shown(state="active")
    assert not shown(state="revoked")
    assert shown(q="居住证 公安")
    assert shown(q=granted.number)
    assert not shown(q="居住证 税务")
    assert not shown(ends="90")
    Authorization.objects.update(ends_on=timezone.localdate() + timedelta(days=5))
    assert shown(ends="7")
    assert "剩余5天" in text_of(client.get(LIST))
    assert shown(state="nonsense", ends="-1")


def test_the_list_says_how_much_of_today_is_used(
    world: World, signed_in: SignedIn, granted: Authorization
) -> None:
    call_record(granted).save()
    call_record(granted, outcome="over_quota", status=429).save()
    call_record(granted, timezone.now() - timedelta(days=2)).save()
    client = signed_in(world.health_head)
    (row,) = client.get(LIST).context["rows"]
    assert row[-1] == 1
    assert "1 / 100" in text_of(client.get(LIST))


def test_what_has_ended_is_neither_called_nor_counted_any_more(
    world: World, signed_in: SignedIn, granted: Authorization
) -> None:
    client = signed_in(world.health_head)
    assert "如何调用" in text_of(client.get(page_of(granted)))
    Authorization.objects.update(state=AuthorizationState.EXPIRED)
    body = text_of(client.get(page_of(granted)))
    assert "如何调用" not in body
    assert "今日已用" not in body
    assert "0 / 100" not in text_of(client.get(LIST))


def test_the_list_costs_the_same_for_two_and_for_two_hundred(
    world: World, signed_in: SignedIn, granted: Authorization
) -> None:
    client = signed_in(world.health_head)
    more_authorizations(granted, 1)
    few = queries_of(client, LIST)
    more_authorizations(granted, 198)
    assert queries_of(client, LIST) == few <= 20


def test_the_page_shows_the_frozen_terms_and_whether_they_hold(
    world: World, signed_in: SignedIn, granted: Authorization
) -> None:
    client = signed_in(world.police_head)
    body = text_of(client.get(page_of(granted)))
    for words in (
        granted.digest,
        "条款与摘要一致",
        "预防接种登记时核验居住情况",
        "行政依据",
        "脱敏提供",
        granted.application.number,
        "共享条例第二十二条",
    ):
        assert words in body, words
    granted.terms["daily_quota"] = 1_000_000
    granted.save(update_fields=["terms"])
    assert "条款与摘要不一致" in text_of(client.get(page_of(granted)))


def test_the_bureau_suspends_with_a_reason_resumes_and_ends(
    world: World, signed_in: SignedIn, granted: Authorization
) -> None:
    client = signed_in(world.coordinator)
    answer = client.post(move_of(granted, "suspend"), {"version": granted.version, "reason": " "})
    assert answer.status_code == 422
    assert "请填写后再办理" in text_of(answer)
    for name, state in (
        ("suspend", AuthorizationState.SUSPENDED),
        ("resume", AuthorizationState.ACTIVE),
        ("revoke", AuthorizationState.REVOKED),
    ):
        granted.refresh_from_db()
        answer = client.post(
            move_of(granted, name), {"version": granted.version, "reason": "超范围使用"}
        )
        assert answer.status_code == 302
        granted.refresh_from_db()
        assert granted.state == state
    assert list(StateChange.objects.filter(subject_id=granted.pk).values_list("reason", flat=True))
    body = text_of(signed_in(world.health_head).get(page_of(granted)))
    alert = body[body.index("alert-box tone-danger") : body.index("授权情况")]
    for words in ("终止授权", "市大数据局", "超范围使用", "提出争议", 'href="#disputes"'):
        assert words in alert, f"told on top, with the way to object: {words}"
    assert 'href="#disputes"' not in text_of(
        signed_in(world.health_cataloguer).get(page_of(granted))
    )
    provider = text_of(signed_in(world.police_head).get(page_of(granted)))
    assert "不同意的，由本单位" not in provider
    assert "确认暂停授权" not in body


def test_whoever_comes_second_is_told_and_keeps_the_words(
    world: World, signed_in: SignedIn, granted: Authorization
) -> None:
    client = signed_in(world.coordinator)
    seen = granted.version
    client.post(move_of(granted, "suspend"), {"version": seen, "reason": "整改"})
    answer = client.post(move_of(granted, "suspend"), {"version": seen, "reason": "我写的长长理由"})
    assert answer.status_code == 409
    assert "我写的长长理由" in text_of(answer)
    assert StateChange.objects.filter(subject_type="sharing.Authorization").count() == 1


def test_only_the_bureau_moves_and_only_by_the_table(
    world: World, signed_in: SignedIn, granted: Authorization
) -> None:
    for person, status in (
        (world.police_head, 403),
        (world.health_head, 403),
        (world.approver, 403),
        (world.water_head, 404),
    ):
        answer = signed_in(person).post(move_of(granted, "revoke"), {"reason": "试"})
        assert answer.status_code == status
        assert "居住证登记" not in text_of(answer)
    for name in ("expire", "nonsense"):
        assert signed_in(world.coordinator).post(move_of(granted, name)).status_code == 404
    assert not AuditRecord.objects.filter(verb__startswith="sharing.authorization.re").exists()


def test_a_grant_without_rows_says_until_when_they_are_owed(
    world: World, signed_in: SignedIn
) -> None:
    granted = scenes.an_authorization(
        world, scenes.a_published_entry(world, title="居住证签注信息")
    )
    body = text_of(signed_in(world.health_head).get(page_of(granted)))
    assert "提供单位尚未提供数据" in body
    assert "第二十二条" in body
