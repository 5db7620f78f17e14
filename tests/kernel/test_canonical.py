"""Canonical JSON: the same value gives the same bytes, wherever it has been in between."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Any
from uuid import UUID

import pytest
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from citybrain.canonical import canonical_bytes, canonical_value

storable_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | storable_text
)
json_values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(storable_text, inner, max_size=4),
    max_leaves=20,
)


class Colour(StrEnum):
    RED = "red"

    def __str__(self) -> str:
        return "Colour of blood"


class Level(IntEnum):
    HIGH = 3


def reversed_dicts(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: reversed_dicts(value[key]) for key in reversed(value)}
    if isinstance(value, list):
        return [reversed_dicts(item) for item in value]
    return value


def exact(value: Any) -> object:
    """``value`` so that == means: same JSON. (Python finds True == 1 and lists of them equal.)"""
    if isinstance(value, dict):
        return {key: exact(item) for key, item in value.items()}
    if isinstance(value, list):
        return [exact(item) for item in value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(repr(value))
    return (type(value), value)


@given(json_values)
def test_bytes_do_not_depend_on_the_order_of_keys(value: Any) -> None:
    assert canonical_bytes(reversed_dicts(value)) == canonical_bytes(value)


@given(json_values)
def test_bytes_read_back_as_the_value(value: Any) -> None:
    assert exact(json.loads(canonical_bytes(value))) == exact(value)


@given(json_values)
def test_bytes_stay_the_same_after_reading_and_writing(value: Any) -> None:
    first = canonical_bytes(value)
    assert canonical_bytes(json.loads(first)) == first
    assert canonical_bytes(canonical_value(value)) == first


@given(json_values, json_values)
def test_different_values_have_different_bytes(one: Any, other: Any) -> None:
    assert (canonical_bytes(one) == canonical_bytes(other)) == (exact(one) == exact(other))


def test_it_writes_the_documented_form() -> None:
    value = {
        "b": [1, 1.0, 1.5, 1e22, 1e-7, -0.0, True, None],
        "a": "数据\n\"'é\u2028",
        "日期": date(2025, 1, 31),
        "时间": datetime(2025, 1, 31, 8, 0, tzinfo=timezone(timedelta(hours=8))),
        "金额": Decimal("1.50"),
        "号": UUID(int=1),
        "枚举": (Colour.RED, Level.HIGH),
    }
    assert canonical_bytes(value).decode() == (
        '{"a":"数据\\n\\"\'é\u2028",'
        '"b":[1,1,1.5,10000000000000000000000,0.0000001,0,true,null],'
        '"号":"00000000-0000-0000-0000-000000000001",'
        '"日期":"2025-01-31",'
        '"时间":"2025-01-31T00:00:00.000000+00:00",'
        '"枚举":["red",3],'
        '"金额":"1.50"}'
    )


@given(st.datetimes(timezones=st.timezones()))
def test_one_instant_has_one_form_in_every_time_zone(moment: datetime) -> None:
    assert canonical_bytes(moment) == canonical_bytes(moment.astimezone(UTC))


@pytest.mark.parametrize(
    "value",
    [{1, 2}, frozenset(), b"bytes", object(), {1: "a"}, {None: 1}, gettext_lazy("部门"), 1j],
)
def test_types_without_a_canonical_form_are_refused(value: object) -> None:
    with pytest.raises(TypeError, match=r"^\$\.outer\[0\]: "):
        canonical_bytes({"outer": [value]})


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        Decimal("NaN"),
        Decimal("-Infinity"),
        datetime(2025, 1, 31),
        "\ud800",
        {"\udfff": 1},
    ],
)
def test_values_without_a_canonical_form_are_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"^\$\.outer\[0\]: "):
        canonical_bytes({"outer": [value]})


@pytest.mark.django_db
def test_bytes_survive_storage_in_jsonb(postgres_jsonb: Callable[[object], object]) -> None:
    value = {
        "numbers": [0.1, 1e22, 1.5e300, 5e-324, 1e-7, -0.0, 2**70, -1.0],
        "text": "居民 \\ \" ' 😀 \u2028",
        "nested": {"b": None, "a": [True, {}]},
    }
    assert canonical_bytes(postgres_jsonb(value)) == canonical_bytes(value)


@pytest.fixture
def postgres_jsonb() -> Callable[[object], object]:
    """What PostgreSQL gives back after storing a value as jsonb."""
    from django.db import connection

    def store(value: object) -> object:
        with connection.cursor() as cursor:
            cursor.execute("SELECT (%s::jsonb)::text", [json.dumps(value)])
            return json.loads(cursor.fetchone()[0])

    return store
