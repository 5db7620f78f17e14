"""Holding rows against rules: one pass, row by row, with memory that does not grow with the rows.

Only uniqueness remembers something of each row: eight bytes, a hash. Two different values have the
same one about once in 10^7 datasets of a million rows.
"""

import itertools
import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from catalog.models import DataItem
from catalog.quality.choices import MOST_ROWS_KEPT, WEIGHTS, RuleKind
from catalog.quality.rules import Rule
from catalog.standards.checkers import CHECKERS
from catalog.values import check_value

Row = Mapping[str, str]
Watcher = Callable[[int, Row], None]
FULL = Decimal(100)
MASK = 0xFFFF_FFFF_FFFF_FFFF
VALUES_REMEMBERED = 4_096  # whose verdict a rule need not find again: codes, days and names repeat
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
DATES = ("%Y-%m-%d", "%Y%m%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M")


@dataclass
class Tally:
    """What a rule has found so far; a row is told to it only when the rule has something to say."""

    rule: Rule
    checked: int = 0
    failed: int = 0
    rows: list[int] = field(default_factory=list)
    score: Decimal = FULL

    def count(self, number: int, is_good: bool) -> None:
        self.checked += 1
        if not is_good:
            self.failed += 1
            if len(self.rows) < MOST_ROWS_KEPT:
                self.rows.append(number)


def run(
    rules: Iterable[Rule],
    rows: Iterable[Row],
    *,
    codes: Mapping[int, frozenset[str]],
    age: int,
    advance: Callable[[int], None],
) -> tuple[list[Tally], int]:
    """The tallies of the rules, in their order, and the number of rows.

    `codes` are those of the code lists asked for, `age` the days since the rows were brought.
    `advance` is told the number of each row that has been seen.
    """
    tallies = [Tally(rule) for rule in rules if rule.enabled]
    watchers: list[Watcher] = []
    hashes: list[tuple[Tally, array[int], array[int]]] = []
    for tally in tallies:
        rule = tally.rule
        if rule.kind in (RuleKind.KEY, RuleKind.UNIQUE):
            kept = (tally, array("Q"), array("L"))
            hashes.append(kept)
            watchers.append(_remembering(kept[1], kept[2], rule.items))
        elif rule.kind != RuleKind.AGE:
            watchers.append(_watcher(tally, codes))
    total = 0
    for total, row in enumerate(rows, 1):
        for watch in watchers:
            watch(total, row)
        advance(total)
    for tally, seen, numbers in hashes:
        _find_repeated(tally, seen, numbers)
    for tally in tallies:
        _judge(tally, age)
    return tallies, total


def _watcher(tally: Tally, codes: Mapping[int, frozenset[str]]) -> Watcher:
    """What is done with each row for one rule; empty values are judged by completeness alone."""
    rule = tally.rule
    if rule.kind in (RuleKind.REQUIRED, RuleKind.FILLED):
        return _watch_presence(tally)
    if rule.kind in (RuleKind.ORDER, RuleKind.TOGETHER):
        return _watch_pair(tally)
    name = rule.items[0]
    is_good = lru_cache(VALUES_REMEMBERED)(_value_test(rule, codes))

    def watch(number: int, row: Row) -> None:
        text = row.get(name)
        if text:
            tally.count(number, is_good(text))

    return watch


def _watch_presence(tally: Tally) -> Watcher:
    """An optional item left empty is counted, and not named row by row."""
    name, names_rows = tally.rule.items[0], tally.rule.kind == RuleKind.REQUIRED

    def watch(number: int, row: Row) -> None:
        if names_rows:
            tally.count(number, bool(row.get(name)))
        else:
            tally.checked += 1
            tally.failed += not row.get(name)

    return watch


def _watch_pair(tally: Tally) -> Watcher:
    first, second = tally.rule.items
    in_order = tally.rule.kind == RuleKind.ORDER

    def watch(number: int, row: Row) -> None:
        one, other = row.get(first), row.get(second)
        if one and in_order and other:
            tally.count(number, not_after(one, other))
        elif one and not in_order:
            tally.count(number, bool(other))

    return watch


