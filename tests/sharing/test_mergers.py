"""Departments are merged while they share data: what is live goes on with the successor."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.choices import EntryState
from catalog.models import CatalogEntry
from catalog.services import entries
from citybrain.administration.services.departments import merge_departments
from citybrain.administration.services.succession import foresee, take_leftovers
from citybrain.audit.models import OwnerChange
from citybrain.duties.models import Duty
from citybrain.duties.services import open_duties_of
from citybrain.notices.models import Notice
from citybrain.organizations.models import Department
from sharing.choices import ApplicationState
from sharing.models import Authorization, ServiceCall, ShareApplication
from sharing.policies import application_policy, call_policy
from sharing.services import applications
from tests import scenes
from tests.catalog.systems.making import a_system
from tests.evaluation.years import call
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db


def merge(world: World, source: Department, target: Department) -> dict[str, int]:
    """Merges and returns what went over, by label; checks that it was what was announced."""
    announced = foresee(source, target)
    done = merge_departments(
        actor=actor_of(world.admin),
        source=source,
        target=target,
        basis="海机编〔2026〕9号",
        effective_on=timezone.localdate(),
    )
    said, promised = (
        [text for part in parts for text in part.remarks] for parts in (done.parts, announced)
    )
    assert said == promised
    assert foresee(source, target) == []
    return {part.label: part.number for part in done.parts}


def test_a_providers_successor_goes_on_and_the_past_stays(world: World) -> None:
    entry = scenes.a_hosted_entry(world)
    authorization = scenes.an_authorization(world, entry)
    code = scenes.a_code(world, authorization)
    assert call(code, authorization) == 200
    asked = scenes.a_delivered_application(
        world, scenes.a_published_entry(world, title="户籍人口信息")
    )
    copy = scenes.a_revision(world, entry, title="居住证办理信息")
    system = a_system(world)
    own = entries.compile_entry(
        actor=actor_of(world.water_cataloguer),
        department=world.water,
        values=scenes.entry_values(title="户籍 人口信息"),
        items=scenes.ITEMS,
    )

    done = merge(world, world.police, world.water)
    assert done["信息资源（含修订稿和已注销的）"] == 3
    assert not CatalogEntry.objects.filter(department=world.police).exists()
    asked.refresh_from_db()
    asked.entry.refresh_from_db()
    own.refresh_from_db()
    assert (asked.entry.title, own.title) == ("户籍人口信息（原市公安局）", "户籍 人口信息")
    assert (
        "改称《户籍人口信息（原市公安局）》"
        in Notice.objects.filter(recipient=world.water_cataloguer).latest("pk").body
    )
    system.refresh_from_db()
    assert system.department == asked.provider == world.water

    # The successor's own head answers, whoever was of the police goes on with the revision.
    answer = {"reason": "超出必要范围", "refusal_basis": "《政务数据共享条例》第二十一条"}
    assert open_duties_of(asked)[0].department == world.water
    applications.move("refuse", actor=actor_of(world.water_head), application=asked, inputs=answer)
    copy.refresh_from_db()
    entries.change_entry(
        actor=actor_of(world.police_cataloguer),
        entry=copy,
        values={"summary": "改"},
        items=scenes.ITEMS,
    )
    assert call(code, authorization) == 200
    assert list(ServiceCall.objects.order_by("pk").values_list("provider", flat=True)) == [
        world.police.pk, world.water.pk,
    ]  # fmt: skip

    # What was closed before keeps its name, and the successor reads it; nobody else does.
    agreed = ShareApplication.objects.get(pk=authorization.application_id)
    assert agreed.provider == world.police
    reader = actor_of(world.water_head)
    assert application_policy.fetch(reader, pk=agreed.pk) == agreed
    assert call_policy.queryset(reader).count() == 2
    assert not application_policy.allows(reader, "answer", agreed)
    stranger = actor_of(world.health_head)
    assert not stranger.may("view_sharing", world.water.pk)
    change = OwnerChange.objects.get(subject_type="catalog.CatalogEntry", subject_id=entry.pk)
    assert (change.before, change.after) == (world.police, world.water)

    # What came to the merged department in that moment is brought after it.
    CatalogEntry.objects.filter(pk=own.pk).update(department=world.police)
    assert (take_leftovers(), take_leftovers()) == (1, 0)
    own.refresh_from_db()
    assert own.department == world.water


def test_what_lay_between_two_that_become_one_ends_or_is_told(world: World, client: Client) -> None:
    entry = scenes.a_hosted_entry(world)
    authorization = scenes.an_authorization(world, entry)
    code = scenes.a_code(world, authorization)
    asked = scenes.a_delivered_application(
        world, scenes.a_published_entry(world, title="户籍人口信息")
    )
    client.force_login(world.admin)
    page = client.post(
        reverse("administration:department_merge", args=[world.health.pk]),
        {"target": world.police.pk, "basis": "海机编〔2026〕9号", "effective_on": "2026-03-02"},
    ).content.decode()
    assert f"授权{authorization}的提供单位与使用单位合并" in page
    assert f"{asked}的申请单位与提供单位合并" in page

    merge(world, world.health, world.police)
    asked.refresh_from_db()
    assert (asked.state, asked.department) == (ApplicationState.WITHDRAWN, world.health)
    assert not Duty.objects.open().filter(subject_id=asked.pk).exists()
    authorization.refresh_from_db()
    assert authorization.consumer == authorization.provider == world.police
    assert call(code, authorization) == 200


def test_of_two_applications_for_one_entry_the_one_delivered_first_stays(world: World) -> None:
    entry = scenes.a_published_entry(world)
    delivered = scenes.a_delivered_application(world, entry)
    draft = applications.draft(
        actor=actor_of(world.water_cataloguer),
        entry=entry,
        values=scenes.application_values(),
        item_ids=[item.pk for item in entry.items.all()],
    )
    merge(world, world.health, world.water)
    for one in (delivered, draft):
        one.refresh_from_db()
    assert (delivered.state, delivered.department) == (ApplicationState.ANSWERING, world.water)
    assert draft.state == ApplicationState.WITHDRAWN
    assert Authorization.objects.count() == 0
    assert entry.state == EntryState.PUBLISHED
