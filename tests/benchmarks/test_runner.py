"""The benchmarks' own checks can fail: limits on both sides, failures, and what is written."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import pytest

from tests.benchmarks.entries import ITEMS, samples
from tests.benchmarks.results import Result, table, write
from tests.benchmarks.runner import KEPT, MISSED, UNKNOWN, run
from tests.benchmarks.timing import in_turns, ratio


def a_result(
    value: float, *, name: str = "one", better: Literal["lower", "higher"] = "lower"
) -> Result:
    return Result(name, value, "ms", 3.0, better)


def good() -> Sequence[Result]:
    """Keeps its limit."""
    return [a_result(2.0, name="good")]


def slow() -> Sequence[Result]:
    """Misses its limit."""
    return [a_result(3.5, name="slow")]


def broken() -> Sequence[Result]:
    """Measures nothing."""
    raise RuntimeError("the server did not start")


@pytest.mark.parametrize(
    ("value", "better", "within"),
    [
        (3.0, "lower", True),
        (3.01, "lower", False),
        (3.0, "higher", True),
        (2.99, "higher", False),
        (float("nan"), "lower", False),
        (float("nan"), "higher", False),
    ],
)
def test_a_limit_is_kept_on_its_good_side(
    value: float, better: Literal["lower", "higher"], within: bool
) -> None:
    assert a_result(value, better=better).is_within is within


def test_results_are_written_by_name(tmp_path: Path) -> None:
    path = tmp_path / "var" / "benchmarks.json"
    write([a_result(1.23456789), a_result(4, name="two", better="higher")], path)
    assert json.loads(path.read_text(encoding="utf-8")) == {
        "one": {"value": 1.23457, "unit": "ms", "limit": 3.0, "better": "lower"},
        "two": {"value": 4.0, "unit": "ms", "limit": 3.0, "better": "higher"},
    }


def test_two_results_of_one_name_are_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="one"):
        write([a_result(1), a_result(2)], tmp_path / "benchmarks.json")


def test_the_table_marks_what_is_missed() -> None:
    lines = table([a_result(1), a_result(9, name="two")]).splitlines()
    assert [line.split()[0] for line in lines[1:]] == ["ok", "MISSED"]


@pytest.mark.parametrize(
    ("names", "code", "written"),
    [
        (["good"], KEPT, {"good"}),
        (["slow"], MISSED, {"slow"}),
        (["good", "slow"], MISSED, {"good", "slow"}),
        (["broken", "good"], MISSED, {"good"}),
        ([], MISSED, {"good", "slow"}),
        (["strange"], UNKNOWN, None),
    ],
)
def test_the_exit_code_tells(
    names: list[str], code: int, written: set[str] | None, tmp_path: Path
) -> None:
    path = tmp_path / "benchmarks.json"
    benchmarks = {"good": good, "slow": slow, "broken": broken}
    assert run(names, benchmarks, path) == code
    assert (set(json.loads(path.read_text())) if path.exists() else None) == written


def test_things_are_timed_in_turns_after_warming_up() -> None:
    calls: list[str] = []
    taken = in_turns(
        {"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}, rounds=3, warm_up=1
    )
    assert calls == ["a", "b"] * 4
    assert [len(values) for values in taken.values()] == [3, 3]
    assert ratio([2.0, 9.0, 4.0], [1.0, 3.0, 2.0]) == 2.0


def test_samples_have_enough_names_for_items() -> None:
    found = samples()
    assert len(found) == 200
    assert all(len(sample.words) >= ITEMS for sample in found)
