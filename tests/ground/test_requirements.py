"""The pins: complete, hashed, free of any machine's traces, and each explained."""

import ast
import importlib.metadata
import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from citybrain.embedded.instance import CHECKOUT

REQUIREMENTS = CHECKOUT / "requirements"
FILES = ("base", "dev", "redis")
ROOMS = ("citybrain", "catalog", "security", "sharing", "evaluation", "deploy")
OWN = {*ROOMS, "tests"}


def direct(name: str) -> set[str]:
    lines = (REQUIREMENTS / f"{name}.in").read_text(encoding="utf-8").splitlines()
    words = (re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", line) for line in lines)
    return {word[0].lower().replace("_", "-") for word in words if word}


def pins(name: str) -> dict[str, str]:
    """The pinned requirements with everything that is said of them, hashes included."""
    text = (REQUIREMENTS / f"{name}.txt").read_text(encoding="utf-8")
    blocks = re.split(r"(?m)^(?=[a-z0-9])", text)[1:]
    return {block.split("==")[0]: block for block in blocks}


@pytest.mark.parametrize("name", FILES)
def test_every_direct_dependency_is_pinned_with_hashes(name: str) -> None:
    pinned = pins(name)
    assert direct(name) <= set(pinned)
    for block in pinned.values():
        assert re.match(r"[a-z0-9-]+==[^ ]+", block)
        assert "--hash=sha256:" in block


def test_the_tests_run_with_the_very_versions_of_production() -> None:
    base, dev = pins("base"), pins("dev")
    differing = [name for name in base if base[name].split()[0] != dev[name].split()[0]]
    assert differing == []


@pytest.mark.parametrize("name", FILES)
def test_pins_name_no_host_and_no_path(name: str) -> None:
    text = (REQUIREMENTS / f"{name}.txt").read_text(encoding="utf-8")
    assert (
        re.findall(r"(?m)://|--(?:extra-)?index|--find-links|--trusted|^\s+#.*\s/\S+", text) == []
    )


def test_every_direct_dependency_is_explained() -> None:
    page = (CHECKOUT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in page.splitlines() if line.startswith("| ")]
    explained = {
        name.strip().split()[0].lower().replace("_", "-")
        for row in rows
        for name in row[1].split(",")
    }
    assert set().union(*map(direct, FILES)) - explained == set()
    assert all(cell.strip() for row in rows for cell in row[1:-1])


def imported(*folders: str) -> dict[str, str]:
    """Top-level packages that the code names, each with one file that does."""
    found = {}
    for folder in folders:
        for path in sorted((CHECKOUT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom):
                    names = [node.module or ""]
                else:
                    continue
                found |= {name.split(".")[0]: str(path.relative_to(CHECKOUT)) for name in names}
    return found


@pytest.mark.parametrize(
    ("folders", "groups"),
    [(ROOMS, ("base",)), (("tests",), ("base", "dev"))],
    ids=["runs", "tests"],
)
def test_code_imports_direct_dependencies_alone(
    folders: tuple[str, ...], groups: tuple[str, ...]
) -> None:
    """What comes along with something else may go with its next version."""
    listed = set().union(*map(direct, groups))
    owners = importlib.metadata.packages_distributions()
    strays = {
        name: path
        for name, path in imported(*folders).items()
        if name not in sys.stdlib_module_names
        and name not in OWN
        and not listed & {owner.lower().replace("_", "-") for owner in owners.get(name, [])}
    }
    assert strays == {}


@pytest.fixture
def installer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """requirements/install.py, with an environment of its own to look at."""
    spec = importlib.util.spec_from_file_location("install", REQUIREMENTS / "install.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "VENV", tmp_path)
    return module


def test_installing_is_skipped_until_a_pin_changes(
    installer: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").touch()
    assert not installer.installed("base")
    installer.stamp("dev").write_text(installer.fingerprint("dev"))
    assert installer.installed("dev")
    assert installer.installed("base"), "dev.txt holds everything of base.txt"

    changed = tmp_path / "requirements"
    changed.mkdir()
    for name in FILES:
        text = (REQUIREMENTS / f"{name}.txt").read_text(encoding="utf-8")
        (changed / f"{name}.txt").write_text(text + "# changed\n", encoding="utf-8")
    monkeypatch.setattr(installer, "REQUIREMENTS", changed)
    assert not installer.installed("dev")


def test_a_python_without_venv_is_told_which_package_to_install(
    installer: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SystemExit, match=r"apt-get install python3\.\d+-venv"):
        installer.create()
