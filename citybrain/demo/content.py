"""The demo's content files (data/SCHEMA.md), read as plain values."""

from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

try:  # libyaml reads ten times faster, where the package was built with it
    from yaml import CSafeLoader as SafeLoader
except ImportError:
    from yaml import SafeLoader  # type: ignore[assignment]

from catalog.choices import FormatClass, Privacy, ResourceClass, Secrecy, SharingType
from security.choices import PERSONAL, SENSITIVE

DATA = Path(__file__).parent / "data"
Record = dict[str, Any]
ASSESSMENT = "含个人信息，处理有法定依据，按最小必要提供。三级以上个人信息返回时遮蔽，调用全程留痕，使用完毕按约定处置。"


class Content:
    """Everything in citybrain/demo/data, each file read once."""

    @cached_property
    def departments(self) -> list[Record]:
        return self._read("departments.yaml")["departments"]

    @cached_property
    def people(self) -> list[Record]:
        return self._read("people.yaml")["people"]

    @cached_property
    def entries(self) -> list[Record]:
        """Entries in the order of their keys, their words replaced by the codes of choices.py."""
        found: list[Record] = []
        for path in sorted((DATA / "entries").glob("*.yaml")):
            found += self._read(f"entries/{path.name}")["entries"]
        return sorted((coded(entry) for entry in found), key=lambda entry: entry["key"])

    @cached_property
    def reasons(self) -> dict[str, list[Any]]:
        return self._read("reasons.yaml")

    def hosted_path(self, name: str) -> Path:
        return DATA / "hosted" / name

    def _read(self, name: str) -> dict[str, Any]:
        loaded: dict[str, Any] = yaml.load((DATA / name).read_bytes(), SafeLoader)
        return loaded


def coded(entry: Record) -> Record:
    """The entry with the names of enumerations replaced by their values."""
    return {
        **entry,
        "resource_class": ResourceClass[entry["resource_class"].upper()].value,
        "format_class": FormatClass[entry["format_class"].upper()].value,
        "sharing_type": SharingType[entry["sharing_type"].upper()].value,
        **_assessed(entry),
        "items": [_item(item) for item in entry["items"]],
    }


def _item(item: Record) -> Record:
    if "sharing_type" not in item:
        return item
    return {**item, "sharing_type": SharingType[item["sharing_type"].upper()].value}


def _assessed(entry: Record) -> Record:
    """The assessments of SC-13, as the grades of the entry's items have them."""
    categories = {item["category"] for item in entry["items"]} & PERSONAL
    if not categories:
        return {"secrecy": Secrecy.NONE, "privacy": Privacy.NONE}
    privacy = Privacy.SENSITIVE if categories & SENSITIVE else Privacy.PERSONAL
    return {"secrecy": Secrecy.NONE, "privacy": privacy, "assessment": ASSESSMENT}
