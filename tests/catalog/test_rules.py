"""What an entry must state, and what must agree with what (SC-13, SC-14; compilation guide)."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from catalog import guards, rules
from catalog.choices import (
    FORMAT_METHODS,
    FORMAT_TYPES,
    FormatClass,
    OpenType,
    SharingMethod,
    SharingType,
)
from catalog.models import CatalogEntry
from catalog.services import content, entries
from citybrain.refusals import Refused
from tests import scenes
from tests.personas import World, actor_of

ITEMS = scenes.ITEMS


def errors_of(items: list[dict[str, Any]] | None = None, **changes: Any) -> dict[str, list[str]]:
    """The refusals of an entry by field; {} when it is acceptable. No database is asked."""
    entry = CatalogEntry(**scenes.entry_values(**changes))
    try:
        rules.check(entry, content.draft_items(entry, ITEMS if items is None else items))
    except ValidationError as error:
        return error.message_dict
    return {}


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"title": "  ——  "}, "title", "不能只有标点或空格"),
        ({"title": ""}, "title", "不能为空"),
        ({"title": "居住证 管理系统"}, "title", "不能只写信息系统的名称"),
        ({"title": "长" * 129}, "title", "128"),
        ({"summary": ""}, "summary", "不能为空"),
        ({"use_scope": ""}, "use_scope", "不能为空"),
        ({"class_item": "13"}, "class_item", "所选的“项”不属于所选的“类”"),
        ({"format_type": "xlsx"}, "format_type", "不属于所选的格式分类"),
        ({"theme": "77"}, "theme", "77"),
        ({"sharing_type": 9}, "sharing_type", "9"),
        (
            {"sharing_type": SharingType.WITHHELD, "open_type": OpenType.OPEN},
            "open_type",
            "开放属性须为“不予开放”",
        ),
    ],
)
def test_what_is_wrong_is_named_by_its_field(
    changes: dict[str, Any], field: str, words: str
) -> None:
    found = errors_of(**changes)
    assert set(found) == {field}
    assert words in found[field][0]


def test_every_error_is_named_at_once() -> None:
    found = errors_of(
        [{"name": "姓名", "data_type": "C"}, {"name": "姓 名", "data_type": "Z", "length": 0}],
        title="",
        class_item="99",
        sharing_method=SharingMethod.FILE,
    )
    assert set(found) == {
        "title",
        "class_item",
        "sharing_method",
        "items-1-name",
        "items-1-data_type",
        "items-1-length",
    }
    assert found["items-1-name"] == ["与第 1 个信息项重复，同一信息资源内不能重复。"]


def test_an_entry_has_at_most_300_items_with_proper_field_names() -> None:
    many = [{"name": f"信息项{number}", "data_type": "C"} for number in range(301)]
    assert errors_of(many) == {"items": ["一个信息资源最多编制 300 个信息项，请拆分。"]}
    twice = [
        {"name": "甲", "field": "a1", "data_type": "C"},
        {"name": "乙", "field": "A1", "data_type": "C"},
        {"name": "丙", "field": "1a", "data_type": "C"},
    ]
    assert set(errors_of(twice)) == {"items-1-field", "items-2-field"}


def test_the_way_of_sharing_fits_the_format() -> None:
    assert set(FORMAT_METHODS) == set(FormatClass.values)
    for format_class, types in FORMAT_TYPES.items():
        for method in SharingMethod.values:
            found = errors_of(
                format_class=format_class,
                format_type=types[0] if types else "行业格式",
                sharing_method=method,
            )
            fits = method in FORMAT_METHODS[format_class]
            assert set(found) == (set() if fits else {"sharing_method"}), (format_class, method)
    assert errors_of(sharing_method=SharingMethod.FILE)["sharing_method"] == [
        "格式为“数据库”的信息资源，共享方式须为“服务接口”或“批量交换”。"
    ]


LACKING = [
    ({"sharing_condition": ""}, "有条件共享的，须写明共享条件和使用范围"),
    ({"sharing_type": SharingType.WITHHELD, "sharing_condition": ""}, "不予共享的，须列明依据"),
    (
        {"sharing_type": SharingType.WITHHELD, "sharing_condition": "涉及个人隐私，不便共享"},
        "不予共享的，须列明依据",
    ),
    (
        {
            "sharing_type": SharingType.WITHHELD,
            "sharing_condition": "依据《中华人民共和国反恐怖主义法》",
        },
        "及其条款",
    ),
    ({"open_type": OpenType.CONDITIONAL}, "有条件开放的，须写明开放条件"),
    ({"items": []}, "结构化的信息资源须至少编制一个信息项"),
]
ENOUGH = [
    {"sharing_type": SharingType.UNCONDITIONAL, "sharing_condition": ""},
    {
        "items": [],
        "format_class": FormatClass.DOCUMENT,
        "format_type": "pdf",
        "sharing_method": SharingMethod.FILE,
    },
    *(
        {"sharing_type": SharingType.WITHHELD, "sharing_condition": basis}
        for basis in (
            "理由：涉及反恐怖主义工作。依据：《中华人民共和国反恐怖主义法》第四十八条。",
            "《中华人民共和国档案法》（2020年修订）第 28 条第二款",
            "《国务院关于在线政务服务的若干规定》第十二条",
        )
    ),
]


@pytest.mark.django_db
def test_a_draft_without_its_terms_is_kept_but_not_submitted(world: World) -> None:
    cataloguer = actor_of(world.police_cataloguer)
    for number, (changes, words) in enumerate(LACKING):
        entry = scenes.a_draft(world, **{"title": f"缺要素的登记信息{number}", **changes})
        with pytest.raises(Refused, match=words):
            entries.move("submit", actor=cataloguer, entry=entry)
        entry.refresh_from_db()
        assert (entry.state, entry.version) == ("draft", 0)
    for number, changes in enumerate(ENOUGH):
        entry = scenes.a_draft(world, **{"title": f"要素齐全的登记信息{number}", **changes})
        assert guards.complete(entry, cataloguer) == [], changes


@pytest.mark.django_db
def test_a_title_is_the_departments_once_until_its_entry_is_discarded(world: World) -> None:
    cataloguer = actor_of(world.police_cataloguer)
    entry = scenes.a_draft(world)
    with pytest.raises(ValidationError, match="本单位已有同名"):
        scenes.a_draft(world, title="居住证、登记 信息")
    entries.compile_entry(
        actor=actor_of(world.health_cataloguer),
        department=world.health,
        values=scenes.entry_values(),
        items=ITEMS,
    )
    entries.move("discard", actor=cataloguer, entry=entry, reason="重复")
    scenes.a_draft(world)


@pytest.mark.django_db
def test_text_is_kept_as_it_is_meant(world: World) -> None:
    entry = scenes.a_draft(
        world,
        title=" 居住证\u200b登记信息 ",
        summary="第一行\r\n第二行\r第三行\x07",
        items=[{"name": "姓名\ufeff", "data_type": "C"}],
    )
    entry.refresh_from_db()
    assert entry.title == "居住证登记信息"
    assert entry.summary == "第一行\n第二行\n第三行"
    assert entry.items.get().name == "姓名"
