"""Services in operation: pauses, probes, versions, and the end that was announced."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from citybrain.notices.models import Notice
from sharing.gateway.sources import Unreadable
from sharing.models import (
    HostedRow,
    InterfaceService,
    MaintenanceWindow,
    ServiceAvailability,
    ServiceEnd,
    ServiceHealth,
    ServiceVersion,
)
from sharing.operation import probing, versions
from tests import scenes
from tests.calling import call
from tests.sharing.conftest import Granted
from tests.sharing.using import SignedIn, queries_of, service_of, text_of

pytestmark = pytest.mark.django_db


def called(service: InterfaceService, code: str) -> Any:
    return call(code, reverse("gateway:records", args=[service.code]))


def typed(moment: Any) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def test_a_pause_is_announced_told_and_kept_by_the_gateway_until_it_is_cancelled(
    granting: Granted, signed_in: SignedIn
) -> None:
    world, granted = granting
    service, code = service_of(granted.entry), scenes.a_code(world, granted)
    client = signed_in(world.police_cataloguer)
    address = reverse("sharing:pause_new", args=[service.pk])
    now = timezone.now()
    for wrong, word in (
        ({"starts_at": typed(now), "ends_at": typed(now - timedelta(hours=1))}, "结束时间必须晚于"),
        ({"starts_at": typed(now), "ends_at": typed(now + timedelta(days=8))}, "不能超过7天"),
        ({"starts_at": "昨天", "ends_at": ""}, "输入一个有效的日期"),
    ):
        refused = client.post(address, {**wrong, "reason": "升级数据库"})
        assert refused.status_code == 422
        assert word in text_of(refused)
        assert "升级数据库" in text_of(refused)
    given = {"starts_at": typed(now), "ends_at": typed(now + timedelta(hours=2)), "reason": "升级"}
    assert client.post(address, given).status_code == 302
    notice = Notice.objects.get(recipient=world.health_cataloguer, kind="sharing.service.notice")
    assert "维护" in notice.title
    answer = called(service, code)
    assert answer.status_code == 503
    assert answer.json()["outcome"] == "maintenance"
    assert 6000 < int(answer["Retry-After"]) <= 7200
    user = signed_in(world.health_cataloguer)
    for page in (
        reverse("sharing:operation", args=[service.pk]),
        reverse("sharing:service", args=[service.pk]),
        reverse("sharing:authorization", args=[granted.pk]),
    ):
        assert "正在维护" in text_of(user.get(page)), "wherever its user looks"
    window = MaintenanceWindow.objects.get()
    cancel = reverse("sharing:pause_cancel", args=[service.pk, window.pk])
    assert client.post(cancel).status_code == 302
    assert client.post(cancel).status_code == 409
    assert called(service, code).status_code == 200


def test_an_end_needs_notice_and_is_kept_by_the_gateway(
    granting: Granted, signed_in: SignedIn
) -> None:
    world, granted = granting
    service, code = service_of(granted.entry), scenes.a_code(world, granted)
    client = signed_in(world.police_cataloguer)
    address = reverse("sharing:end_new", args=[service.pk])
    today = timezone.localdate()
    page = text_of(client.get(reverse("sharing:operation", args=[service.pk])))
    assert "依据：共享条例第二十七条" in page
    soon = client.post(address, {"ends_on": today + timedelta(days=29), "reason": "系统下线"})
    assert soon.status_code == 422
    assert "至少提前30天" in text_of(soon)
    later = {"ends_on": today + timedelta(days=30), "reason": "系统下线"}
    assert client.post(address, later).status_code == 302
    assert client.post(address, later).status_code == 409
    answer = called(service, code)
    assert (answer.status_code, bool(answer["Sunset"])) == (200, True)
    grant = reverse("sharing:authorization", args=[granted.pk])
    assert "停止提供" in text_of(signed_in(world.health_cataloguer).get(grant))
    ServiceEnd.objects.update(ends_on=today - timedelta(days=1))
    assert "已停止提供</span>" in text_of(client.get(reverse("sharing:services")))
    assert called(service, code).json()["outcome"] == "unavailable"
    bureau = signed_in(world.coordinator)
    assert bureau.post(reverse("sharing:end_withdraw", args=[service.pk])).status_code == 302
    answer = called(service, code)
    assert answer.status_code == 200
    assert "Sunset" not in answer


def test_probes_are_added_up_by_day_and_the_provider_hears_of_the_third_failure(
    granting: Granted, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, granted = granting
    service = service_of(granted.entry)
    now = timezone.now()
    for note in ("", "没有应答", "没有应答", "没有应答", "没有应答", ""):
        probing.keep(service, probing.Found(note, 12), now)
    day = ServiceAvailability.objects.get(service=service)
    assert (day.probes, day.failed, day.paused) == (6, 4, 0)
    told = Notice.objects.filter(recipient=world.police_cataloguer, kind="sharing.service.notice")
    assert [("没有应答" in one.title, "恢复" in one.title) for one in told.order_by("pk")] == [
        (True, False),
        (False, True),
    ]
    probing.keep(service, probing.Found("没有应答", 12), now, paused=True)
    day.refresh_from_db()
    assert (day.probes, day.failed, day.paused) == (6, 4, 1)
    assert ServiceHealth.objects.get(service=service).failures == 0
    ServiceHealth.objects.update(note="找不到服务器“10.20.30.40”")
    page = reverse("sharing:operation", args=[service.pk])
    for person, reads in (
        (world.police_cataloguer, True),
        (world.coordinator, True),
        (world.health_head, False),
    ):
        assert ("10.20.30.40" in text_of(signed_in(person).get(page))) is reads, person.name


@pytest.mark.django_db(transaction=True)
def test_hosted_services_are_probed_by_their_rows(granting: Granted) -> None:
    _world, granted = granting
    service = service_of(granted.entry)
    assert probing.probe_all() == 0
    HostedRow.objects.all().delete()
    assert probing.probe_all() == 1
    with pytest.raises(Unreadable):
        probing._hosted(service)
    InterfaceService.objects.update(enabled=False)
    assert probing.probe_all() == 0


def test_a_changed_item_begins_a_new_version_once_and_users_are_told(
    granting: Granted, signed_in: SignedIn
) -> None:
    world, granted = granting
    service = service_of(granted.entry)
    versions.keep(service)
    assert versions.keep(service) is None
    granted.entry.items.filter(name="登记编号").update(length=77)
    assert versions.keep(service) is not None
    assert versions.keep(service) is None
    newest, _first = ServiceVersion.objects.filter(service=service)[:2]
    page = text_of(
        signed_in(world.water_cataloguer).get(reverse("sharing:operation", args=[service.pk]))
    )
    assert f"第{newest.number}版" in page
    assert "(77)" in page
    notice = Notice.objects.get(recipient=world.health_cataloguer, kind="sharing.service.notice")
    assert "登记编号" in notice.body


def test_the_page_costs_the_same_with_2_and_with_200_pauses(
    granting: Granted, signed_in: SignedIn
) -> None:
    world, granted = granting
    service = service_of(granted.entry)
    client = signed_in(world.police_cataloguer)
    counts = []
    for number in (2, 198):
        now = timezone.now()
        MaintenanceWindow.objects.bulk_create(
            MaintenanceWindow(service=service, starts_at=now, ends_at=now + timedelta(hours=1))
            for _n in range(number)
        )
        counts.append(queries_of(client, reverse("sharing:operation", args=[service.pk])))
    assert counts[0] == counts[1]
