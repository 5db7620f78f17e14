"""The demo's data files keep their schema, the portal's vocabularies and each other's names."""

import re
from collections import Counter
from datetime import date

import pytest

from catalog.choices import (
    CLASS_ITEMS,
    FORMAT_TYPES,
    DataType,
    FormatClass,
    Grade,
    OpenType,
    ResourceClass,
    SharingMethod,
    SharingType,
    UpdateCycle,
)
from citybrain.identifiers import check_credit_code
from citybrain.organizations.choices import Competence, Kind, Level
from citybrain.organizations.roles import DEPARTMENT_ROLES, ROLES
from security.choices import PERSONAL, Category, at_least
from tests.demo.content import Record, departments, entries, imported, people, read, unique

SLUG = re.compile(r"[a-z][a-z0-9-]*")
ARTICLE = re.compile(r"《[^》]+》第[一二三四五六七八九十百]+条")

# The township codes follow the columns of their source.
FEW_ITEMS = {"mzj-township-codes"}


ALL_ENTRIES = [*entries().items(), *imported().items()]


def by_key(pair: tuple[str, Record]) -> str:
    return pair[0]


# --- departments and people


def test_departments_can_be_told_apart() -> None:
    records = list(departments().values())
    for field in ("code", "name", "short_name", "credit_code", "order"):
        assert unique([record[field] for record in records]), field
    assert unique([(record["region_code"], record["catalog_number"]) for record in records])
    assert len(read("departments.yaml")["departments"]) == len(records)


@pytest.mark.parametrize("code", departments())
def test_a_department_is_well_formed(code: str) -> None:
    record = departments()[code]
    check_credit_code(record["credit_code"])
    assert record["credit_code"][2:8] == record["region_code"]
    assert record["credit_code"][8:10] == "XN", "must be fictional"
    assert SLUG.fullmatch(code)
    assert re.fullmatch(r"\d{3}", record["catalog_number"])
    assert record["level"] in Level.values
    assert record["kind"] in Kind.values
    assert set(record["competences"]) <= set(Competence.values)
    if record["kind"] == Kind.INSTITUTION:
        assert record["name"].endswith("（演示）")


def test_departments_hang_together_under_one_city_in_loading_order() -> None:
    seen: set[str] = set()
    for code, record in departments().items():
        assert record["parent"] in seen or (record["parent"] is None and not seen), code
        seen.add(code)


def test_every_city_wide_competence_belongs_to_one_department() -> None:
    held = [name for record in departments().values() for name in record["competences"]]
    assert sorted(held) == sorted(Competence.values)


def test_the_four_districts_are_there_with_departments_of_their_own() -> None:
    regions = Counter(
        record["region_code"] for record in departments().values() if record["level"] == "district"
    )
    assert regions == {"460105": 3, "460106": 3, "460107": 3, "460108": 3}


def test_people_can_be_told_apart_and_have_reserved_addresses() -> None:
    assert unique([person["username"] for person in people()])
    assert unique([person["name"] for person in people()])
    for person in people():
        assert person["email"] == f"{person['username']}@example.com"
        assert person["post"]


def test_people_hold_roles_that_their_department_may_hold() -> None:
    for person in people():
        for role in person["roles"]:
            needed = ROLES[role].competence
            assert not needed or needed in departments()[person["department"]]["competences"]


def test_nobody_signs_off_what_they_catalogued() -> None:
    assert not [p for p in people() if {"cataloguer", "sharing_head"} <= set(p["roles"])]


def test_every_role_is_held_and_every_owner_can_publish() -> None:
    held: dict[str, set[str]] = {}
    for person in people():
        held.setdefault(person["department"], set()).update(person["roles"])
    assert set().union(*held.values()) == set(ROLES)
    for _, entry in ALL_ENTRIES:
        assert set(DEPARTMENT_ROLES) <= held[entry["department"]], entry["key"]


def test_at_least_four_departments_have_three_people_for_the_three_roles() -> None:
    alone = Counter(p["department"] for p in people() if p["roles"][0] in DEPARTMENT_ROLES
                    and len(p["roles"]) == 1)  # fmt: skip
    assert len([code for code, count in alone.items() if count >= 3]) >= 4


def test_the_classification_is_that_of_the_catalog() -> None:
    themes = read("themes.yaml")
    listed = {
        (int(line["code"]), item["code"]): item["name"]
        for line in themes["classes"]
        for item in themes[line["key"]]
    }
    assert listed == {key: item.label for key, item in CLASS_ITEMS.items()}


# --- entries


def test_the_catalog_is_wide_enough() -> None:
    assert len(entries()) >= 44
    assert len({entry["department"] for entry in entries().values()}) >= 16
    assert {entry["theme"] for entry in entries().values()} == {f"{n:02}" for n in range(1, 13)}
    assert {entry["sharing_type"] for entry in entries().values()} == {
        name.lower() for name in SharingType.names
    }


def test_no_title_is_used_twice_nor_is_the_name_of_a_system() -> None:
    titles = [entry["title"] for _, entry in ALL_ENTRIES]
    assert unique([re.sub(r"\W", "", title) for title in titles])
    assert not set(titles) & {entry["system_name"] for _, entry in ALL_ENTRIES}


