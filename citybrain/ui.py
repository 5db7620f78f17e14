"""What the component kit draws: small frozen records, no behaviour beyond arranging their data.

Views, queries and ``wiring.py`` build these; ``citybrain/components/`` draws them. Anything
with the same attributes may be passed instead (a duty to ``{% deadline %}``, a transition to
``{% moves %}``). Texts are Chinese and may be lazy translations; urls are already reversed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from django.http import QueryDict
from django.utils.functional import Promise

Tone = Literal["neutral", "info", "success", "warning", "danger", "muted"]
TONES: tuple[str, ...] = ("neutral", "info", "success", "warning", "danger", "muted")
ChartKind = Literal["bar", "hbar", "stacked", "line", "pie", "heatmap"]
DeadlineState = Literal["due", "soon", "today", "overdue", "paused", "done"]


@dataclass(frozen=True)
class MenuLink:
    """One link of the left menu. ``badge`` is a count; 0 shows nothing."""

    label: str | Promise
    url: str
    icon: str = "file-text"
    active: bool = False
    badge: int = 0


@dataclass(frozen=True)
class MenuGroup:
    """A titled group of menu links."""

    label: str | Promise
    items: Sequence[MenuLink]


@dataclass(frozen=True)
class Crumb:
    """One step of the breadcrumb trail; the last one has no url."""

    label: str | Promise
    url: str = ""


@dataclass(frozen=True)
class Tab:
    """A tab is a page of its own with a url, so it works without script and can be linked."""

    label: str | Promise
    url: str
    active: bool = False
    count: int | None = None


@dataclass(frozen=True)
class Card:
    """A figure: ``value`` with ``unit``; ``url`` leads to the rows behind it."""

    label: str | Promise
    value: int | float | str
    unit: str | Promise = ""
    icon: str = "chart-bar"
    tone: Tone = "neutral"
    url: str = ""
    hint: str | Promise = ""


@dataclass(frozen=True)
class Attribute:
    """One label and value of a detail page. ``code`` is the element's code in its standard."""

    label: str | Promise
    value: Any
    code: str = ""
    url: str = ""
    help: str | Promise = ""
    wide: bool = False


@dataclass(frozen=True)
class Panel:
    """A titled block of a detail page: attributes, or a template with its context.

    ``actions`` are (label, url, icon) of what the block asks people to do; the page shows them at
    its top.
    """

    title: str | Promise
    attributes: Sequence[Attribute] = ()
    template: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)
    icon: str = ""
    id: str = ""
    actions: Sequence[tuple[str | Promise, str, str]] = ()


@dataclass(frozen=True)
class Step:
    """A stage of a workflow as shown by ``{% steps %}``."""

    label: str | Promise
    state: Literal["done", "current", "todo", "failed"] = "todo"
    hint: str | Promise = ""


@dataclass(frozen=True)
class TimelineEntry:
    """One recorded state change: who of which department did what, when, why, on which basis."""

    label: str | Promise
    at: datetime
    who: str | Promise = ""
    department: str | Promise = ""
    to_label: str | Promise = ""
    reason: str = ""
    basis: str | Promise = ""
    tone: Tone = "info"


@dataclass(frozen=True)
class Deadline:
    """A statutory clock as shown. ``days_left`` counts working days, negative when overdue."""

    label: str | Promise
    due_on: date | datetime
    days_left: int
    state: DeadlineState = "due"
    provisional: bool = False
    rule_label: str | Promise = ""
    basis: str = ""
    hours_left: int | None = None


@dataclass(frozen=True)
class Move:
    """A move that the reader may make now.

    ``requires`` names the fields asked for first, or pairs a name with its label.
    """

    name: str
    label: str | Promise
    url: str
    tone: Literal["primary", "neutral", "success", "warning", "danger"] = "neutral"
    requires: Sequence[str | tuple[str, str | Promise]] = ()
    help: str | Promise = ""
    basis: str | Promise = ""


@dataclass(frozen=True)
class FailedMove:
    """A move that was refused: shown open again with messages and what had been typed."""

    name: str
    errors: Mapping[str, str]
    values: Mapping[str, str] = field(default_factory=dict)


UNFOLD = "unfold"  # the parameter that names the facets whose every value is wanted


@dataclass(frozen=True)
class FacetOption:
    """A value of a facet with the number of results that it would give."""

    value: str
    label: str | Promise
    count: int


@dataclass(frozen=True)
class FacetGroup:
    """``name`` is the query parameter. With ``multiple`` several values may be chosen at once.

    ``folded`` is how many more values there are; the parameter ``UNFOLD`` asks for them.
    """

    name: str
    label: str | Promise
    options: Sequence[FacetOption]
    multiple: bool = False
    folded: int = 0


@dataclass(frozen=True)
class DiffRow:
    """One field before and after."""

    label: str | Promise
    before: Any
    after: Any
    code: str = ""

    @property
    def kind(self) -> Literal["added", "removed", "changed", "same"]:
        """How the value changed."""
        if self.before == self.after:
            return "same"
        if self.before in (None, ""):
            return "added"
        return "removed" if self.after in (None, "") else "changed"


@dataclass(frozen=True)
class ChartSeries:
    """A named row of numbers, one per category; None leaves a gap. ``tone`` overrides the colour."""

    name: str | Promise
    values: Sequence[float | int | None]
    tone: Literal["", "success", "warning", "danger", "muted"] = ""


@dataclass(frozen=True)
class ChartSpec:
    """A chart, drawn from the same numbers as the data table under it.

    ``id`` is unique on the page. A pie uses the first series only. For a heat map the series are
    the rows and the categories the columns. ``summary`` is read to those who cannot see the chart.
    """

    id: str
    title: str | Promise
    kind: ChartKind
    categories: Sequence[str | Promise]
    series: Sequence[ChartSeries]
    unit: str | Promise = ""
    summary: str | Promise = ""

    def data(self) -> dict[str, Any]:
        """Return what the chart script reads, in plain JSON types."""
        return {
            "kind": self.kind,
            "title": str(self.title),
            "unit": str(self.unit),
            "summary": str(self.summary or self.title),
            "categories": [str(label) for label in self.categories],
            "series": [
                {"name": str(row.name), "values": list(row.values), "tone": row.tone}
                for row in self.series
            ],
        }

    def rows(self) -> list[tuple[str | Promise, list[float | int | None]]]:
        """Return the table under the chart: one row per category, one column per series."""
        return [
            (label, [row.values[at] if at < len(row.values) else None for row in self.series])
            for at, label in enumerate(self.categories)
        ]


def with_added_row(data: QueryDict, prefix: str) -> QueryDict:
    """Return submitted formset ``data`` with one empty row more, for the plain "add a row" button.

    A formset bound to the result shows what was typed and an empty row, without JavaScript.
    """
    grown = data.copy()
    name = f"{prefix}-TOTAL_FORMS"
    total = grown.get(name, "0")
    is_number = total.isascii() and total.isdigit() and len(total) < 6
    grown[name] = str(int(total) + 1 if is_number else 1)
    return grown
