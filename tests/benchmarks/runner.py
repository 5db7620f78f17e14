"""Running benchmarks one after the other, and the exit code that says how it went."""

import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.benchmarks.results import Result, table, write

Benchmark = Callable[[], Sequence[Result]]
KEPT, MISSED, UNKNOWN = 0, 1, 2


def say(text: str = "") -> None:
    """Progress, at once, also into a pipe."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def run(names: Sequence[str], benchmarks: Mapping[str, Benchmark], output: Path) -> int:
    """Runs the benchmarks called `names` (all when empty) and writes what they measured.

    Returns 0 when every limit was kept, 1 when one was missed or a benchmark failed or measured
    nothing, 2 when a name is unknown. `output` holds the results of this run alone.
    """
    unknown = [name for name in names if name not in benchmarks]
    if unknown:
        say(f"Unknown: {', '.join(unknown)}. Benchmarks: {', '.join(benchmarks)}.")
        return UNKNOWN
    results: list[Result] = []
    failed: list[str] = []
    for name in names or benchmarks:
        say(f"== {name}: {(benchmarks[name].__doc__ or '').strip().splitlines()[0]}")
        started = time.perf_counter()
        try:
            found = benchmarks[name]()
        except Exception:
            say(traceback.format_exc())
            found = []
        if not found:
            failed.append(name)
        results += found
        say(f"   took {time.perf_counter() - started:.0f} s\n")
    write(results, output)
    say(f"{table(results)}\n\nWritten to {output}.")
    if failed:
        say(f"Measured nothing: {', '.join(failed)}.")
    missed = [result.name for result in results if not result.is_within]
    if missed:
        say(f"Missed their limit: {', '.join(missed)}.")
    return MISSED if missed or failed else KEPT
