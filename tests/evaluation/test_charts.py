"""The charts: drawn with the font that comes along, the same bytes every time."""

import hashlib
import os
import re
import struct
import subprocess
import sys
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import matplotlib as mpl
import pytest

from evaluation.report import charts
from evaluation.report.facts_schema import ServiceRow
from tests.evaluation.sample_facts import empty_facts, sample_facts

FACTS = sample_facts()
ROOT = Path(__file__).parents[2]

DRAWN: dict[str, Callable[[], bytes]] = {
    "months": lambda: charts.monthly_chart(FACTS.months),
    "sharing types": lambda: charts.sharing_types_chart(FACTS.catalog.by_sharing_type),
    "services": lambda: charts.services_chart(FACTS.services),
    "timeliness": lambda: charts.timeliness_chart(FACTS.departments),
    "scores": lambda: charts.scores_chart(FACTS.departments, FACTS.levels),
}

DRAW_ALL = """
import hashlib
from tests.evaluation.test_charts import DRAWN
print(hashlib.sha256(b"".join(draw() for draw in DRAWN.values())).hexdigest())
"""


def chunks(png: bytes) -> list[str]:
    names, place = [], 8
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        names.append(png[place + 4 : place + 8].decode())
        place += length + 12
    return names


def size(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.mark.parametrize("name", DRAWN)
def test_a_chart_is_150_mm_wide_at_200_dpi_and_fits_a_page(name: str) -> None:
    png = DRAWN[name]()
    width, height = size(png)
    assert width == round(150 / 25.4 * 200)
    assert 20 < height / 200 * 25.4 <= 200


@pytest.mark.parametrize("name", DRAWN)
def test_a_chart_carries_neither_time_nor_software(name: str) -> None:
    assert set(chunks(DRAWN[name]())) == {"IHDR", "pHYs", "IDAT", "IEND"}


@pytest.mark.parametrize("name", DRAWN)
def test_no_character_of_a_chart_is_missing_from_its_font(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns of each glyph that it draws as a box
        DRAWN[name]()


def test_two_processes_draw_the_same_bytes_whatever_their_settings(tmp_path: Path) -> None:
    (tmp_path / "matplotlibrc").write_text("lines.linewidth: 9\nsavefig.dpi: 50\nfont.size: 20\n")
    digests = []
    for seed, settings in (("1", {}), ("2", {"MATPLOTLIBRC": str(tmp_path / "matplotlibrc")})):
        environment = os.environ | settings | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        digests.append(
            subprocess.run(
                [sys.executable, "-c", DRAW_ALL], env=environment, check=True, capture_output=True
            ).stdout
        )
    assert digests[0] == digests[1]


def test_drawing_leaves_the_settings_of_matplotlib_alone() -> None:
    with mpl.rc_context({"font.size": 31}):
        DRAWN["months"]()
        assert mpl.rcParams["font.size"] == 31


def test_another_number_gives_another_picture() -> None:
    months = (replace(FACTS.months[0], calls=999_999), *FACTS.months[1:])
    assert charts.monthly_chart(months) != DRAWN["months"]()


def test_a_year_without_anything_still_draws_its_months() -> None:
    assert size(charts.monthly_chart(empty_facts().months))[0] > 0


def test_without_a_bar_there_is_no_chart() -> None:
    nothing = empty_facts()
    with pytest.raises(ValueError, match="at least one bar"):
        charts.scores_chart(nothing.departments, nothing.levels)
    with pytest.raises(ValueError, match="at least one bar"):
        charts.timeliness_chart(nothing.departments)


def test_many_departments_are_divided_into_two_panels() -> None:
    few = charts.scores_chart(FACTS.departments[:14], FACTS.levels)
    many = charts.scores_chart(FACTS.departments[:28], FACTS.levels)
    assert size(few) == size(many)
    crowd = FACTS.departments * 6
    assert size(charts.scores_chart(crowd, FACTS.levels))[1] / 200 * 25.4 <= 196


def test_a_character_that_the_font_lacks_is_drawn_as_a_missing_type() -> None:
    assert charts.drawable("市公安局𬭎") == "市公安局〓"
    assert charts.drawable("垟堽䃥髙（12.5%）") == "垟堽䃥髙（12.5%）"


def test_dollar_signs_and_long_names_are_drawn_as_they_are() -> None:
    service = ServiceRow(
        code="S", name="$x$" + "很长的名称" * 30, department="市公安局", calls=3, rows_served=3,
        consumer_departments=1,
    )  # fmt: skip
    assert size(charts.services_chart([service]))[0] == size(DRAWN["services"]())[0]


def test_the_font_covers_every_character_of_gb2312() -> None:
    hanzi = {
        bytes((row, cell)).decode("gb2312") for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF)
        if (row, cell) not in {(0xD7, last) for last in range(0xFA, 0xFF)}
    }  # fmt: skip
    assert len(hanzi) == 6763
    assert {ord(character) for character in hanzi} <= charts.covered_characters()


def test_the_font_is_the_one_that_its_readme_describes() -> None:
    folder = charts.FONT_FILE.parent
    readme = (folder / "README.md").read_text(encoding="utf-8")
    (stated,) = re.findall(r"`([0-9a-f]{64})`", readme)
    assert hashlib.sha256(charts.FONT_FILE.read_bytes()).hexdigest() == stated
    assert f"{len(charts.covered_characters())} characters" in readme
    assert "SIL OPEN FONT LICENSE Version 1.1" in (folder / "OFL.txt").read_text(encoding="utf-8")
