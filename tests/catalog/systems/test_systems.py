"""The register of information systems: what is asked, who may, what the pages do (HK-12)."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import InformationSystem
from catalog.rules import title_key
from catalog.systems import rules, services
from catalog.systems.choices import Entrance, Hosting, ProtectionLevel, SystemState
from citybrain.audit.models import AuditRecord
from citybrain.organizations.models import User
from citybrain.refusals import Conflict
from tests import scenes
from tests.catalog.systems.making import a_system, a_system_in_use, posted, system_values
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db
LIST = "/catalog/systems/"


def page(client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_a_cataloguer_registers_changes_commissions_and_retires(world: World, signed_in) -> None:
    client = signed_in(world.police_cataloguer)
    client.post(reverse("catalog:system_new"), {"department": world.police.pk, **posted()})
    system = InformationSystem.objects.get()
    url = reverse("catalog:system", args=[system.pk])
    assert "在建" in page(client, url)
    edit = reverse("catalog:system_edit", args=[system.pk])
    assert "居住证系统" in page(client, edit)
    changes = posted(operator="海口另一信息技术有限公司")
    assert client.post(edit, {**changes, "version": system.version})["Location"] == url
    move = reverse("catalog:system_move", args=[system.pk, "commission"])
    client.post(move, {"version": system.version + 1})
    retire = reverse("catalog:system_move", args=[system.pk, "retire"])
    assert client.post(retire, {"version": system.version + 2}).status_code == 422
    client.post(retire, {"version": system.version + 2, "reason": "由新系统替代，数据已迁移"})
    system.refresh_from_db()
    assert system.state == SystemState.RETIRED
    assert client.get(edit).status_code == 409
    assert "由新系统替代" in page(client, url)
    verbs = AuditRecord.objects.filter(subject_type="catalog.InformationSystem")
    assert set(verbs.values_list("verb", flat=True)) == {
        "catalog.system.registered",
        "catalog.system.changed",
        "catalog.system.commission",
        "catalog.system.retire",
    }
    changed = verbs.get(verb="catalog.system.changed").data
    assert changed == {
        "operator": {"before": "海口某信息技术有限公司", "after": "海口另一信息技术有限公司"}
    }


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"hosting": Hosting.ELSEWHERE}, "migration_plan"),
        ({"hosting": Hosting.ELSEWHERE, "migration_plan": "分两期"}, "migrates_by"),
        ({"entrance": Entrance.SEPARATE, "integrates_by": date(2027, 6, 1)}, "entrance_plan"),
        ({"entrance": Entrance.SEPARATE, "entrance_plan": "并入"}, "integrates_by"),
        ({"holds_no_data": True}, "no_data_reason"),
        ({"cryptography": "assessed"}, "cryptography_assessed_on"),
        ({"protection_assessed_on": date(2199, 1, 1)}, "protection_assessed_on"),
        ({"maintained_to": date(2024, 1, 1)}, "maintained_to"),
        ({"name": "——"}, "name"),
        ({"network": "moon"}, "network"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(
    world: World, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        a_system(world, **changes)
    assert field in refused.value.message_dict


def test_a_refused_form_keeps_what_was_typed(world: World, signed_in) -> None:
    answer = signed_in(world.police_cataloguer).post(
        reverse("catalog:system_new"),
        {"department": world.police.pk, **posted(hosting="elsewhere", purpose="机房自建的系统")},
    )
    assert answer.status_code == 422
    assert "机房自建的系统" in answer.content.decode()
    assert "须写明向电子政务云迁移的计划" in answer.content.decode()
    assert not InformationSystem.objects.exists()


def test_what_the_rules_ask_and_the_system_lacks_is_listed() -> None:
    today = date(2026, 11, 27)
    fine = InformationSystem(**system_values())
    assert rules.lacks(fine, today) == []
    poor = InformationSystem(
        **system_values(
            hosting=Hosting.ELSEWHERE,
            migrates_by=date(2026, 6, 30),
            entrance=Entrance.SEPARATE,
            integrates_by=date(2026, 6, 30),
            protection_level=ProtectionLevel.THIRD,
            protection_filing="",
            protection_assessed_on=date(2025, 9, 1),
            platform="none",
            maintained_to=date(2026, 1, 1),
        )
    )
    assert len(rules.lacks(poor, today)) == 7


def test_a_name_is_registered_once_until_it_is_retired(world: World) -> None:
    first = a_system(world)
    with pytest.raises(ValidationError) as refused:
        a_system(world, name="居住证  管理系统")
    assert "name" in refused.value.message_dict
    actor = actor_of(world.police_cataloguer)
    services.move_system("retire", actor=actor, system=first, reason="重建")
    a_system(world)
    first.refresh_from_db()
    with pytest.raises(ValidationError):
        services.move_system("restore", actor=actor, system=first, reason="误停用")


def test_only_the_departments_cataloguer_writes_and_a_stale_form_is_refused(world: World) -> None:
    system = a_system(world)
    for person in (world.police_head, world.approver, world.auditor):
        with pytest.raises(PermissionDenied):
            services.change_system(actor=actor_of(person), system=system, values={})
    with pytest.raises(PermissionDenied):
        services.register_system(
            actor=actor_of(world.police_cataloguer),
            department=world.health,
            values=system_values(),
        )
    actor = actor_of(world.police_cataloguer)
    services.change_system(actor=actor, system=system, version=0, values={"short_name": "甲"})
    with pytest.raises(Conflict):
        services.change_system(actor=actor, system=system, version=0, values={"short_name": "乙"})


def test_a_department_sees_its_own_systems_and_the_bureau_all(world: World, signed_in) -> None:
    a_system(world)
    assert "居住证管理系统" in page(signed_in(world.police_head), LIST)
    assert "居住证管理系统" in page(signed_in(world.approver), LIST)
    assert "居住证管理系统" not in page(signed_in(world.health_cataloguer), LIST)
    police = signed_in(world.approver).get(LIST, {"department": world.health.pk})
    assert "没有符合条件的信息系统" in police.content.decode()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_filtered_list_is_exported_and_the_export_is_on_record(
    world: World, signed_in, kind: str
) -> None:
    a_system(world)
    a_system(world, name="车辆管理系统", network="internet")
    answer = signed_in(world.approver).post(
        reverse("catalog:system_export") + "?network=internet", {"format": kind}
    )
    body = b"".join(answer) if answer.streaming else answer.content
    assert answer.status_code == 200
    if kind == "csv":
        assert "车辆管理系统" in body.decode("utf-8-sig")
        assert "居住证管理系统" not in body.decode("utf-8-sig")
    assert AuditRecord.objects.get(verb="access.exported").data["rows"] == 1


def test_the_page_of_an_entry_leads_to_its_system_for_those_who_may_see_it(
    world: World, signed_in
) -> None:
    system = a_system_in_use(world)
    entry = scenes.a_published_entry(world)
    link = reverse("catalog:system", args=[system.pk])
    for person, sees in (
        (world.police_head, True),
        (world.approver, True),
        (world.health_cataloguer, False),
    ):
        shown = page(signed_in(person), reverse("catalog:entry", args=[entry.pk]))
        assert (link in shown) is sees
    assert entry.title in page(signed_in(world.approver), link)


def many(world: World, owner: User, start: int, count: int) -> None:
    values = system_values()
    InformationSystem.objects.bulk_create(
        InformationSystem(
            department=world.police,
            created_by=owner,
            **{**values, "name": f"第{number}号系统"},
            name_key=title_key(f"第{number}号系统"),
            pinyin=f"di {number:05}",
        )
        for number in range(start, start + count)
    )


def test_the_list_costs_the_same_with_2_and_with_200_systems(world: World, signed_in) -> None:
    client = signed_in(world.approver)
    counts = []
    for start, count in ((0, 2), (2, 198)):
        many(world, world.police_cataloguer, start, count)
        client.get(LIST)
        with CaptureQueriesContext(connection) as captured:
            client.get(LIST)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 20
