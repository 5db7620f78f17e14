"""Information systems for tests, registered the way people do it."""

from datetime import date
from typing import Any

from catalog.models import InformationSystem
from catalog.systems import services
from catalog.systems.choices import (
    Cryptography,
    Entrance,
    Hosting,
    Network,
    Platform,
    ProtectionLevel,
)
from tests.personas import World, actor_of


def system_values(**changes: Any) -> dict[str, Any]:
    """A system with which nothing is wrong, with `changes`."""
    return {
        "name": "居住证管理系统",
        "short_name": "居住证系统",
        "purpose": "受理居住证申领、签注和注销，向基层派出所提供查询。",
        "operator": "海口某信息技术有限公司",
        "network": Network.GOVERNMENT,
        "hosting": Hosting.CLOUD,
        "migration_plan": "",
        "migrates_by": None,
        "entrance": Entrance.INTEGRATED,
        "entrance_plan": "",
        "integrates_by": None,
        "protection_level": ProtectionLevel.SECOND,
        "protection_filing": "46010000001-25001",
        "protection_assessed_on": date(2026, 3, 2),
        "cryptography": Cryptography.PLANNED,
        "cryptography_plan": "身份鉴别和传输加密采用国密算法",
        "cryptography_assessed_on": None,
        "platform": Platform.CONNECTED,
        "maintained_from": date(2025, 1, 1),
        "maintained_to": date(2027, 12, 31),
        "holds_no_data": False,
        "no_data_reason": "",
        **changes,
    }


def a_system(world: World, **changes: Any) -> InformationSystem:
    """A system of the police that is being built."""
    return services.register_system(
        actor=actor_of(world.police_cataloguer),
        department=world.police,
        values=system_values(**changes),
    )


def a_system_in_use(world: World, **changes: Any) -> InformationSystem:
    system = a_system(world, **changes)
    return services.move_system(
        "commission", actor=actor_of(world.police_cataloguer), system=system
    )


def posted(**changes: Any) -> dict[str, Any]:
    """The same as a browser sends it."""
    values = system_values(**changes)
    return {
        name: "on" if value is True else value
        for name, value in values.items()
        if value not in (None, False)
    }
