"""The standards register, and items that follow it (HK-7)."""

import io
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.choices import DataType
from catalog.models import CatalogEntry, CodeList, DataElement, DataItem
from catalog.services import content, entries
from catalog.standards import checkers, queries, services
from catalog.standards.choices import StandardState
from citybrain.notices.models import Notice
from citybrain.refusals import Conflict
from tests import scenes
from tests.catalog import many
from tests.catalog.typing_in import edit_form, edit_url, typed
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db
ID, NAME = "DE00002", "公民身份号码"


def values(**changes: Any) -> dict[str, Any]:
    return {
        "identifier": "HK0001",
        "name": "登记编号",
        "source": "本市数据元目录",
        "replaces": None,
        "synonyms": ["居住证编号"],
        "definition": "",
        "data_type": "C",
        "length": 20,
        "fixed_length": False,
        "checker": "",
        "code_list": None,
        **changes,
    }


def an_element(world: World, **changes: Any) -> DataElement:
    actor = actor_of(world.approver)
    made = services.draft(DataElement, actor=actor, values=values(**changes))
    return services.move("publish", actor=actor, standard=made)


def items(**changes: Any) -> list[dict[str, Any]]:
    """The items of the scenes, that of the resident id with `changes`."""
    return [{**one, **changes} if one["name"] == NAME else one for one in scenes.ITEMS]


def test_the_register_begins_with_national_code_lists_and_common_elements() -> None:
    peoples = CodeList.objects.get(identifier="GB/T3304").codes
    assert peoples.count() == 56
    assert peoples.get(code="19").label == "黎族"
    assert DataElement.objects.get(identifier=ID).checker == "resident_id"
    districts = CodeList.objects.get(identifier="GB/T2260-4601").codes
    assert set(districts.values_list("code", flat=True)) == {
        "460105", "460106", "460107", "460108",
    }  # fmt: skip


def test_the_bureau_drafts_publishes_and_replaces_and_followers_are_told(world: World) -> None:
    old = an_element(world)
    entry = scenes.a_published_entry(
        world,
        items=[
            {**one, "standard": old.identifier} if one["name"] == "登记编号" else one
            for one in scenes.ITEMS
        ],
    )
    with pytest.raises(Conflict, match="不修改"):
        services.change(old, actor=actor_of(world.approver), values=values(length=30))
    new = an_element(world, identifier="HK0002", length=30, replaces=old)
    old.refresh_from_db()
    assert (old.state, new.state) == (StandardState.REPLACED, StandardState.IN_FORCE)
    assert Notice.objects.filter(
        kind="catalog.standard.replace", recipient=world.police_cataloguer
    ).exists()
    found = queries.deviations(list(queries.deviating(actor_of(world.approver))))
    assert [one.item.entry_id for one in found if one.item.name == "登记编号"] == [entry.pk]
    with pytest.raises(ValidationError) as caught:
        scenes.a_draft(
            world, title="另一登记信息", items=[{**scenes.ITEMS[0], "standard": old.identifier}]
        )
    assert "不再施行" in caught.value.message_dict["items-0-standard"][0]


def test_only_the_bureau_keeps_it(world: World) -> None:
    with pytest.raises(PermissionDenied):
        services.draft(DataElement, actor=actor_of(world.police_cataloguer), values=values())


BAD: list[tuple[dict[str, Any], str]] = [
    ({"identifier": ID}, "identifier"),
    ({"identifier": "标识"}, "identifier"),
    ({"name": ""}, "name"),
    ({"data_type": "?"}, "data_type"),
    ({"length": None, "fixed_length": True}, "length"),
    ({"synonyms": [f"同义词{number}" for number in range(21)]}, "synonyms"),
]


