"""Medians of things timed in turns, so that whatever else the machine does falls on all of them."""

import statistics
import time
from collections.abc import Callable, Mapping


def milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def in_turns(
    subjects: Mapping[str, Callable[[], object]], *, rounds: int, warm_up: int = 2
) -> dict[str, list[float]]:
    """Milliseconds of each subject in each round; all are called once in every round.

    The first `warm_up` rounds are not counted.
    """
    taken: dict[str, list[float]] = {name: [] for name in subjects}
    for number in range(rounds + warm_up):
        for name, work in subjects.items():
            spent = milliseconds(work)
            if number >= warm_up:
                taken[name].append(spent)
    return taken


def median(values: list[float]) -> float:
    return statistics.median(values)


def ratio(one: list[float], other: list[float]) -> float:
    """The median of the ratios of each round."""
    return statistics.median(mine / theirs for mine, theirs in zip(one, other, strict=True))
