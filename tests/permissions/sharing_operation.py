"""Services in operation: everybody reads, the provider announces."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from sharing.models import InterfaceService
from sharing.operation import services
from tests.permissions.rows import EVERYBODY, Row
from tests.permissions.sharing_use import HOST, a_service
from tests.personas import World, actor_of

TIMES = {"starts_at": "2030-01-05T22:00", "ends_at": "2030-01-05T23:00", "reason": "升级"}


def a_pause(world: World) -> dict[str, Any]:
    found = a_service(world)
    now = timezone.now()
    window = services.announce_pause(
        actor=actor_of(world.police_cataloguer),
        service=InterfaceService.objects.get(**found),
        starts_at=now,
        ends_at=now + timedelta(hours=2),
        reason="数据库升级",
    )
    return {**found, "window_pk": window.pk}


def an_end(world: World) -> dict[str, Any]:
    found = a_service(world)
    services.announce_end(
        actor=actor_of(world.police_cataloguer),
        service=InterfaceService.objects.get(**found),
        ends_on=timezone.localdate() + timedelta(days=40),
        reason="系统下线，改用一网通办接口",
    )
    return found


ENDERS = HOST | {"coordinator"}
ROWS = [
    Row("sharing:operation", scene=a_service),
    *(
        Row(
            name,
            allowed=allowed,
            scene=scene,
            seen_by=EVERYBODY - allowed,
            method="post",
            data=data,
        )
        for name, allowed, scene, data in (
            ("sharing:pause_new", HOST, a_service, TIMES),
            ("sharing:pause_cancel", HOST, a_pause, {}),
            ("sharing:end_new", HOST, a_service, {"ends_on": "2030-01-05", "reason": "下线"}),
            ("sharing:end_withdraw", ENDERS, an_end, {}),
        )
    ),
]
