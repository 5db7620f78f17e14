"""The hosted rows of the demo fit the items of their entries and stand for nobody."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from citybrain.demo.data.hosted.build_rows import FILES, build
from citybrain.identifiers import check_credit_code, check_mobile, check_resident_id
from security.choices import Category
from tests.demo.content import HOSTED, Record, cells, entries, rows_of, unique

HOSTED_KEYS = [key for key, entry in entries().items() if "hosted" in entry]


@pytest.mark.parametrize("key", HOSTED_KEYS)
def test_hosted_rows_fit_the_items(key: str) -> None:
    entry = entries()[key]
    headings, rows = rows_of(entry["hosted"])
    assert headings == [item["name"] for item in entry["items"]]
    assert 80 <= len(rows) <= 400
    keys = [item["name"] for item in entry["items"] if item.get("is_key")]
    assert unique([tuple(row[name] for name in keys) for row in rows])
    for item, column in cells(entry):
        assert len(column) == len(rows) or not item.get("is_required"), item["name"]
        for value in column:
            parse(item, value)


def parse(item: Record, value: str) -> None:
    """Raises when the cell is not of the item's type."""
    match item["data_type"]:
        case "C":
            assert len(value) <= item["length"], (item["name"], value)
        case "I":
            assert len(str(int(value))) <= item["length"], (item["name"], value)
        case "N" | "Y" | "F" | "B":
            Decimal(value)
        case "D":
            date.fromisoformat(value)
        case "T":
            assert str(datetime.fromisoformat(value)) == value
        case "L":
            assert value in ("是", "否")


@pytest.mark.parametrize("key", HOSTED_KEYS)
def test_hosted_numbers_are_valid_but_nobodys(key: str) -> None:
    for item, column in cells(entries()[key]):
        for value in column:
            if item["category"] == Category.PERSONAL_IDENTITY:
                check_resident_id(value)
                assert value.startswith("460199")
            elif "信用代码" in item["name"]:
                check_credit_code(value)
                assert value[8:10] == "XN"
            elif item["category"] == Category.PERSONAL_CONTACT:
                check_mobile(value)
                assert value.startswith("154")
            elif "银行账号" in item["name"]:
                assert luhn(value)
                assert value.startswith("6200000000")
            elif item["name"].endswith("电话"):
                assert value.startswith("0898-0")


def luhn(number: str) -> bool:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number))]
    return sum(sum(divmod(value, 10)) for value in doubled) % 10 == 0


def test_the_script_makes_the_same_rows_again(tmp_path: Path) -> None:
    for path in build(tmp_path):
        assert path.read_bytes() == (HOSTED / path.name).read_bytes(), path.name


def test_every_hosted_file_belongs_to_one_entry() -> None:
    files = [entries()[key]["hosted"] for key in HOSTED_KEYS]
    assert sorted(files) == sorted(path.name for path in HOSTED.glob("*.csv"))
    assert set(files) == {*FILES, "township_codes.csv"}


def test_township_codes_lie_within_their_county_city_and_province() -> None:
    _, rows = rows_of("township_codes.csv")
    for row in rows:
        assert row["区划代码"].startswith(row["所属区县代码"])
        assert row["所属区县代码"].startswith(row["所属市代码"])
        assert row["所属市代码"].startswith(row["所属省代码"])
    assert len([row for row in rows if row["所属市代码"] == "4601"]) == 46
