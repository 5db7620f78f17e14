"""The register of projects on the screen."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import CatalogEntry, Project
from catalog.projects import services
from catalog.projects.choices import ProjectState
from catalog.systems.services import register_system
from tests import scenes
from tests.catalog.projects.making import (
    a_project,
    a_requested_project,
    project_values,
)
from tests.catalog.systems.making import a_system, a_system_in_use, system_values
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db
LIST = "/catalog/projects/"


def text(client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_the_whole_way_in_the_browser(world: World, signed_in) -> None:
    system = a_system_in_use(world)
    scenes.a_published_entry(world)
    police, approver = signed_in(world.police_cataloguer), signed_in(world.approver)
    assert system.name in text(police, reverse("catalog:project_new"))
    police.post(
        reverse("catalog:project_new"),
        {"department": world.police.pk, "systems": [system.pk], **project_values()},
    )
    project = Project.objects.get()
    url = reverse("catalog:project", args=[project.pk])
    assert "没有缺项" in text(police, url)
    assert "都已由数据安全员确认分级" in text(police, url)

    def move(client: Any, name: str, **words: str) -> Any:
        project.refresh_from_db()
        address = reverse("catalog:project_move", args=[project.pk, name])
        return client.post(address, {"version": project.version, **words})

    move(police, "complete")
    move(police, "request")
    assert url in text(approver, "/")
    assert move(approver, "accept", opinion="").status_code == 422
    assert move(approver, "accept", opinion="验收合格。").status_code == 302
    project.refresh_from_db()
    assert project.state == ProjectState.ACCEPTED
    assert "编目缺项" not in text(police, url)
    assert police.get(reverse("catalog:project_edit", args=[project.pk])).status_code == 409


def test_the_page_lists_what_is_missing_with_links_at_all_times(world: World, signed_in) -> None:
    system = a_system(world, name="车辆管理系统")
    a_system_in_use(world)
    entry = scenes.a_draft(world)
    project = a_project(world, system, entry_system())
    page = text(signed_in(world.approver), reverse("catalog:project", args=[project.pk]))
    assert reverse("catalog:system", args=[system.pk]) in page
    assert reverse("catalog:entry", args=[entry.pk]) in page
    assert "登记编号、姓名" in page
    refused = signed_in(world.police_cataloguer).post(
        reverse("catalog:project_move", args=[a_built(project, world).pk, "request"]),
        {"version": project.version + 1},
    )
    assert refused.status_code == 422
    assert "没有声明系统没有数据资源" in refused.content.decode()


def entry_system() -> Any:
    return CatalogEntry.objects.get().system


def a_built(project: Project, world: World) -> Project:
    return services.move_project(
        "complete", actor=actor_of(world.police_cataloguer), project=project
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"budget": Decimal(-1)}, "budget"),
        ({"approved_on": None}, "approved_on"),
        ({"approved_on": date.today() + timedelta(days=30)}, "approved_on"),  # noqa: DTZ011
        ({"completed_on": date(2025, 1, 1)}, "completed_on"),
        ({"name": ""}, "name"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    world: World, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        a_project(world, **changes)
    assert field in refused.value.message_dict


def test_an_approval_is_registered_once_and_only_with_own_systems(world: World) -> None:
    a_project(world)
    with pytest.raises(ValidationError) as refused:
        a_project(world)
    assert "approval_number" in refused.value.message_dict
    theirs = register_system(
        actor=actor_of(world.health_cataloguer), department=world.health, values=system_values()
    )
    with pytest.raises(ValidationError) as refused:
        a_project(world, theirs, approval_number="海科信审〔2025〕20号")
    assert "systems" in refused.value.message_dict
    with pytest.raises(PermissionDenied):
        services.register_project(
            actor=actor_of(world.police_head), department=world.police, values=project_values()
        )


def test_nothing_is_completed_before_the_departments_own_acceptance(
    world: World, signed_in
) -> None:
    project = a_project(world, completed_on=None)
    answer = signed_in(world.police_cataloguer).post(
        reverse("catalog:project_move", args=[project.pk, "complete"]), {"version": 0}
    )
    assert answer.status_code == 422
    assert "请先在项目中填写竣工验收日期" in answer.content.decode()


def test_the_list_costs_the_same_with_2_and_with_200_projects(world: World, signed_in) -> None:
    client = signed_in(world.approver)
    a_requested_project(world)
    counts = []
    for start, count in ((0, 2), (2, 198)):
        Project.objects.bulk_create(
            Project(
                department=world.police,
                **{**project_values(), "approval_number": f"海科信审〔2024〕{number}号"},
            )
            for number in range(start, start + count)
        )
        for url in (LIST, "/"):
            client.get(url)
        with CaptureQueriesContext(connection) as captured:
            client.get(LIST)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 20
