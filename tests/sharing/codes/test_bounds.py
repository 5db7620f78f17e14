"""What codes are bound to: networks, hours, rate, period, environment; changed, rested, replaced."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import redis
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from citybrain.notices.models import Notice
from citybrain.refusals import Conflict
from sharing import usage
from sharing.choices import Outcome
from sharing.codes import shown
from sharing.codes.bounds import canonical_networks, is_open, lies_within
from sharing.gateway import pace, quota
from sharing.models import AuthorizationCode, CodeNetwork, InterfaceService, ServiceCall
from sharing.services import codes
from tests import scenes
from tests.calling import call
from tests.personas import actor_of
from tests.sharing.conftest import Granted
from tests.sharing.using import CODE, SignedIn, text_of

pytestmark = pytest.mark.django_db
NOON = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
OFFICE = "10.46.2.11"


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The gateway's clock stands; `now` moves it."""
    clock = SimpleNamespace(now=NOON)
    monkeypatch.setattr("sharing.gateway.views.timezone", SimpleNamespace(now=lambda: clock.now))
    return clock


def ask(code: str, ip: str = OFFICE, at: datetime | None = None) -> tuple[int, str]:
    service = InterfaceService.objects.get().code
    address = f"/gateway/v1/services/{service}/records"
    answer = call(code, address, at=at, REMOTE_ADDR=ip)
    return answer.status_code, answer.json().get("outcome", "")


def plain(authorization: Any) -> None:
    """Grants items of low grades alone, whose calls are not signed."""
    authorization.terms["grade"] = "general_2"
    authorization.save(update_fields=["terms"])


def issued(client: Client, authorization: Any, **values: Any) -> str:
    url = reverse("sharing:code_issue", args=[authorization.pk])
    answer = client.post(url, values)
    assert answer.status_code == 200, text_of(answer)
    (code,) = CODE.findall(text_of(answer))
    return str(code)


def test_a_code_is_bound_rested_and_replaced(
    granting: Granted, signed_in: SignedIn, noon: SimpleNamespace
) -> None:
    world, authorization = granting
    plain(authorization)
    client = signed_in(world.health_cataloguer)
    url = reverse("sharing:code_issue", args=[authorization.pk])
    wrong = client.post(url, {"version": 0, "networks": "10.46.2.0/24\n教育网", "from_hour": 8})
    assert wrong.status_code == 422
    assert "“教育网”不是网络地址" in text_of(wrong)
    assert "使用时段应给出" in text_of(wrong)
    code = issued(client, authorization, version=0, networks="10.46.2.0/24", per_second=3)
    assert ask(code) == (200, "")
    assert ask(code, "10.47.1.1") == (403, Outcome.OTHER_NETWORK)
    live = codes.live_code(authorization)
    bind = reverse("sharing:code_bind", args=[live.pk])
    assert "10.46.2.0/24" in text_of(client.get(bind))
    hours = {"from_hour": "8", "until_hour": "11", "per_second": "3"}
    assert "限定已保存，立即生效" in text_of(client.post(bind, hours, follow=True))
    assert ask(code) == (403, Outcome.OUTSIDE_HOURS)
    assert client.post(bind, {"per_second": "3", "valid_until": "2000-01-01"}).status_code == 422
    assert client.post(bind, {"per_second": "3"}).status_code == 302
    noon.now += timedelta(seconds=5)
    assert [ask(code)[0] for _call in range(5)] == [200, 200, 200, 429, 429]
    noon.now += timedelta(seconds=5)
    move = reverse("sharing:code_move", args=[live.pk, "suspend"])
    assert client.post(move, {"reason": "系统检修"}).status_code == 302
    assert ask(code) == (403, Outcome.SUSPENDED_CODE)
    assert "系统检修" in text_of(
        client.get(reverse("sharing:authorization", args=[authorization.pk]))
    )
    assert client.post(reverse("sharing:code_move", args=[live.pk, "resume"])).status_code == 302
    until = timezone.localtime() + timedelta(hours=20)
    too_long = client.post(
        url, {"version": live.pk, "overlap_until": f"{until + timedelta(days=9):%Y-%m-%dT%H:%M}"}
    )
    assert too_long.status_code == 422
    after = issued(client, authorization, version=live.pk, overlap_until=f"{until:%Y-%m-%dT%H:%M}")
    assert (ask(code)[0], ask(after)[0]) == (200, 200), "both go on for a while"
    noon.now = until + timedelta(minutes=1)
    assert ask(code) == (403, Outcome.EXPIRED_CODE)
    AuthorizationCode.objects.filter(pk=codes.live_code(authorization).pk).update(
        valid_until=timezone.localdate(NOON) - timedelta(days=1)
    )
    assert ask(after) == (403, Outcome.EXPIRED_CODE)


