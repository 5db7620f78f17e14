"""What differs between two contents of an entry, in words: for previews, history and conflicts."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from catalog.elements import code_of, item_shown, label_of, shown
from catalog.services.content import ENTRY_FIELDS, ITEM_FIELDS
from citybrain.ui import DiffRow

Values = Mapping[str, Any]


def differences(before: Values, after: Values) -> list[DiffRow]:
    """One row for each field and each item that differs; fields missing in `after` stay as they are.

    Both are shaped like `content_of`: the entry's fields and the list `items`.
    """
    rows = [
        DiffRow(label_of(name), shown(name, before), shown(name, after), code_of(name))
        for name in ENTRY_FIELDS
        if name in after and _plain(before.get(name)) != _plain(after[name])
    ]
    if "items" in after:
        rows += _item_rows(before.get("items") or [], after["items"])
    return rows


def _item_rows(before: Sequence[Values], after: Sequence[Values]) -> list[DiffRow]:
    old = {str(item["name"]): item for item in before}
    new = {str(item["name"]): item for item in after}
    rows = []
    for name in [*old, *(name for name in new if name not in old)]:
        one, other = old.get(name), new.get(name)
        if one is not None and other is not None and same_item(one, other):
            continue
        label = _("信息项“%s”") % name
        rows.append(
            DiffRow(label, item_shown(one) if one else "", item_shown(other) if other else "", "8")
        )
    if not rows and list(old) != list(new):
        rows.append(DiffRow(_("信息项顺序"), "、".join(old), "、".join(new), "8"))
    return rows


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