def _value_test(rule: Rule, codes: Mapping[int, frozenset[str]]) -> Callable[[str], bool]:
    """Whether one value that is there is right."""
    params = rule.params
    if rule.kind == RuleKind.TYPE:
        item = DataItem(name=rule.items[0], data_type=params["data_type"], length=params["length"])
        return lambda text: not check_value(text, item)
    if rule.kind == RuleKind.CHECKER:
        check = CHECKERS[params["checker"]].check

        def passes(text: str) -> bool:
            try:
                check(text)
            except ValueError:
                return False
            return True

        return passes
    if rule.kind == RuleKind.CODES:
        known = codes[params["code_list"]]
        return lambda text: text in known
    low, high = (Decimal(params[name]) if params[name] else None for name in ("low", "high"))

    def within(text: str) -> bool:
        value = _number(text)
        return (
            value is not None and (low is None or value >= low) and (high is None or value <= high)
        )

    return within


def _remembering(seen: "array[int]", numbers: "array[int]", names: tuple[str, ...]) -> Watcher:
    """Remembers a hash of the values of each row that has any."""

    def remember(number: int, row: Row) -> None:
        values = tuple(row.get(name) or "" for name in names)
        if any(values):
            seen.append(hash(values) & MASK)
            numbers.append(number)

    return remember


def _find_repeated(tally: Tally, seen: "array[int]", numbers: "array[int]") -> None:
    """Rows whose values an earlier row has; the first of them is not at fault."""
    tally.checked = len(seen)
    ordered = sorted(seen)
    repeated = Counter(one for one, other in itertools.pairwise(ordered) if one == other)
    tally.failed = sum(repeated.values())
    met: set[int] = set()
    for value, number in zip(seen, numbers, strict=True):
        if value not in repeated:
            continue
        if value in met and len(tally.rows) < MOST_ROWS_KEPT:
            tally.rows.append(number)
        met.add(value)


def not_after(one: str, other: str) -> bool:
    """Whether the first value is not greater than the second: numbers, days, else text."""
    if ISO_DAY.fullmatch(one) and ISO_DAY.fullmatch(other):
        return one <= other
    for read in (_number, _moment):
        pair = read(one), read(other)
        if pair[0] is not None and pair[1] is not None:
            return bool(pair[0] <= pair[1])  # type: ignore[operator]
    return one <= other


def _number(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _moment(text: str) -> datetime | None:
    for form in DATES:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - local time as it is written
        except ValueError:
            continue
    return None


def _judge(tally: Tally, age: int) -> None:
    """The score of a rule: the share of what is right, or how far the age is over the cycle."""
    rule = tally.rule
    if rule.kind == RuleKind.AGE:
        days = rule.params["days"]
        tally.checked, tally.failed = 1, int(age > days)
        tally.score = max(Decimal(0), FULL - FULL * max(0, age - days) / days)
    elif tally.checked:
        tally.score = FULL * (tally.checked - tally.failed) / tally.checked
        if rule.kind == RuleKind.FILLED:
            tally.score = min(FULL, FULL * tally.score / rule.params["least"])
    tally.score = rounded(tally.score)


def scores_of(results: Iterable[Any]) -> tuple[dict[str, Decimal], Decimal | None]:
    """The score of each dimension that was checked, and the total; None when nothing was.

    `results` have `dimension`, `checked` and `score`; a rule that met no value says nothing.
    """
    by_dimension: dict[str, list[Decimal]] = {}
    for one in results:
        if one.checked:
            by_dimension.setdefault(str(one.dimension), []).append(one.score)
    scores = {
        name: rounded(sum(found, Decimal(0)) / len(found)) for name, found in by_dimension.items()
    }
    weight = sum(WEIGHTS[name] for name in scores)
    if not weight:
        return {}, None
    total = sum((score * WEIGHTS[name] for name, score in scores.items()), Decimal(0)) / weight
    return scores, rounded(total)


def rounded(score: Decimal) -> Decimal:
    return score.quantize(Decimal("0.1"), ROUND_HALF_UP)
