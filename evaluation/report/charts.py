"""Charts of the annual report as PNG: 150 mm wide at 200 dpi, the same bytes for the same numbers.

Everything that could differ between machines is pinned: the typeface comes along with the project,
matplotlib's own defaults are used instead of those of the machine, and the file carries neither a
time nor a software name. Colours are those of Okabe and Ito, which people with any kind of colour
vision tell apart; what matters is also written beside the bar or hatched, for black-and-white
prints.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from itertools import chain, repeat
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.ft2font import FT2Font
from matplotlib.ticker import MaxNLocator

from evaluation.report.facts_schema import (
    DepartmentRow,
    LevelDefinition,
    MonthRow,
    NamedCount,
    ServiceRow,
)
from evaluation.report.findings import LOW_RATIO_BP
from evaluation.report.wording import amount, basis_points, percent, points

FONT_FILE = Path(__file__).parent / "fonts" / "CityBrainSansSC-Regular.otf"
WIDTH_MM = 150
TALLEST_MM = 195
"""What a page holds beside the caption."""
AXIS_MM = 15
ROW_MM = 5.6
BARS_IN_PANEL = 14
DPI = 200
LONGEST_NAME = 22
"""Characters beside a bar; a longer name is cut."""
MISSING_TYPE = "〓"

BLUE, ORANGE, GREEN, VERMILION, SKY, GREY = (
    "#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#8C8C8C",
)  # fmt: skip
LEVEL_FILLS = ((BLUE, ""), (SKY, ""), (ORANGE, ""), (VERMILION, "///"))
GRID_COLOUR = "#D9D9D9"


def monthly_chart(months: Sequence[MonthRow]) -> bytes:
    """Return applications as columns (left scale) and calls as a line (right scale) by month."""

    def draw(figure: Figure) -> None:
        axes = figure.add_subplot()
        labels = [f"{row.month}月" for row in months]
        places = range(len(months))
        bars = axes.bar(places, [row.applications for row in months], 0.6, color=SKY)
        axes.set_xticks(places, labels)
        axes.set_ylabel("共享申请（件）")
        calls = axes.twinx()
        (line,) = calls.plot(places, [row.calls for row in months], "o-", color=VERMILION, ms=4)
        calls.set_ylabel("接口调用（次）")
        for side in (axes, calls):
            side.set_ylim(bottom=0)
            side.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True, min_n_ticks=1))
            side.spines["top"].set_visible(False)
        axes.yaxis.grid(color=GRID_COLOUR, linewidth=0.6)
        axes.set_axisbelow(True)
        axes.legend(
            [bars, line], ["共享申请（件，左轴）", "接口调用（次，右轴）"],
            loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, frameon=False,
        )  # fmt: skip

    return _png(draw, height_mm=78)


def sharing_types_chart(counts: Sequence[NamedCount]) -> bytes:
    """Return the published entries by sharing type as bars with number and share."""
    whole = sum(row.count for row in counts)
    fills = chain(((BLUE, ""), (ORANGE, ""), (VERMILION, "///")), repeat((GREY, "")))
    bars = [
        _Bar(row.name, row.count, f"{row.count}条（{percent(row.count, whole)}）", *fill)
        for row, fill in zip(counts, fills, strict=False)
    ]
    return _bar_chart(bars, scale="目录数（条）")


def services_chart(services: Sequence[ServiceRow]) -> bytes:
    """Return the successful calls by service as bars, in the order given."""
    bars = [
        _Bar(f"{row.name}（{row.department}）", row.calls, f"{amount(row.calls)}次", BLUE)
        for row in services
    ]
    return _bar_chart(bars, scale="成功调用（次）")


def timeliness_chart(departments: Sequence[DepartmentRow]) -> bytes:
    """Return the share of due updates done in time by department, as bars from 0 to 100%.

    Departments without a due update are left out; those below 60% are hatched. Raises
    ``ValueError`` if none is left.
    """
    bars = []
    for row in departments:
        done, due = row.entries_updated_in_time, row.entries_update_due
        share = basis_points(done, due)
        if share is not None:
            fill = (VERMILION, "///") if share < LOW_RATIO_BP else (GREEN, "")
            label = f"{percent(done, due)}（{done}/{due}）"
            bars.append(_Bar(row.short_name, share / 100, label, *fill))
    bars.sort(key=lambda bar: -bar.value)
    return _bar_chart(bars, scale="更新及时率（%）", limit=100, marks=(LOW_RATIO_BP / 100,))


def scores_chart(departments: Sequence[DepartmentRow], levels: Sequence[LevelDefinition]) -> bytes:
    """Return the totals by department as bars from 0 to 100 points, coloured by level.

    Departments without a total are left out. Raises ``ValueError`` if none is left.
    """
    fills = {
        level.name: LEVEL_FILLS[min(place, len(LEVEL_FILLS) - 1)]
        for place, level in enumerate(levels)
    }
    bars = [
        _Bar(
            row.short_name,
            row.total_centi / 100,
            f"{points(row.total_centi)} {row.level}",
            *fills.get(row.level, (GREY, "")),
        )
        for row in departments
        if row.total_centi is not None
    ]
    bars.sort(key=lambda bar: -bar.value)
    marks = [level.minimum_centi / 100 for level in levels if level.minimum_centi]
    return _bar_chart(bars, scale="总分（分）", limit=100, marks=marks)


def drawable(text: str) -> str:
    """Return ``text`` with ``〓`` for every character that the chart font lacks."""
    covered = covered_characters()
    return "".join(character if ord(character) in covered else MISSING_TYPE for character in text)


@cache
def covered_characters() -> frozenset[int]:
    """Return the code points that the chart font can draw."""
    return frozenset(FT2Font(str(FONT_FILE)).get_charmap())


@dataclass(frozen=True, slots=True)
class _Bar:
    name: str
    value: float
    label: str
    colour: str
    hatch: str = ""


def _bar_chart(
    bars: Sequence[_Bar], *, scale: str, limit: float | None = None, marks: Sequence[float] = ()
) -> bytes:
    """Return horizontal bars, the first on top; many are divided into two panels side by side.

    Each label stands behind its bar; with a ``limit`` of the scale all stand in one column behind
    it, where the dashed ``marks`` do not cross them.
    """
    if not bars:
        raise ValueError("a chart needs at least one bar")
    panels = 1 if len(bars) <= BARS_IN_PANEL else 2
    rows = -(-len(bars) // panels)
    row_mm = min(ROW_MM, (TALLEST_MM - AXIS_MM) / rows)
    widest = limit or max(*(bar.value for bar in bars), 1)

    def draw(figure: Figure) -> None:
        for panel, axes in enumerate(figure.subplots(1, panels, squeeze=False)[0]):
            part = bars[panel * rows : (panel + 1) * rows]
            _draw_bars(axes, part, widest, in_column=limit is not None)
            axes.set_ylim(rows - 0.4, -0.6)
            axes.set_xlim(0, widest * (1.3 if panels == 1 else 1.62))
            axes.set_xlabel(scale)
            if limit:
                axes.set_xticks(range(0, int(limit) + 1, 20))
            for mark in marks:
                axes.axvline(mark, color="#595959", linewidth=0.8, linestyle="--", zorder=0.9)

    return _png(draw, height_mm=AXIS_MM + row_mm * rows, size=min(9.0, row_mm * 1.5))


def _draw_bars(axes: Axes, bars: Sequence[_Bar], widest: float, *, in_column: bool) -> None:
    places = range(len(bars))
    drawn = axes.barh(places, [bar.value for bar in bars], 0.7, color=[bar.colour for bar in bars])
    for place, rectangle, bar in zip(places, drawn, bars, strict=True):
        rectangle.set(hatch=bar.hatch, edgecolor="white", linewidth=0)
        behind = (widest if in_column else bar.value) + widest * 0.02
        axes.text(behind, place, drawable(bar.label), va="center")
    axes.set_yticks(places, [_shortened(drawable(bar.name)) for bar in bars])
    axes.xaxis.set_major_locator(MaxNLocator(nbins=5, integer=True, min_n_ticks=1))
    axes.xaxis.grid(color=GRID_COLOUR, linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.tick_params(axis="y", length=0)


def _png(draw: Callable[[Figure], None], *, height_mm: float, size: float = 9) -> bytes:
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update({"font.family": _family(), "font.size": size, "text.parse_math": False})
        for part in ("axes.labelsize", "xtick.labelsize", "ytick.labelsize", "legend.fontsize"):
            mpl.rcParams[part] = size
        figure = Figure(figsize=(WIDTH_MM / 25.4, height_mm / 25.4), layout="constrained")
        FigureCanvasAgg(figure)
        draw(figure)
        target = BytesIO()
        figure.savefig(target, format="png", dpi=DPI, metadata={"Software": None})
    return target.getvalue()


def _shortened(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


@cache
def _family() -> str:
    """Make the chart font known to matplotlib and return its family name."""
    fontManager.addfont(FONT_FILE)
    return FT2Font(str(FONT_FILE)).family_name
