"""The frozen facts: canonical JSON there and back, a digest that never moves, strict reading."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, cast

import pytest

from citybrain.crypto import digest_of, sm3_hex
from evaluation.report.facts_json import facts_digest, from_json, from_value, to_json, to_value
from evaluation.report.facts_schema import AnnualReportFacts
from tests.evaluation.sample_facts import empty_facts, sample_facts

FACTS = sample_facts()


@pytest.mark.parametrize("facts", [FACTS, empty_facts()], ids=["full", "empty"])
def test_the_facts_come_back_from_json_as_they_were(facts: AnnualReportFacts) -> None:
    assert from_json(to_json(facts)) == facts
    assert from_json(to_json(facts).encode()) == facts
    assert from_value(to_value(facts)) == facts


def test_the_digest_is_the_sm3_of_the_json_text() -> None:
    assert facts_digest(FACTS) == sm3_hex(to_json(FACTS).encode())
    assert facts_digest(FACTS) == digest_of(to_value(FACTS))
    assert facts_digest(FACTS) == facts_digest(sample_facts())


def test_the_digest_does_not_depend_on_the_order_in_which_json_was_stored() -> None:
    stored = json.loads(to_json(FACTS))
    shuffled = json.loads(json.dumps(dict(reversed(stored.items()))))
    assert facts_digest(from_value(shuffled)) == facts_digest(FACTS)


def test_the_json_holds_no_float() -> None:
    def no_float(text: str) -> object:
        raise AssertionError(text)

    json.loads(to_json(FACTS), parse_float=no_float)


@pytest.mark.parametrize("wrong", [4.65, Decimal("465"), True, "465"])
def test_a_value_of_another_type_never_reaches_the_digest(wrong: Any) -> None:
    counts = replace(FACTS.applications, average_working_days_centi=wrong)
    spoilt = replace(FACTS, applications=counts)
    with pytest.raises(ValueError, match=r"^\$\.applications\.average_working_days_centi: "):
        facts_digest(spoilt)
    with pytest.raises(ValueError, match="instead of int"):
        to_json(spoilt)


def _drop_calls(value: dict[str, Any]) -> None:
    del value["months"][3]["calls"]


def _add_member(value: dict[str, Any]) -> None:
    value["departments"][2]["duties"]["colour"] = "red"


def _no_list(value: dict[str, Any]) -> None:
    value["services"] = {}


def _no_object(value: dict[str, Any]) -> None:
    value["catalog"] = 7


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_drop_calls, r"\$\.months\[3\]: member calls is missing"),
        (_add_member, r"\$\.departments\[2\]\.duties: unknown member colour"),
        (_no_list, r"\$\.services: dict instead of a list"),
        (_no_object, r"\$\.catalog: int instead of an object"),
    ],
)
def test_json_of_another_shape_is_refused_by_name(
    spoil: Callable[[dict[str, Any]], None], message: str
) -> None:
    value = cast("dict[str, Any]", json.loads(to_json(FACTS)))
    spoil(value)
    with pytest.raises(ValueError, match=message):
        from_value(value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schema_version": 2}, "schema_version 2 is not 1"),
        ({"period_start": "2025-02-01"}, "the period is not the year 2025"),
        ({"compiled_from": "2026-01-05T00:00:00"}, "compiled_from needs an offset"),
        ({"months": FACTS.months[1:]}, "months are not the twelve"),
    ],
)
def test_a_wrong_period_or_instant_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(FACTS, **change)


@pytest.mark.parametrize(
    ("compiled_from", "cutoff"),
    [
        ("2026-01-05T00:00:00+08:00", date(2025, 12, 31)),
        ("2025-09-01T00:00:00+08:00", date(2025, 8, 31)),
        ("2025-09-01T09:30:00+08:00", date(2025, 9, 1)),
    ],
)
def test_the_facts_speak_until_the_end_of_the_period_or_until_compiled(
    compiled_from: str, cutoff: date
) -> None:
    assert replace(FACTS, compiled_from=compiled_from).cutoff == cutoff
