"""docs/regulations.md says the truth: code and tests exist, and no article in use is missing."""

import importlib
import re
from pathlib import Path

import pytest

from catalog.transitions import ENTRY
from citybrain import registry
from citybrain.duties.rules import RULES
from sharing.corrections.transitions import CORRECTION
from sharing.transitions import APPLICATION, AUTHORIZATION, EXTENSION

ROOT = Path(__file__).resolve().parents[2]
ARTICLE = re.compile(r"^(HK|SC)-\d+$")
ROWS = [
    [cell.strip().strip("`") for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs/regulations.md").read_text().splitlines()
    if re.match(r"^\| (HK|SC)-\d+ \|", line)
]


def test_the_table_is_read() -> None:
    assert len(ROWS) >= 19
    assert all(len(row) == 4 and ARTICLE.match(row[0]) for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_code_and_test_exist(row: list[str]) -> None:
    _article, _rule, code, test = row
    module, _, name = code.partition(":")
    assert hasattr(importlib.import_module(module), name), code
    path, _, function = test.partition("::")
    source = (ROOT / path).read_text()
    assert re.search(rf"^def {function or 'test_'}", source, re.M), test


def test_no_article_in_use_is_missing() -> None:
    listed = {row[0] for row in ROWS}
    used = {rule.article for rule in RULES.values() if rule.article}
    used |= {permission.basis for permission in registry.permissions if permission.basis}
    for machine in (ENTRY, APPLICATION, EXTENSION, AUTHORIZATION, CORRECTION):
        used |= {move.basis for move in machine.moves.values() if move.basis}
    assert not {article for article in used if ARTICLE.match(article)} - listed