def test_what_a_call_says_it_is_for_is_compared_with_the_grant(
    granting: Granted, signed_in: SignedIn
) -> None:
    world, authorization = granting
    plain(authorization)
    client = signed_in(world.health_cataloguer)
    code = issued(client, authorization, version=0)
    address = f"/gateway/v1/services/{InterfaceService.objects.get().code}/records"
    authorize = {"HTTP_X_CBA_SERVICE": InterfaceService.objects.get().code}

    def told(purpose: str | None = None) -> tuple[int, str]:
        sent = {} if purpose is None else {"HTTP_X_CBA_PURPOSE": purpose}
        answer = call(code, address, **sent)
        asked = call(
            code, "/gateway/v1/authorize", **authorize, **sent, HTTP_X_ORIGINAL_URI=address
        )
        assert (answer.status_code, asked.status_code) in {(200, 200), (403, 403)}
        return answer.status_code, answer.json().get("outcome", "")

    assert told() == told("administrative") == (200, ""), "who does not say it need not"
    assert told("verification") == (403, Outcome.OTHER_PURPOSE)
    bind = reverse("sharing:code_bind", args=[codes.live_code(authorization).pk])
    assert client.post(bind, {"per_second": "10", "states_purpose": "on"}).status_code == 302
    assert told("administrative") == (200, "")
    assert told() == (403, Outcome.OTHER_PURPOSE)
    refused = ServiceCall.objects.filter(outcome=Outcome.OTHER_PURPOSE)
    assert refused.count() == 4, "each is on record"
    page = text_of(client.get(reverse("sharing:authorization", args=[authorization.pk])))
    assert "须申明用途" in page


def test_a_code_for_tests_gives_little_and_is_no_use_of_data(
    granting: Granted, signed_in: SignedIn
) -> None:
    world, authorization = granting
    client = signed_in(world.health_head)
    live = scenes.a_code(world, authorization)
    code = issued(client, authorization, version=0, environment="trial")
    service = InterfaceService.objects.get().code
    body = call(code, f"/gateway/v1/services/{service}/records").json()
    assert (body["environment"], body["masked"], body["next"]) == ("trial", body["items"], None)
    assert body["records"][0]["登记编号"] != "DJ0001"
    tried = call(code, f"/gateway/v1/services/{service}/records?登记编号=DJ0001")
    assert tried.status_code == 400, "trying values one by one would undo the mask"
    assert ServiceCall.objects.earliest("id").outcome == Outcome.TRIED
    assert not usage.used_today([authorization])
    assert ask(live)[0] == 200, "each environment has a code of its own"
    page = text_of(client.get(reverse("sharing:authorization", args=[authorization.pk])))
    assert "更换测试环境授权码" in page


def test_a_new_network_is_told_once_to_both_security_officers(granting: Granted) -> None:
    world, authorization = granting
    code = scenes.a_code(world, authorization)
    for ip in (OFFICE, "10.46.2.200", "203.0.113.9", "203.0.113.77", OFFICE):
        assert ask(code, ip)[0] == 200
    notices = Notice.objects.filter(kind="sharing.code.new_network")
    assert {notice.recipient for notice in notices} == {world.health_security, world.coordinator}
    assert len(notices) == 2
    assert "203.0.113.0/24" in notices[0].title
    assert list(CodeNetwork.objects.values_list("network", "told")) == [
        ("10.46.2.0/24", False), ("203.0.113.0/24", True),
    ]  # fmt: skip


def test_without_redis_graded_data_waits_and_the_rest_goes_on(
    granting: Granted, monkeypatch: pytest.MonkeyPatch, noon: SimpleNamespace
) -> None:
    world, authorization = granting

    def is_away(_location: str) -> None:
        raise redis.ConnectionError

    monkeypatch.setattr(quota, "_client", is_away)
    counters = quota.Counters()
    for module in (quota, pace):
        monkeypatch.setattr(module, "counters", counters)
    assert ask(scenes.a_code(world, authorization), at=NOON) == (503, Outcome.UNAVAILABLE)
    plain(authorization)
    code = scenes.a_code(world, authorization)
    AuthorizationCode.objects.filter(revoked_at=None).update(per_second=2)
    assert [ask(code)[0] for _call in range(3)] == [200, 200, 429]
    noon.now += timedelta(seconds=1)
    type(authorization).objects.update(daily_quota=2)
    assert ask(code) == (429, Outcome.OVER_QUOTA)


def test_networks_and_hours_are_read_as_they_are_meant() -> None:
    assert canonical_networks(["10.46.2.11", " 10.46.3.9/24 "]) == ["10.46.2.11/32", "10.46.3.0/24"]
    assert lies_within("::ffff:10.46.2.11", ["10.46.2.11/32"])
    assert not lies_within("unknown", ["0.0.0.0/8"])
    assert [hour for hour in range(24) if is_open(hour, 22, 6)] == [0, 1, 2, 3, 4, 5, 22, 23]


def test_what_the_bureau_suspends_the_bureau_resumes(granting: Granted) -> None:
    world, granted = granting
    scenes.a_code(world, granted)
    code = AuthorizationCode.objects.get()
    consumer, bureau = actor_of(world.health_cataloguer), actor_of(world.coordinator)
    codes.suspend(actor=bureau, code=code, reason="疑似泄露，正在核实")
    resume = f"code-{code.pk}-resume"
    for actor, offered in ((consumer, False), (bureau, True)):
        (line,) = shown.lines(granted, actor)
        assert (line.state, resume in [move.name for move in line.moves]) == (
            "主管部门已暂停",
            offered,
        )
    with pytest.raises(Conflict, match="由其恢复"):
        codes.resume(actor=consumer, code=code)
    codes.resume(actor=bureau, code=code)
    codes.suspend(actor=consumer, code=code, reason="系统检修")
    codes.resume(actor=consumer, code=code)
    code.refresh_from_db()
    assert (code.suspended_at, code.held_by_bureau) == (None, False)