@pytest.mark.parametrize("pair", ALL_ENTRIES, ids=by_key)
def test_an_entry_uses_the_catalogs_words(pair: tuple[str, Record]) -> None:
    key, entry = pair
    assert SLUG.fullmatch(key)
    assert entry["department"] in departments()
    assert len(entry["title"]) <= 64
    assert 60 <= len(entry["summary"]) <= 160
    assert (ResourceClass[entry["resource_class"].upper()], entry["class_item"]) in CLASS_ITEMS
    assert (ResourceClass.THEME, entry["theme"]) in CLASS_ITEMS
    format_class = FormatClass[entry["format_class"].upper()]
    assert entry["format_type"] in FORMAT_TYPES[format_class]
    assert entry["update_cycle"] in UpdateCycle.values
    assert entry["sharing_method"] in SharingMethod.values
    assert entry["open_type"] in OpenType.values
    assert entry["office"]
    assert entry["use_scope"]
    assert isinstance(entry.get("not_before", date.min), date)
    by_file = format_class in (FormatClass.DOCUMENT, FormatClass.SHEET)
    assert by_file == (entry["sharing_method"] == SharingMethod.FILE)


@pytest.mark.parametrize("pair", ALL_ENTRIES, ids=by_key)
def test_an_entry_states_its_terms(pair: tuple[str, Record]) -> None:
    _, entry = pair
    condition = entry["sharing_condition"]
    if entry["sharing_type"] == "unconditional":
        assert condition == ""
    elif entry["sharing_type"] == "conditional":
        assert "共享范围：" in condition
        assert "使用用途：" in condition
    else:
        assert "理由：" in condition
        assert ARTICLE.search(condition), "SC-14 wants the law"
        assert entry["open_type"] == OpenType.CLOSED
    assert bool(entry["open_condition"]) == (entry["open_type"] == OpenType.CONDITIONAL)


@pytest.mark.parametrize("pair", ALL_ENTRIES, ids=by_key)
def test_the_items_of_an_entry_are_well_formed(pair: tuple[str, Record]) -> None:
    key, entry = pair
    items = entry["items"]
    assert (5 if key in FEW_ITEMS else 6) <= len(items) <= 16
    assert unique([item["name"] for item in items])
    assert unique([item["field"] for item in items])
    assert any(item.get("is_key") for item in items)
    for item in items:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", item["field"])
        assert item["data_type"] in DataType.values
        assert ("length" in item) == (item["data_type"] in "CIN"), item["name"]
        assert len(item.get("description", "")) <= 300
        assert item.get("is_required", False) or not item.get("is_key", False)
        assert item["grade"] in Grade.values
        assert item["grade"] != Grade.CORE
        assert item["category"] in Category.values
        assert item.get("sharing_type", "") in ("", "conditional")
        assert ("sharing_type" in item) == ("sharing_condition" in item)


@pytest.mark.parametrize("pair", ALL_ENTRIES, ids=by_key)
def test_people_are_graded_so_that_they_are_masked(pair: tuple[str, Record]) -> None:
    _, entry = pair
    for item in entry["items"]:
        if item["category"] in (Category.PERSONAL_IDENTITY, Category.PERSONAL_CONTACT):
            assert at_least(item["grade"], Grade.GENERAL_3), item["name"]
        if item["category"] in PERSONAL and at_least(item["grade"], Grade.GENERAL_3):
            assert entry["open_type"] != OpenType.OPEN or item.get("sharing_type"), item["name"]


# --- texts and the example import


def reasons() -> Record:
    return dict(read("reasons.yaml"))


def test_there_are_texts_enough_and_none_twice() -> None:
    for name, texts in reasons().items():
        assert len(texts) >= 8, name
        assert unique([str(text) for text in texts]), name


@pytest.mark.parametrize("number", range(len(reasons()["applications"])))
def test_an_application_asks_another_department_for_items_it_has(number: int) -> None:
    record = reasons()["applications"][number]
    entry = entries()[record["entry"]]
    assert record["demander"] in {person["department"] for person in people()}
    assert record["demander"] != entry["department"]
    assert entry["sharing_type"] != "withheld"
    assert set(record.get("items", [])) <= {item["name"] for item in entry["items"]}
    assert ARTICLE.search(record["legal_basis"])
    assert record["scenario"]
    assert record["use_range"]
    assert 1 <= record["months"] <= 24
    first, last = record.get("valid_from", date.min), record.get("valid_until", date.max)
    assert first < last


# Laws that came into force within the demo years: no text may cite them earlier.
IN_FORCE = {
    "政务数据共享条例": date(2025, 8, 1),
    "传染病防治法": date(2025, 9, 1),
    "社会救助法": date(2026, 7, 1),
}


def test_no_text_cites_a_law_before_it_was_in_force() -> None:
    texts = reasons()
    dated = [(r["legal_basis"], r.get("valid_from")) for r in texts["applications"]]
    dated += [(r["text"], r.get("valid_from")) for r in texts["legal_bases"]]
    dated += [(e["sharing_condition"], e.get("not_before")) for e in entries().values()]
    for text, first in dated:
        for law, day in IN_FORCE.items():
            assert law not in text or (first is not None and first >= day), text


def test_a_correction_names_an_item_of_its_entry() -> None:
    for record in reasons()["corrections"]:
        assert record["item"] in {item["name"] for item in entries()[record["entry"]]["items"]}
        assert record["request"]
        assert record["outcome"]


def test_the_example_import_is_six_new_entries_of_one_department() -> None:
    assert len(imported()) == 6
    assert len({entry["department"] for entry in imported().values()}) == 1
    assert not set(imported()) & set(entries())
