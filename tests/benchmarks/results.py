"""What was measured, and whether it is good enough."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

DIGITS = 3


@dataclass(frozen=True)
class Result:
    """One number with the limit that it must not miss; `better` says on which side it is good."""

    name: str
    value: float
    unit: str
    limit: float
    better: Literal["lower", "higher"]

    @property
    def is_within(self) -> bool:
        """Whether the limit is kept. What is not a number keeps none."""
        if self.better == "lower":
            return self.value <= self.limit
        return self.value >= self.limit


def table(results: Sequence[Result]) -> str:
    """The results as lines of text, those that miss their limit marked."""
    heads = ("", "benchmark", "value", "limit", "unit")
    rows = [
        (
            "ok" if result.is_within else "MISSED",
            result.name,
            f"{result.value:.{DIGITS}g}",
            f"{'<=' if result.better == 'lower' else '>='} {result.limit:.{DIGITS}g}",
            result.unit,
        )
        for result in results
    ]
    widths = [max(len(row[place]) for row in (heads, *rows)) for place in range(len(heads))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (heads, *rows)
    )


def write(results: Iterable[Result], path: Path) -> None:
    """Writes `{name: {"value": …, "unit": …, "limit": …, "better": …}}`; a name used twice raises."""
    content: dict[str, dict[str, object]] = {}
    for result in results:
        if result.name in content:
            raise ValueError(f"two results are called {result.name}")
        content[result.name] = {
            "value": float(f"{result.value:.6g}"),
            "unit": result.unit,
            "limit": float(f"{result.limit:.6g}"),
            "better": result.better,
        }
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")
