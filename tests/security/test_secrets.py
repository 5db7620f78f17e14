"""Secrets are compared in constant time, come from the right source of chance, and stay inside."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ("citybrain", "catalog", "security", "sharing", "evaluation")
# Its self test compares the results for known keys.
CRYPTO = "citybrain/crypto.py"
SECRET = ("secret", "password", "token_text", "pepper", "digest_of_secret", "hmac", "presented")


def _sources() -> Iterator[tuple[str, ast.Module]]:
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text())


def _compares_secrets(node: ast.AST) -> bool:
    """Whether `==`, `!=` or `in` stands between something called like a secret and no constant."""
    if not isinstance(node, ast.Compare):
        return False
    sides = [node.left, *node.comparators]
    if any(isinstance(side, ast.Constant) for side in sides):
        return False
    if not any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops):
        return False
    return any(word in ast.unparse(side).lower() for side in sides for word in SECRET)


def test_secrets_are_compared_in_constant_time() -> None:
    found = [
        f"{name}:{node.lineno}"
        for name, tree in _sources()
        for node in ast.walk(tree)
        if name != CRYPTO and _compares_secrets(node)
    ]
    assert not found, f"use citybrain.crypto.constant_time_equal: {found}"


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        ("digest_of_secret(given) == code.digest", True),
        ("if user.secret != given: pass", True),
        ("constant_time_equal(secret, given)", False),
        ('secret == ""', False),
    ],
)
def test_the_search_finds_what_it_looks_for(source: str, wrong: bool) -> None:
    assert any(_compares_secrets(node) for node in ast.walk(ast.parse(source))) is wrong


def test_chance_that_can_be_foreseen_is_for_the_demo_alone() -> None:
    users = {
        name
        for name, tree in _sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        and "random" in {getattr(node, "module", ""), *(alias.name for alias in node.names)}
    }
    assert not {name for name in users if not name.startswith("citybrain/demo/")}
