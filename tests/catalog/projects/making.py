"""Projects for tests, on their way to acceptance."""

from datetime import date
from decimal import Decimal
from typing import Any

from catalog.models import Project
from catalog.projects import services
from tests import scenes
from tests.catalog.systems.making import a_system_in_use
from tests.personas import World, actor_of


def project_values(**changes: Any) -> dict[str, Any]:
    return {
        "name": "居住证管理系统升级改造项目",
        "approval_number": "海科信审〔2025〕18号",
        "approved_on": date(2025, 3, 14),
        "budget": Decimal("386.50"),
        "contractor": "海口某信息技术有限公司",
        "description": "居住证申领、签注全流程网上办理。",
        "completed_on": date(2026, 9, 30),
        **changes,
    }


def a_project(world: World, *systems: Any, **changes: Any) -> Project:
    """A project of the police that builds `systems`."""
    return services.register_project(
        actor=actor_of(world.police_cataloguer),
        department=world.police,
        values=project_values(**changes),
        systems=systems,
    )


def move(name: str, person: Any, project: Project, **words: str) -> Project:
    return services.move_project(name, actor=actor_of(person), project=project, words=words)


def a_built_project(world: World, *systems: Any) -> Project:
    return move("complete", world.police_cataloguer, a_project(world, *systems))


def a_requested_project(world: World) -> Project:
    """With one system and one published entry, so that nothing is missing."""
    system = a_system_in_use(world)
    scenes.a_published_entry(world)
    project = a_built_project(world, system)
    return move("request", world.police_cataloguer, project)
