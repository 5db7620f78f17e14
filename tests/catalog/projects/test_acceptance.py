"""A project is accepted when every data resource of its systems is catalogued and graded (HK-14)."""

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from catalog.models import CatalogEntry, Project
from catalog.projects import services
from catalog.projects.choices import ProjectState
from catalog.projects.gaps import gaps_of
from catalog.services import entries
from citybrain.notices.models import Notice
from citybrain.refusals import Conflict, Refused
from security.models import ItemGrade
from tests import scenes
from tests.catalog.projects.making import (
    a_built_project,
    a_project,
    a_requested_project,
    move,
)
from tests.catalog.systems.making import a_system, a_system_in_use
from tests.personas import World, actor_of

OPINION = "系统数据已全部编目分级，验收合格。"


def accept(world: World, project: Project) -> Project:
    return move("accept", world.approver, project, opinion=OPINION)


@pytest.mark.django_db
def test_the_way_to_acceptance(world: World) -> None:
    project = a_requested_project(world)
    assert Notice.objects.filter(recipient=world.approver, subject_id=project.pk).exists()
    project = accept(world, project)
    assert project.state == ProjectState.ACCEPTED
    assert project.accepted_on is not None
    assert project.accepted_by == world.approver
    assert Notice.objects.filter(recipient=world.police_head, subject_id=project.pk).exists()


@pytest.mark.django_db
def test_every_kind_of_gap_is_listed_and_refuses_the_request(world: World) -> None:
    silent = a_system(world, name="车辆管理系统")
    catalogued = a_system_in_use(world)
    scenes.a_draft(world)
    project = a_built_project(world, silent, catalogued)
    assert [gap.subject for gap in gaps_of(project)] == ["车辆管理系统", "居住证登记信息"]
    with pytest.raises(Refused) as refused:
        move("request", world.police_cataloguer, project)
    assert any("车辆管理系统" in reason for reason in refused.value.reasons)
    bare = a_project(world, approval_number="海科信审〔2025〕19号")
    assert [gap.subject for gap in gaps_of(bare)] == [bare.name]


@pytest.mark.django_db
def test_a_system_that_is_declared_to_hold_no_data_asks_for_no_entry(world: World) -> None:
    plain = a_system(
        world, name="视频会议系统", holds_no_data=True, no_data_reason="只转发会议画面，不留存数据"
    )
    project = move("request", world.police_cataloguer, a_built_project(world, plain))
    assert accept(world, project).state == ProjectState.ACCEPTED


@pytest.mark.django_db
def test_an_item_that_lost_its_grade_stands_in_the_way(world: World) -> None:
    project = a_requested_project(world)
    ItemGrade.objects.filter(item__name="姓名").delete()
    with pytest.raises(Refused) as refused:
        accept(world, project)
    assert "1 个信息项尚未由数据安全员确认分级" in refused.value.reasons[0]


@pytest.mark.django_db
def test_an_entry_withdrawn_after_the_request_stands_in_the_way(world: World) -> None:
    project = a_requested_project(world)
    entry = CatalogEntry.objects.get()
    entries.move("retire", actor=actor_of(world.approver), entry=entry, reason="职能调整")
    with pytest.raises(Refused):
        accept(world, project)
    project.refresh_from_db()
    assert project.state == ProjectState.REQUESTED


@pytest.mark.django_db
def test_who_requested_it_does_not_accept_it_and_nobody_accepts_twice(world: World) -> None:
    project = a_requested_project(world)
    for person in (world.police_cataloguer, world.coordinator, world.auditor):
        with pytest.raises(PermissionDenied):
            move("accept", person, project, opinion=OPINION)
    accept(world, project)
    with pytest.raises(Conflict):
        accept(world, project)


@pytest.mark.django_db
def test_what_was_returned_is_put_right_and_requested_again(world: World) -> None:
    project = a_requested_project(world)
    project = move("send_back", world.approver, project, reason="缺少签注信息的编目")
    assert project.state == ProjectState.RETURNED
    actor = actor_of(world.police_cataloguer)
    project = services.change_project(actor=actor, project=project, values={"contractor": "另一家"})
    project = move("request", world.police_cataloguer, project)
    with pytest.raises(Conflict):
        services.change_project(actor=actor, project=project, values={"contractor": "又一家"})
    assert accept(world, project).state == ProjectState.ACCEPTED


@pytest.mark.django_db(transaction=True)
def test_an_entry_withdrawn_at_the_same_moment_keeps_the_project_from_acceptance(
    world: World,
) -> None:
    """The withdrawal is written and not committed yet; the acceptance waits for it and sees it."""
    project = a_requested_project(world)
    entry = CatalogEntry.objects.get()
    approver = actor_of(world.approver)
    outcome: list[object] = []

    def try_to_accept() -> None:
        try:
            outcome.append(accept(world, project).state)
        except Refused as refused:
            outcome.append(refused)
        finally:
            connection.close()

    with transaction.atomic():
        entries.move("retire", actor=approver, entry=entry, reason="职能调整")
        thread = threading.Thread(target=try_to_accept)
        thread.start()
        thread.join(timeout=0.5)
        assert thread.is_alive(), "the acceptance did not wait for the withdrawal"
    thread.join(timeout=20)
    assert isinstance(outcome[0], Refused)


@pytest.mark.django_db(transaction=True)
def test_an_entry_cannot_be_withdrawn_while_its_project_is_being_accepted(world: World) -> None:
    project = a_requested_project(world)
    entry = CatalogEntry.objects.get()
    approver = actor_of(world.approver)
    moved: list[str] = []

    def withdraw() -> None:
        try:
            entries.move("retire", actor=approver, entry=entry, reason="职能调整")
            moved.append("retired")
        finally:
            connection.close()

    with transaction.atomic():
        accept(world, project)
        thread = threading.Thread(target=withdraw)
        thread.start()
        thread.join(timeout=0.5)
        assert not moved
    thread.join(timeout=20)
    assert moved == ["retired"]
    project.refresh_from_db()
    assert project.state == ProjectState.ACCEPTED
