"""What differs between two contents of an entry, in words: for previews, history and conflicts."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from catalog.elements import ITEM_PREFIX, code_of, item_shown, label_of, shown
from catalog.services.content import ENTRY_FIELDS, ITEM_FIELDS
from citybrain.ui import DiffRow

Values = Mapping[str, Any]
ORDER = "items"  # the key of a change of nothing but the order of the items
# Items that agree in these at the same place are one item under another name.
TELLING = ("data_type", "length", "unit", "is_key")


def differences(
    before: Values, after: Values, called: Mapping[str, str] | None = None
) -> list[DiffRow]:
    """One row for each field and each item that differs; fields missing in `after` stay as they are.

    Both are shaped like `content_of`: the entry's fields and the list `items`.
    """
    return list(keyed_differences(before, after, called).values())


def keyed_differences(
    before: Values, after: Values, called: Mapping[str, str] | None = None
) -> dict[str, DiffRow]:
    """As `differences`, by the name of the field, `items:<name>` for an item, or ORDER.

    `called` gives the old name by the new one where it is known; else what `renamed` finds counts.
    """
    rows = {
        name: DiffRow(label_of(name), shown(name, before), shown(name, after), code_of(name))
        for name in ENTRY_FIELDS
        if name in after and _plain(before.get(name)) != _plain(after[name])
    }
    if "items" in after:
        old = before.get("items") or []
        rows |= _item_rows(
            old, after["items"], renamed(old, after["items"]) if called is None else called
        )
    return rows


def _item_rows(
    before: Sequence[Values], after: Sequence[Values], called: Mapping[str, str]
) -> dict[str, DiffRow]:
    old = {str(item["name"]): item for item in before}
    new = {str(item["name"]): item for item in after}
    rows = {}
    for name in [*(name for name in old if name not in called.values()), *new]:
        one, other = old.get(called.get(name, name)), new.get(name)
        key = ITEM_PREFIX + name
        if key in rows or (
            one is not None and other is not None and name not in called and same_item(one, other)
        ):
            continue
        label = _item_label(name, called.get(name), one, other)
        named = name in called
        rows[key] = DiffRow(label, _item_cell(one, named), _item_cell(other, named), "8")
    if not rows and list(old) != list(new):
        rows[ORDER] = DiffRow(_("信息项顺序"), "、".join(old), "、".join(new), "8")
    return rows


def _item_cell(item: Values | None, named: bool) -> str:
    """The item in a line, with its name where the name is what differs."""
    if item is None:
        return ""
    return f"{item['name']}，{item_shown(item)}" if named else item_shown(item)


def _item_label(name: str, before: str | None, one: Values | None, other: Values | None) -> str:
    if before is not None:
        return _("信息项“%(name)s”（原名“%(before)s”）") % {"name": name, "before": before}
    if one and other and one.get("data_type") != other.get("data_type"):
        return _("信息项“%s”（数据类型变更）") % name
    return _("信息项“%s”") % name


def renamed(before: Sequence[Values], after: Sequence[Values]) -> dict[str, str]:
    """New name -> old name of items that are the same under another name.

    An item that is gone and one that is new are the same when they have the same field name, or
    else stand at the same place and agree in TELLING.
    """
    old = {str(item["name"]) for item in before}
    new = {str(item["name"]) for item in after}
    gone = {place: item for place, item in enumerate(before) if item["name"] not in new}
    fresh = {place: item for place, item in enumerate(after) if item["name"] not in old}
    found: dict[str, str] = {}
    by_field = {item["field"]: item for item in gone.values() if item.get("field")}
    for place, item in fresh.items():
        match = by_field.pop(item.get("field"), None)
        there = gone.get(place)
        if match is None and there is not None and _tells_the_same(there, item):
            match = there
        if match is not None and match["name"] not in found.values():
            found[str(item["name"])] = str(match["name"])
    return found


def _tells_the_same(one: Values, other: Values) -> bool:
    """Two field names that differ are two items."""
    fields = {one.get("field") or "", other.get("field") or ""} - {""}
    return len(fields) < 2 and all(
        _plain(one.get(key)) == _plain(other.get(key)) for key in TELLING
    )


def changed_items(before: Values, after: Values) -> set[str]:
    """Names of items of `before` that `after` no longer has, or has in another form."""
    new = {str(item["name"]): item for item in after["items"]}
    return {
        str(item["name"])
        for item in before["items"]
        if item["name"] not in new or not same_item(item, new[item["name"]])
    }


def same_item(one: Values, other: Values) -> bool:
    return all(_plain(one.get(name)) == _plain(other.get(name)) for name in ITEM_FIELDS)


def _plain(value: Any) -> Any:
    """Empty is empty and no is no, whether it was left out or written down."""
    return None if value in ("", None, False) else value
