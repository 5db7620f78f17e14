"""Colours used together can be read: WCAG 2.2 AA, computed from static/css/tokens.css."""

import re

import pytest
from django.conf import settings

CSS = settings.BASE_DIR / "static/css"
TOKENS = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})\b", (CSS / "tokens.css").read_text()))
HEAT = re.findall(
    r"\.heat-\d \{ background: (#\w{6})(?:; color: (#\w+))?", (CSS / "records.css").read_text()
)
TONES = ("neutral", "info", "success", "warning", "danger", "muted")
TEXT_PAIRS = [
    *[
        (ink, ground)
        for ink in ("ink", "ink-soft", "ink-muted")
        for ground in ("page", "surface", "surface-sunken", "brand-50")
    ],
    *[(tone, f"{tone}-soft") for tone in TONES],
    *[(tone, ground) for tone in TONES for ground in ("surface", "page")],
    *[("ink", f"{tone}-soft") for tone in TONES],
    *[("on-brand", f"brand-{step}") for step in (600, 700, 800, 900)],
    *[("on-brand-soft", f"brand-{step}") for step in (800, 900)],
    *[("on-brand", tone) for tone in ("danger", "warning", "success")],
    *[
        (link, ground)
        for link in ("brand-600", "brand-700")
        for ground in ("surface", "page", "brand-50", "surface-sunken")
    ],
    ("brand-800", "brand-50"),
    ("danger", "surface-sunken"),
]
SHAPE_PAIRS = [
    *[(f"chart-{n}", "surface") for n in range(1, 8)],
    ("chart-danger", "surface"),
    ("line-control", "surface"),
    ("line-control", "surface-sunken"),
    *[("focus", ground) for ground in ("page", "surface", "brand-50")],
    ("focus-on-brand", "brand-900"),
]


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb as WCAG defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_formula_gives_the_known_extremes() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS)
def test_text_can_be_read(ink: str, ground: str) -> None:
    found = contrast(TOKENS[ink], TOKENS[ground])
    assert found >= 4.5, f"{ink} on {ground}: {found:.2f}"


@pytest.mark.parametrize(("shape", "ground"), SHAPE_PAIRS)
def test_shapes_can_be_told_from_their_ground(shape: str, ground: str) -> None:
    found = contrast(TOKENS[shape], TOKENS[ground])
    assert found >= 3, f"{shape} on {ground}: {found:.2f}"


def test_numbers_in_a_heat_map_can_be_read() -> None:
    assert len(HEAT) == 5
    for ground, ink in HEAT:
        colour = {"": TOKENS["ink"], "#fff": "#ffffff"}[ink]
        assert contrast(colour, ground) >= 4.5, ground


def test_colours_are_written_in_tokens_only() -> None:
    for name in ("layout", "forms", "components"):
        strays = set(re.findall(r"#[0-9a-f]{6}\b", (CSS / f"{name}.css").read_text()))
        assert strays <= {"#c62f24"}, f"{name}.css: {strays}"
