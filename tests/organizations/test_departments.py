"""Departments are created, changed, renamed and merged with their history, by those who may."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.utils import timezone

from citybrain import registry
from citybrain.administration.services import departments as services
from citybrain.administration.services.succession import Part, foresee, take_over
from citybrain.audit.models import AuditRecord, OwnerChange
from citybrain.identifiers import make_credit_code
from citybrain.organizations.actors import Actor
from citybrain.organizations.choices import Competence
from citybrain.organizations.models import Department, DepartmentChange, User
from citybrain.refusals import Conflict
from citybrain.registry import Clash, Takeover
from tests.factories.organizations import DepartmentFactory, UserFactory
from tests.personas import World

pytestmark = pytest.mark.django_db
ActorOf = Callable[[User], Actor]
TODAY = date(2026, 3, 2)


@pytest.fixture
def admin(world: World, actor_of: ActorOf) -> Actor:
    return actor_of(world.admin)


def values(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "code": "hk-new",
        "name": "海口市数据研究院",
        "short_name": "市数据研究院",
        "credit_code": make_credit_code("12460100", 77),
        "region_code": "460100",
        "catalog_number": "077",
        "level": "city",
        "kind": "institution",
        "competences": [],
        "parent": world.city,
        "order": 77,
        **changes,
    }


def test_a_new_department_is_on_record_with_its_values(world: World, admin: Actor) -> None:
    made = services.create_department(actor=admin, values=values(world))
    entry = AuditRecord.objects.get(verb="organizations.department_created")
    assert entry.subject_id == made.pk
    assert entry.data["name"] == "海口市数据研究院"
    assert entry.actor == world.admin
    assert made.pinyin.startswith("hai kou shi")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("credit_code", "11460100XN0000020A", "校验位"),
        ("credit_code", "123", "18 位"),
        ("name", "海口市\u202e局洋海", "看不见的文字方向控制字符"),
        ("short_name", "\u3164", "看不见的文字方向控制字符"),
        ("region_code", "990000", "省级行政区划码"),
        ("catalog_number", "7", "三位数字"),
        ("name", "海口市公安局", "已存在"),
        ("code", "含空格 的", "有效"),
    ],
)
def test_bad_values_are_refused_by_field(
    world: World, admin: Actor, field: str, value: str, words: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        services.create_department(actor=admin, values=values(world, **{field: value}))
    assert any(words in message for message in refused.value.message_dict[field]), (
        refused.value.message_dict
    )
    assert not Department.objects.filter(code="hk-new").exists()
    assert not AuditRecord.objects.filter(verb="organizations.department_created").exists()


def test_there_is_one_city(world: World, admin: Actor) -> None:
    with pytest.raises(ValidationError, match="请选择上级单位"):
        services.create_department(actor=admin, values=values(world, parent=None))


def test_a_catalog_number_is_given_once_in_a_region(world: World, admin: Actor) -> None:
    with pytest.raises(ValidationError, match="目录编码单位序号"):
        services.create_department(
            actor=admin, values=values(world, catalog_number=world.police.catalog_number)
        )


def test_a_city_wide_task_has_one_department(world: World, admin: Actor) -> None:
    with pytest.raises(ValidationError, match="海口市大数据发展局承担"):
        services.create_department(
            actor=admin, values=values(world, competences=[Competence.BIG_DATA])
        )
    with pytest.raises(ValidationError, match="仍有人员担任"):
        services.change_department(actor=admin, department=world.bureau, values={"competences": []})


def test_a_change_records_before_and_after_of_what_changed_only(world: World, admin: Actor) -> None:
    services.change_department(
        actor=admin, department=world.police, values={"short_name": "公安局", "order": 1000}
    )
    entry = AuditRecord.objects.get(verb="organizations.department_changed")
    assert entry.data == {"short_name": {"before": "市公安局", "after": "公安局"}}


def test_saving_without_a_change_leaves_no_record(world: World, admin: Actor) -> None:
    services.change_department(
        actor=admin, department=world.police, values={"short_name": "市公安局"}
    )
    assert not AuditRecord.objects.filter(verb="organizations.department_changed").exists()


def test_a_department_cannot_stand_below_itself(world: World, admin: Actor) -> None:
    below = DepartmentFactory(parent=world.police)
    with pytest.raises(ValidationError, match="上级单位不能是本单位或其下级单位"):
        services.change_department(actor=admin, department=world.police, values={"parent": below})


@pytest.mark.parametrize("name", ["police_head", "approver", "auditor", "city_reader"])
def test_others_change_nothing(world: World, actor_of: ActorOf, name: str) -> None:
    actor = actor_of(world.people[name])
    with pytest.raises(PermissionDenied):
        services.create_department(actor=actor, values=values(world))
    with pytest.raises(PermissionDenied):
        services.change_department(
            actor=actor, department=world.police, values={"short_name": "公安"}
        )
    with pytest.raises(PermissionDenied):
        services.merge_departments(
            actor=actor,
            source=world.water,
            target=world.police,
            basis="无",
            effective_on=TODAY,
        )


def test_a_renamed_department_keeps_its_former_name_on_file(world: World, admin: Actor) -> None:
    services.rename(
        actor=admin,
        department=world.health,
        name="海口市卫生健康局",
        short_name="市卫健局",
        basis="海机编〔2026〕3号",
        effective_on=TODAY,
    )
    world.health.refresh_from_db()
    assert world.health.name == "海口市卫生健康局"
    assert world.health.pinyin == "hai kou shi wei sheng jian kang ju"
    change = DepartmentChange.objects.get()
    assert (change.old_name, change.new_name) == ("海口市卫生健康委员会", "海口市卫生健康局")
    assert change.basis == "海机编〔2026〕3号"


def test_a_name_does_not_change_in_advance(world: World, admin: Actor) -> None:
    with pytest.raises(ValidationError, match="生效日期不能晚于今天"):
        services.rename(
            actor=admin,
            department=world.health,
            name="海口市卫生健康局",
            short_name="市卫健局",
            basis="海机编〔2026〕3号",
            effective_on=timezone.localdate() + timedelta(days=1),
        )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"effective_on": date(1, 1, 1)}, "不能早于 1949-10-01"),
        ({"effective_on": date(1949, 9, 30)}, "不能早于 1949-10-01"),
        ({"name": "Health 1"}, "中文名称"),
        ({"name": "。。"}, "中文名称"),
        ({"effective_on": TODAY - timedelta(days=11)}, "上一次变更"),
    ],
)
def test_a_new_name_is_a_name_from_a_day_that_can_be(
    world: World, admin: Actor, changes: dict, message: str
) -> None:
    paper = {"actor": admin, "department": world.health, "basis": "海机编〔2026〕3号"}
    first = {"name": "海口市卫生局", "short_name": "市卫生局"}
    services.rename(**paper, **first, effective_on=TODAY - timedelta(days=10))
    second = {"name": "海口市卫生健康局", "short_name": "市卫健局", "effective_on": TODAY}
    with pytest.raises(ValidationError, match=message):
        services.rename(**paper, **{**second, **changes})
    services.rename(**paper, **{**second, "name": "海口市\n卫生健康局"})
    world.health.refresh_from_db()
    assert world.health.name == "海口市 卫生健康局"


def merge(admin: Actor, source: Department, target: Department) -> services.Merger:
    return services.merge_departments(
        actor=admin, source=source, target=target, basis="海机编〔2026〕9号", effective_on=TODAY
    )


def test_merging_moves_people_with_their_roles(
    world: World, admin: Actor, actor_of: ActorOf
) -> None:
    below = DepartmentFactory(parent=world.water)
    done = merge(admin, world.water, world.health)
    assert done == services.Merger(people=3, roles_lost=())
    moved = actor_of(world.water_cataloguer)
    assert moved.department == world.health
    assert moved.roles == {"cataloguer"}
    groups = set(world.water_cataloguer.groups.values_list("role_group__department", flat=True))
    assert groups == {world.health.pk}
    world.water.refresh_from_db()
    assert (world.water.retired_on, world.water.successor) == (TODAY, world.health)
    below.refresh_from_db()
    assert below.parent == world.health
    change = DepartmentChange.objects.get(department=world.water)
    assert (change.kind, change.successor) == ("merged", world.health)


def test_every_person_moved_is_on_record_with_the_merger(world: World, admin: Actor) -> None:
    merge(admin, world.water, world.health)
    moved = AuditRecord.objects.filter(verb="organizations.person_changed")
    assert {entry.subject_id for entry in moved} == {
        world.water_cataloguer.pk,
        world.water_head.pk,
        world.water_security.pk,
    }
    assert {entry.data["department"]["before"] for entry in moved} == {"海口市水务局"}
    assert AuditRecord.objects.get(verb="organizations.department_merged").data["people"] == 3


def test_the_bureau_can_be_merged_and_its_administrators_stay_in_office(
    world: World, admin: Actor, actor_of: ActorOf
) -> None:
    done = merge(admin, world.bureau, world.police)
    assert done.roles_lost == ()
    world.police.refresh_from_db()
    assert world.police.competences == ["big_data"]
    assert actor_of(world.admin).may("manage_people", world.water.pk)
    assert actor_of(world.admin).department == world.police


def test_roles_that_the_target_has_not_are_named_and_dropped(world: World, admin: Actor) -> None:
    assert services.roles_without_place(world.water, world.city) == [
        "编目员", "共享工作机构负责人", "数据安全员",
    ]  # fmt: skip
    done = merge(admin, world.water, world.city)
    assert done.roles_lost == ("cataloguer", "security_officer", "sharing_head")
    assert world.water_head.groups.count() == 0


def test_apps_move_what_is_live_of_theirs(world: World, admin: Actor) -> None:
    moved: list[Department] = []
    told: list[Actor] = []
    takeover = Takeover(
        "下级单位",
        lambda source: Department.objects.filter(parent=source),
        field="parent",
        clashes=lambda source, target: [Clash("有一处不同", told.append)],
        after=moved.extend,
    )
    below = DepartmentFactory(parent=world.water)
    with registry.merges.override("test", takeover):
        assert foresee(world.water, world.health) == [Part("下级单位", 1, ("有一处不同",))]
        done = take_over(admin, world.water, world.health, TODAY)
    assert done == [Part("下级单位", 1, ("有一处不同",))]
    assert (moved, told) == ([below], [admin])
    change = OwnerChange.objects.get()
    assert (change.subject_id, change.field, change.before, change.after) == (
        below.pk, "parent", world.water, world.health,
    )  # fmt: skip


def test_when_an_app_cannot_move_its_part_nothing_is_merged(world: World, admin: Actor) -> None:
    def fail(rows: list[User]) -> None:
        raise IntegrityError("somebody was quicker")

    takeover = Takeover("人员", lambda source: User.objects.filter(pk=world.admin.pk), after=fail)
    with registry.merges.override("test", takeover), pytest.raises(Conflict, match="正在办理"):
        merge(admin, world.water, world.health)
    world.water.refresh_from_db()
    assert world.water.retired_on is None
    assert User.objects.filter(department=world.water).count() == 3
    assert not AuditRecord.objects.filter(verb="organizations.department_merged").exists()


def test_what_is_dissolved_does_not_change_any_more(world: World, admin: Actor) -> None:
    merge(admin, world.water, world.health)
    world.water.refresh_from_db()
    with pytest.raises(Conflict) as refused:
        merge(admin, world.water, world.police)
    assert refused.value.state_label == "已撤并"
    with pytest.raises(Conflict):
        services.change_department(
            actor=admin, department=world.water, values={"short_name": "水务"}
        )


def test_nonsense_mergers_are_refused(world: World, admin: Actor) -> None:
    with pytest.raises(ValidationError, match="另一个单位"):
        merge(admin, world.water, world.water)
    with pytest.raises(ValidationError, match="本级人民政府"):
        merge(admin, world.city, world.water)
    below = DepartmentFactory(parent=world.water)
    with pytest.raises(ValidationError, match="由被并入单位管理"):
        merge(admin, world.water, below)


def test_grants_of_a_dissolved_department_hold_for_its_past_alone(
    world: World, admin: Actor, actor_of: ActorOf
) -> None:
    left_behind = UserFactory(department=world.water, roles=["cataloguer"])
    merge(admin, world.water, world.health)
    held = {
        entry.past: entry.code
        for entry in registry.permissions
        if "cataloguer" in entry.roles and world.water.pk in actor_of(left_behind).scope(entry.code)
    }
    assert list(held) == [True], "only what reads the past of a dissolved department is held"
    assert world.health.pk in actor_of(left_behind).scope(held[True])
