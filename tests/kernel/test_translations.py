"""The public pages are in English too: every sentence of theirs has its translation, compiled."""

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import gettext_lazy, override
from django.utils.translation.template import templatize

from catalog import choices

ROOT = settings.BASE_DIR
ENGLISH = ROOT / "locale/en/LC_MESSAGES"
# What the public reads: all that is written there is translated.
TEMPLATES = (
    "layouts/open.html", "layouts/plain.html", "base.html", "catalog/opendata", "errors", "components",
    "catalog/demand/public", "sharing/papers", "sharing/developers/public", "sharing/developers/_keys.html",
)  # fmt: skip
MODULES = (
    "catalog/opendata", "catalog/templatetags/opendata.py", "catalog/facets.py",
    "sharing/papers/forms.py", "catalog/demand/choices.py", "catalog/demand/forms.py", "catalog/demand/views/public.py",
    *(
        f"sharing/developers/{name}.py"
        for name in (
            "choices", "forms", "letters", "keys", "services", "queries", "admission", "api", "openapi",
            "views/public", "views/own",
        )
    ),
    "sharing/gateway/records.py", "sharing/gateway/objections.py", "sharing/interfaces/openapi.py",
    "sharing/interfaces/samples.py", "sharing/usage.py",
    "citybrain/names.py", "citybrain/components/fields.py", "citybrain/components/lists.py",
    "citybrain/components/furniture.py", "citybrain/components/texts.py",
)  # fmt: skip
CHOICES = (
    choices.OpenType, choices.UpdateCycle, choices.FormatClass, choices.ResourceClass,
    choices.DataType,
)  # fmt: skip
CALLS = ("_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy")
# Of the public packages what staff alone read.
INSIDE = ("wiring.py", "panels.py", "panel.html")
CHINESE = re.compile(r"[\u3400-\u9fff]")
QUOTED = re.compile(r'^(msgid|msgid_plural|msgstr(?:\[\d\])?|msgctxt)?\s*"(.*)"$')


def files(root: Path, names: tuple[str, ...], suffix: str) -> Iterator[Path]:
    for name in names:
        path = root / name
        yield from sorted(path.rglob(f"*{suffix}")) if path.is_dir() else [path]


def said_in(source: str) -> set[str]:
    """What a module, or a template made into one, has translated."""
    return {
        argument.value
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in CALLS
        for argument in call.args[:2]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }


def said_in_template(path: Path) -> set[str]:
    made = templatize(path.read_text(), origin=str(path))
    found: set[str] = set()
    for line in re.findall(r"\bn?gettext\(.*?\)(?=\s|$)", made, re.DOTALL):
        found |= said_in(line.replace("npgettext", "ngettext").replace("_(", "("))
    found |= set(re.findall(r'_\("([^"]+)"\)', path.read_text()))
    return found


def read(path: Path) -> dict[str, str]:
    """The sentences of a .po file by their original; plural forms by the singular."""
    found: dict[str, str] = {}
    fields: dict[str, str] = {}
    name = ""
    for line in [*path.read_text().splitlines(), ""]:
        match = QUOTED.match(line)
        if match is None:
            if "msgid" in fields:
                found[fields["msgid"]] = fields.get("msgstr") or fields.get("msgstr[0]", "")
            fields, name = {}, ""
            continue
        name = match[1] or name
        text = ast.literal_eval(f'"{match[2]}"')
        fields[name] = fields.get(name, "") + text
    return found


def everything_said() -> dict[str, str]:
    found = {}
    for path in files(ROOT / "templates", TEMPLATES, ".html"):
        if path.name in INSIDE:
            continue
        found |= dict.fromkeys(said_in_template(path), str(path))
    for path in files(ROOT, MODULES, ".py"):
        if path.name in INSIDE:
            continue
        found |= dict.fromkeys(said_in(path.read_text()), str(path))
    with override("zh-hans"):
        for labels in CHOICES:
            found |= dict.fromkeys((str(label) for label in labels.labels), labels.__name__)
    found |= dict.fromkeys((label for _number, label in choices.THEMES), "themes")
    return {text: place for text, place in found.items() if CHINESE.search(text)}


def test_everything_that_the_public_reads_is_in_english() -> None:
    english = read(ENGLISH / "django.po")
    missing = {text: place for text, place in everything_said().items() if not english.get(text)}
    assert not missing
    assert not [text for text in english.values() if CHINESE.search(text)]


def test_the_compiled_catalogue_says_what_the_source_says() -> None:
    """After a change: msgfmt -o django.mo django.po in locale/en/LC_MESSAGES."""
    with (ENGLISH / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    wrong = {
        text: said
        for text, said in read(ENGLISH / "django.po").items()
        if text and said not in (compiled.gettext(text), compiled.ngettext(text, text, 1))
    }
    assert not wrong


def test_placeholders_are_kept() -> None:
    for text, said in read(ENGLISH / "django.po").items():
        names = set(re.findall(r"%\(\w+\)[sd]|%[sd]", text))
        assert names == set(re.findall(r"%\(\w+\)[sd]|%[sd]", said)) or not text, text


@pytest.mark.parametrize(("language", "said"), [("zh-hans", "每日"), ("en", "Daily")])
def test_a_choice_follows_the_reader(language: str, said: str) -> None:
    with override(language):
        assert str(gettext_lazy("每日")) == said
