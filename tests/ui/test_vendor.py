"""What is vendored is what the manifest says, and nothing comes from elsewhere."""

import hashlib
import re
import tomllib

import pytest
from django.conf import settings

STATIC = settings.BASE_DIR / "static"
VENDOR = STATIC / "vendor"
PACKAGES = tomllib.loads((VENDOR / "MANIFEST.toml").read_text())["package"]
FILES = [(package["name"], entry) for package in PACKAGES for entry in package["file"]]


@pytest.mark.parametrize(("name", "entry"), FILES, ids=lambda value: str(value)[:30])
def test_file_has_the_checksum_of_the_manifest(name: str, entry: dict[str, str]) -> None:
    digest = hashlib.sha256((VENDOR / entry["path"]).read_bytes()).hexdigest()
    assert digest == entry["sha256"], f"{name}: {entry['path']} is not the file of the manifest"


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package["name"])
def test_package_names_version_licence_and_source(package: dict[str, str]) -> None:
    licence = (VENDOR / package["licence_file"]).read_text()
    assert len(licence) > 300
    assert package["package"].endswith(f"@{package['version']}")
    assert package["licence"] in {"MIT", "0BSD", "Apache-2.0"}


def test_nothing_else_lies_in_the_folder() -> None:
    listed = {entry["path"] for _name, entry in FILES} | {"MANIFEST.toml"}
    listed |= {p["licence_file"] for p in PACKAGES} | {p.get("notice_file", "") for p in PACKAGES}
    assert {path.name for path in VENDOR.iterdir()} - listed == set()


def test_minified_files_ask_for_no_source_map() -> None:
    # A manifest storage refuses to collect a file whose source map is missing.
    for path in VENDOR.glob("*.min.*"):
        assert "sourceMappingURL" not in path.read_text(), path.name


def test_styles_and_scripts_fetch_nothing_from_other_hosts() -> None:
    own = [*(STATIC / "css").glob("*.css"), *(STATIC / "js").rglob("*.js")]
    for path in [*own, VENDOR / "tabler.min.css"]:
        found = re.findall(
            r"""(?:url\(|@import\s+|from\s+|fetch\()["']?https?:""", path.read_text()
        )
        assert not found, path.name


def test_own_styles_stay_short_enough_to_read() -> None:
    for path in (STATIC / "css").glob("*.css"):
        assert len(path.read_text().splitlines()) < 250, path.name


def test_styles_avoid_what_old_office_browsers_lack() -> None:
    for path in [*(STATIC / "css").glob("*.css"), VENDOR / "tabler.min.css"]:
        found = re.findall(r"oklch\(|color-mix\(|@layer\b", path.read_text())
        assert not found, f"{path.name}: browsers before Chromium 111 ignore {found[0]}"