@pytest.mark.parametrize(("change", "field"), BAD)
def test_a_bad_standard_is_refused_at_its_field(
    world: World, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        services.draft(DataElement, actor=actor_of(world.approver), values=values(**change))
    assert field in caught.value.message_dict


MISFITS: list[tuple[dict[str, Any], str, str]] = [
    ({"standard": "DE99999"}, "standard", "没有标识符"),
    ({"standard": ID, "data_type": DataType.INTEGER}, "data_type", "字符串型C"),
    ({"standard": ID, "length": 20}, "length", "18"),
    ({"standard": ID, "length": None}, "length", "18"),
    ({"standard": "DE00001", "length": 60}, "length", "不超过50"),
]


@pytest.mark.parametrize(("change", "field", "words"), MISFITS)
def test_an_item_is_held_against_its_standard_when_it_is_saved(
    world: World, change: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        scenes.a_draft(world, items=items(**change))
    assert words in caught.value.message_dict[f"items-2-{field}"][0]
    assert not CatalogEntry.objects.exists()


def test_the_standard_goes_with_the_item_through_form_difference_revision_and_export(
    world: World, signed_in: Any
) -> None:
    entry = scenes.a_published_entry(world, items=items(standard=ID))
    frozen = entry.revisions.get().content["items"][2]
    assert frozen["standard"] == ID
    copy = scenes.a_revision(world, entry)
    assert copy.items.get(name=NAME).standard_id == ID
    client = signed_in(world.police_cataloguer)
    form = edit_form(client, copy)
    answer = client.post(edit_url(copy), typed(form, items=items(standard="")))
    assert answer.status_code == 302
    assert copy.items.get(name=NAME).standard_id is None
    page = client.get(reverse("catalog:entry", args=[copy.pk])).content.decode()
    assert f"遵循标准{ID}" in page
    assert ID in client.get(reverse("catalog:revision", args=[entry.pk, 1])).content.decode()
    assert ID in client.get(reverse("catalog:entry", args=[entry.pk])).content.decode()


def test_the_api_reads_and_writes_the_identifier(world: World, signed_in: Any) -> None:
    entry = scenes.a_draft(world, items=items(standard=ID))
    client = signed_in(world.police_cataloguer)
    address = f"/api/v1/entries/{entry.pk}/"
    shown = client.get(address).json()
    assert [one["standard"] for one in shown["items"]][2] == ID


def test_suggestions_are_made_by_name_or_synonym_and_adopted_where_they_fit(
    world: World, signed_in: Any
) -> None:
    entry = scenes.a_draft(world, items=items(name="身份证号码"))
    found = {one.item.name: one for one in queries.suggestions(entry.items.all())}
    assert found["身份证号码"].standard.identifier == ID
    assert not found["身份证号码"].misfits
    client = signed_in(world.police_cataloguer)
    page = client.get(edit_url(entry)).content.decode()
    assert "“身份证号码”可对应标准" in page
    address = reverse("catalog:standards_adopt", args=[entry.pk])
    assert client.post(address, {"version": entry.version}).status_code == 302
    assert entry.items.get(name="身份证号码").standard_id == ID
    assert client.post(address, {"version": entry.version}).status_code == 302
    assert not [
        one for one in queries.suggestions(entry.items.all()) if one.item.name == "身份证号码"
    ]


def test_codes_are_imported_from_a_file_and_bad_rows_are_named(
    world: World, signed_in: Any
) -> None:
    actor = actor_of(world.approver)
    given = {"identifier": "HK-CL1", "name": "居住事由", "source": "本市", "replaces": None}
    found = services.draft(CodeList, actor=actor, values=given)
    with pytest.raises(ValidationError, match="没有代码"):
        services.move("publish", actor=actor, standard=found)
    client = signed_in(world.approver)
    address = reverse("catalog:codes_import", args=[found.pk])
    bad = SimpleUploadedFile("a.csv", "代码,名称\n01,务工\n01,经商\n,其他\n".encode())
    answer = client.post(address, {"file": bad, "version": found.version})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "第 3 行" in text
    assert "与第2行重复" in text
    assert not found.codes.exists()
    good = SimpleUploadedFile("a.csv", "代码,名称\n01,务工\n02,经商\n".encode())
    assert client.post(address, {"file": good, "version": found.version}).status_code == 302
    assert list(found.codes.values_list("code", "label")) == [("01", "务工"), ("02", "经商")]
    export = client.get(reverse("catalog:codes_export", args=[found.pk]))
    again = io.BytesIO(export.content)
    again.name = "b.xlsx"  # type: ignore[attr-defined]
    found.refresh_from_db()
    answer = client.post(address, {"file": again, "version": found.version})
    assert answer.status_code == 302
    found.refresh_from_db()
    services.move("publish", actor=actor, standard=found)


CHECKS = [
    ("resident_id", "11010519491231002X", "110105194912310021"),
    ("credit_code", "91350100M000100Y43", "91350100M000100Y44"),
    ("mobile", "13907551234", "12907551234"),
    ("phone", "0898-68700000", "六八七"),
    ("phone", "13907551234", "1390755123"),
    ("region", "460105", "99010"),
    ("region", "460105001000", "990105001000"),
    ("date", "2025-01-31", "2025-02-30"),
    ("date", "20250131", "20251331"),
    ("postal_code", "570100", "57010"),
    ("email", "a@haikou.gov.cn", "haikou.gov.cn"),
]


@pytest.mark.parametrize(("name", "good", "bad"), CHECKS)
def test_checkers_tell_right_from_wrong_without_repeating_it(
    name: str, good: str, bad: str
) -> None:
    assert checkers.problem_of(name, good) == ""
    problem = checkers.problem_of(name, bad)
    assert problem
    assert bad not in problem


def test_an_element_whose_code_list_is_a_draft_is_not_put_into_force(world: World) -> None:
    actor = actor_of(world.approver)
    given = {"identifier": "HK-CL1", "name": "居住事由", "source": "本市", "replaces": None}
    listed = services.draft(CodeList, actor=actor, values=given)
    made = services.draft(DataElement, actor=actor, values=values(code_list=listed))
    with pytest.raises(ValidationError, match="代码集"):
        services.move("publish", actor=actor, standard=made)


def test_lists_cost_the_same_at_2_and_at_200(world: World, signed_in: Any) -> None:
    client = signed_in(world.approver)
    pages = [
        reverse("catalog:standards"),
        reverse("catalog:code_lists"),
        reverse("catalog:standard_deviations"),
    ]
    counts: list[list[int]] = []
    made = 0
    for size in (2, 200):
        many.police(world, size, made, state="published")
        DataItem.objects.filter(position=1).update(name=NAME)
        DataElement.objects.bulk_create(
            DataElement(
                identifier=f"X{n}", name=f"X{n}", source="X", data_type="C", state="in_force"
            )
            for n in range(made, size)
        )
        made = size
        counts.append([])
        for url in pages:
            client.get(url)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(url).status_code == 200
            counts[-1].append(len(captured))
    assert counts[0] == counts[1]
    assert max(counts[1]) <= 20


def test_following_costs_no_query_for_each_item(world: World) -> None:
    entry = scenes.a_draft(world, items=items(standard=ID))
    with CaptureQueriesContext(connection) as captured:
        content.content_of(entry)
    assert len(captured) == 1
    changed = entries.change_entry(
        actor=actor_of(world.police_cataloguer), entry=entry, values={}, items=items(standard=None)
    )
    assert changed.items.get(name=NAME).standard_id is None
