"""Terms of single items, the assessments of SC-13, and conditions that look like obstacles (SC-15)."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from catalog import guards, rules
from catalog.choices import (
    OPENNESS,
    DataType,
    OpenType,
    Privacy,
    Secrecy,
    SharingChannel,
    SharingMethod,
    SharingType,
)
from catalog.models import CatalogEntry, DataItem
from catalog.obstacles import obstacles_in
from catalog.services import content, entries
from citybrain.refusals import Refused
from sharing.services import applications
from tests import scenes
from tests.personas import World, actor_of

LAW = "《中华人民共和国档案法》第二十八条"


def refusals(item: dict[str, Any], **changes: Any) -> dict[str, list[str]]:
    entry = CatalogEntry(**scenes.entry_values(**changes))
    given_item = {"name": "姓名", "data_type": DataType.CHARACTER, **item}
    try:
        rules.check(entry, content.draft_items(entry, [given_item]))
    except ValidationError as error:
        return error.message_dict
    return {}


def test_an_item_is_never_shared_or_opened_on_wider_terms_than_its_entry() -> None:
    assert "不能比信息资源的共享类型更宽" in str(
        refusals({"sharing_type": SharingType.UNCONDITIONAL})["items-0-sharing_type"]
    )
    assert "不能比信息资源的开放属性更宽" in str(
        refusals({"open_type": OpenType.OPEN})["items-0-open_type"]
    )
    assert "不予共享的信息项" in str(
        refusals(
            {"sharing_type": SharingType.WITHHELD, "open_type": OpenType.OPEN},
            open_type=OpenType.OPEN,
        )["items-0-open_type"]
    )
    assert refusals({"sharing_type": SharingType.WITHHELD}) == {}


@given(
    own=st.sampled_from([None, *SharingType.values]),
    whole=st.sampled_from(SharingType.values),
    opened=st.sampled_from(["", *OpenType.values]),
    whole_opened=st.sampled_from(OpenType.values),
)
def test_what_holds_for_an_accepted_item_is_within_its_entry(
    own: int | None, whole: int, opened: str, whole_opened: str
) -> None:
    item = {"sharing_type": own, "open_type": opened}
    if refusals(item, sharing_type=whole, open_type=whole_opened):
        return
    entry = CatalogEntry(**scenes.entry_values(sharing_type=whole, open_type=whole_opened))
    drafted = DataItem(entry=entry, **item)
    assert drafted.shared_as >= whole
    assert OPENNESS.index(drafted.opened_as) <= OPENNESS.index(OpenType(whole_opened))
    if drafted.shared_as == SharingType.WITHHELD:
        assert drafted.opened_as == OpenType.CLOSED


def test_what_leaves_the_platform_goes_as_a_file() -> None:
    mailed = {"sharing_channel": SharingChannel.MAIL}
    assert "须为“文件下载”" in str(refusals({}, **mailed)["sharing_method"])
    assert refusals({}, **mailed, sharing_method=SharingMethod.FILE) == {}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "item", "words"),
    [
        ({"secrecy": ""}, {}, "须填写保密风险评估"),
        ({"privacy": ""}, {}, "须填写个人信息保护影响评估"),
        ({"assessment": ""}, {}, "评估结论和保护措施"),
        ({"privacy": Privacy.NONE, "assessment": "", "secrecy": Secrecy.CLEARED}, {}, "评估结论"),
        ({}, {"sharing_type": SharingType.WITHHELD}, "不予共享的，须列明依据"),
        (
            {"sharing_type": SharingType.UNCONDITIONAL, "sharing_condition": ""},
            {"sharing_type": SharingType.CONDITIONAL},
            "信息项单独设定的也一样",
        ),
    ],
)
def test_an_entry_is_not_submitted_without_its_assessments_and_grounds(
    world: World, changes: dict[str, Any], item: dict[str, Any], words: str
) -> None:
    items = [{"name": "登记编号", "data_type": DataType.CHARACTER, **item}]
    entry = scenes.a_draft(world, items=items, **changes)
    reasons = guards.complete(entry, actor_of(world.police_cataloguer))
    assert len(reasons) == 1
    assert words in reasons[0]


@pytest.mark.django_db
@pytest.mark.parametrize("result", [Privacy.NONE, Privacy.PERSONAL])
def test_an_assessment_milder_than_the_grades_is_refused(world: World, result: str) -> None:
    entry = scenes.a_draft(world, privacy=result)
    scenes.grade_all(entry, world.police_security)
    with pytest.raises(Refused, match=r"与下列信息项的分类不符，请重新评估：.*公民身份号码"):
        entries.move("submit", actor=actor_of(world.police_cataloguer), entry=entry)


@pytest.mark.django_db
def test_a_withheld_item_is_neither_offered_nor_applied_for(world: World) -> None:
    items = [
        {**item, "sharing_type": SharingType.WITHHELD} if item["name"] == "联系电话" else item
        for item in scenes.ITEMS
    ]
    entry = scenes.a_draft(world, items=items, sharing_condition=f"仅限核验。依据：{LAW}。")
    scenes.grade_all(entry, world.police_security)
    for name, person in (
        ("submit", world.police_cataloguer),
        ("sign", world.police_head),
        ("publish", world.approver),
    ):
        entry = entries.move(name, actor=actor_of(person), entry=entry)
    assert "联系电话" not in {item.name for item in applications.offered_items(entry)}
    with pytest.raises(
        ValidationError, match="以下信息项不予共享，请去掉：联系电话。依据：仅限核验"
    ):
        applications.draft(
            actor=actor_of(world.health_cataloguer),
            entry=entry,
            values=scenes.application_values(),
            item_ids=entry.items.values_list("pk", flat=True),
        )


@pytest.mark.django_db
def test_a_conditional_item_makes_the_application_for_it_conditional(world: World) -> None:
    items = [
        {**item, "sharing_type": SharingType.CONDITIONAL} if item["name"] == "姓名" else item
        for item in scenes.ITEMS
    ]
    entry = scenes.a_draft(world, items=items, sharing_type=SharingType.UNCONDITIONAL)
    for chosen, expected in ((["姓名", "登记编号"], 2), (["登记编号"], 1)):
        application = scenes.ShareApplication(entry=entry)
        ids = entry.items.filter(name__in=chosen).values_list("pk", flat=True)
        assert applications.type_asked_for(application, item_ids=ids) == expected


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("须经局长办公会研究同意后提供。", "须经局长办公会研究同意"),
        ("使用单位应与我局另行签订数据使用协议。", "应与我局另行签订数据使用协议"),
        ("使用单位持盖章公函到市局窗口查询。", "持盖章公函"),
        ("暂不具备条件，视情况提供。", "暂不"),
        ("仅限本系统内部使用。", "仅限本系统内部"),
        ("按次收费。", "收费"),
        ("具体事项一事一议。", "一事一议"),
    ],
)
def test_conditions_that_look_like_obstacles_are_pointed_out(condition: str, words: str) -> None:
    found = obstacles_in(CatalogEntry(**scenes.entry_values(sharing_condition=condition)))
    assert words in [one.words for one in found]


@pytest.mark.parametrize(
    "condition",
    [
        scenes.entry_values()["sharing_condition"],
        "共享范围：住建、民政部门。使用用途：核查办件当事人缴存状态；账户余额须有法定依据或者当事人授权。",
        "共享范围：自然资源、供电、公安交管部门。使用用途：场站规划和交通组织。",
    ],
)
def test_ordinary_conditions_are_left_in_peace(condition: str) -> None:
    assert obstacles_in(CatalogEntry(**scenes.entry_values(sharing_condition=condition))) == []


@pytest.mark.django_db
def test_the_bureau_sees_on_the_list_and_on_the_entry_what_it_has_to_judge(
    world: World, signed_in: Any
) -> None:
    entry = scenes.a_signed_entry(world, sharing_condition="须经局领导审批同意，另行签订协议。")
    client = signed_in(world.approver)
    assert "疑似附加条件 2 处" in client.get("/catalog/reviews/").content.decode()
    page = client.get(f"/catalog/{entry.pk}/").content.decode()
    assert "疑似附加条件的内容，请审核时判断" in page
    assert "要求另行签订协议" in page
