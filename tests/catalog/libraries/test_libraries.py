"""Base and theme libraries (HK-13): who leads, what belongs in them, which items have a source."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.libraries import queries, services, sources
from catalog.libraries.choices import Coverage, LibraryKind, Verdict
from catalog.models import Library
from citybrain.audit.models import AuditRecord
from citybrain.refusals import Conflict
from tests import scenes
from tests.personas import World, actor_of

pytestmark = pytest.mark.django_db
LIST = "/catalog/libraries/"
NAMES = ("姓名", "公民身份号码", "血型")


def a_library(world: World, *names: str, **changes: Any) -> Library:
    values = {
        "kind": LibraryKind.BASE,
        "name": "人口基础库",
        "lead": world.police,
        "description": "全市人口的基本信息。",
        **changes,
    }
    return services.set_up(
        actor=actor_of(world.approver),
        values=values,
        members=[world.health],
        items=[{"name": name} for name in names or NAMES],
    )


def change(world: World, person: Any, library: Library, **given: Any) -> Library:
    return services.change(
        actor=actor_of(person),
        library=library,
        version=given.pop("version", None),
        values=given.pop("values", {}),
        members=[],
        items=given.pop("items", [{"name": "姓名"}]),
    )


def rows(*names: str) -> dict[str, Any]:
    """The table of items as a browser sends it."""
    found: dict[str, Any] = {"items-TOTAL_FORMS": len(names), "items-INITIAL_FORMS": 0}
    for number, name in enumerate(names):
        found[f"items-{number}-name"] = name
    return found


def test_coverage_says_which_items_have_a_source_and_which_are_provided(world: World) -> None:
    library = a_library(world)
    scenes.a_published_entry(world)
    for name, department in (("姓名", world.police), ("血型", world.health)):
        sources.decide(
            actor=actor_of(world.approver),
            name=name,
            verdict=Verdict.SOURCE,
            department=department,
            reason="依法采集。",
        )
    found = {one.item.name: (one.coverage, one.provided) for one in queries.coverage_of(library)}
    assert found == {
        "姓名": (Coverage.PROVIDED, 1),
        "公民身份号码": (Coverage.UNDECIDED, 0),
        "血型": (Coverage.UNCATALOGUED, 0),
    }
    (listed,) = queries.listed(Library.objects.all())
    assert (listed.item_count, listed.sourced) == (3, 2)


def test_the_bureau_sets_up_and_the_lead_edits_what_is_in_it(world: World) -> None:
    with pytest.raises(PermissionDenied):
        services.set_up(
            actor=actor_of(world.police_cataloguer),
            values={"kind": "theme", "name": "治安", "lead": world.police},
        )
    library = a_library(world)
    library = change(world, world.police_cataloguer, library, items=[{"name": "曾用名"}])
    assert [item.name for item in library.items.all()] == ["曾用名"]
    for person in (world.health_cataloguer, world.police_head, world.auditor):
        with pytest.raises(PermissionDenied):
            change(world, person, library)
    with pytest.raises(PermissionDenied):  # what it is, and who leads it, is the bureau's to say
        change(world, world.police_cataloguer, library, values={"lead": world.health})
    change(world, world.approver, library, values={"lead": world.health})
    record = AuditRecord.objects.filter(verb="catalog.libraries.changed").latest("id")
    assert record.data["lead"] == {"before": world.police.name, "after": world.health.name}


def test_an_item_stands_once_in_a_library_and_a_stale_form_is_refused(world: World) -> None:
    with pytest.raises(ValidationError) as refused:
        a_library(world, "姓名", "姓 名")
    assert list(refused.value.message_dict) == ["items-1-name"]
    library = a_library(world)
    change(world, world.police_cataloguer, library, version=0)
    with pytest.raises(Conflict):
        change(world, world.police_cataloguer, library, version=0)


def test_the_pages(world: World, signed_in) -> None:
    bureau, lead = signed_in(world.approver), signed_in(world.police_cataloguer)
    identity = {"kind": "base", "name": "人口基础库", "lead": world.police.pk}
    double = bureau.post(reverse("catalog:library_new"), {**identity, **rows("姓名", "姓名")})
    assert double.status_code == 422
    assert "与第 1 行重复" in double.content.decode()
    more = bureau.post(
        reverse("catalog:library_new"), {**identity, **rows("姓名"), "add_row": "items"}
    )
    assert more.status_code == 200
    made = bureau.post(reverse("catalog:library_new"), {**identity, **rows("姓名", "血型")})
    library = Library.objects.get()
    url = reverse("catalog:library", args=[library.pk])
    assert made["Location"] == url
    shown = lead.get(url).content.decode()
    assert "未确定数源部门 <b>2</b>" in shown
    edit = reverse("catalog:library_edit", args=[library.pk])
    form = lead.get(edit).content.decode()
    assert 'name="lead"' not in form
    assert "血型" in form
    lead.post(edit, {"version": 0, "description": "新说明", **rows("姓名")})
    assert "新说明" in lead.get(url).content.decode()
    assert lead.post(edit, {"version": 0, **rows("姓名")}).status_code == 409
    assert "人口基础库" in lead.get(LIST, {"kind": "base"}).content.decode()


def test_the_pages_cost_the_same_with_2_and_with_200(world: World, signed_in) -> None:
    client = signed_in(world.health_cataloguer)
    library = a_library(world)
    counts = []
    for size in (2, 198):
        names = [f"信息项{n}" for n in range(size)]
        library = change(world, world.approver, library, items=[{"name": name} for name in names])
        for n in range(size):
            Library.objects.create(kind="theme", name=f"主题库{size}-{n}", lead=world.police)
        row = []
        for url in (LIST, reverse("catalog:library", args=[library.pk])):
            client.get(url)
            with CaptureQueriesContext(connection) as captured:
                client.get(url)
            row.append(len(captured))
        counts.append(row)
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 20
