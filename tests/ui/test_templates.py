"""Rules for every template of the project, whoever writes it."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines

ROOT = settings.BASE_DIR / "templates"
TEMPLATES = sorted(path for path in ROOT.rglob("*.html"))
COMPONENTS = sorted((ROOT / "components").glob("*.html"))
ICONS = set(
    re.findall(r'<symbol id="([^"]+)"', (settings.BASE_DIR / "static/icons/sprite.svg").read_text())
)
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
FORBIDDEN = {
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "event handler attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "htmx handler": re.compile(r"\shx-(?:on|vals=['\"]js:|vars)", re.IGNORECASE),
    "javascript address": re.compile(r"javascript:", re.IGNORECASE),
    "asset of another host": re.compile(
        r"<(?:script|link|img)\b[^>]*(?:src|href)=\"(?:https?:)?//"
    ),
}
SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.IGNORECASE | re.DOTALL)


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def markup(path: Path) -> str:
    """The template without its comments and tags, whose arguments may look like attributes."""
    text = re.sub(r"\{% comment %\}.*?\{% endcomment %\}", "", path.read_text(), flags=re.DOTALL)
    return TAG.sub("~", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_template_needs_no_unsafe_inline(path: Path) -> None:
    text = markup(path)
    broken = [name for name, pattern in FORBIDDEN.items() if pattern.search(text)]
    assert not broken, f"{relative(path)} has a {broken[0]}; the Content-Security-Policy blocks it"
    for attributes, body in SCRIPT.findall(text):
        assert "src=" in attributes or "application/json" in attributes, relative(path)
        assert "src=" not in attributes or not body.strip(), relative(path)


@pytest.mark.parametrize(
    "sample", ['<p style="x">', "<a onclick='x'>", "<STYLE>", "<b hx-on:x='1'>"]
)
def test_the_scan_finds_what_it_looks_for(sample: str) -> None:
    assert any(pattern.search(sample) for pattern in FORBIDDEN.values())


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_template_compiles(path: Path) -> None:
    assert engines["django"].get_template(relative(path))


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_icons_exist(path: Path) -> None:
    text = path.read_text()
    named = re.findall(r'\{% icon "([^"]+)"', text) + re.findall(r'\bicon="([a-z0-9-]+)"', text)
    assert set(named) <= ICONS, f"{relative(path)}: not in the sprite: {set(named) - ICONS}"


def test_icons_named_in_code_exist() -> None:
    root = settings.BASE_DIR
    apps = ("citybrain", "catalog", "security", "sharing", "evaluation")
    for path in (path for app in apps for path in (root / app).rglob("*.py")):
        named = re.findall(r'\bicon="([a-z0-9-]+)"', path.read_text())
        assert set(named) <= ICONS, f"{path}: not in the sprite: {set(named) - ICONS}"


@pytest.mark.parametrize("path", COMPONENTS, ids=relative)
def test_component_states_its_inputs_first(path: Path) -> None:
    assert path.read_text().startswith("{% comment %}"), f"{path.name}: say what it takes"


def test_forms_that_post_carry_the_csrf_token() -> None:
    for path in TEMPLATES:
        text = path.read_text()
        for form in re.findall(r'<form\b[^>]*method="post".*?</form>', text, re.DOTALL):
            assert "{% csrf_token %}" in form, f"{relative(path)}: {form[:80]}"
