"""Filling in the form of an entry as somebody does it in the browser."""

from collections.abc import Sequence
from typing import Any

from django.test import Client
from django.urls import reverse

from catalog.models import CatalogEntry
from catalog.services.content import ITEM_FIELDS
from tests import scenes
from tests.forms import Form, form_with

NEW = "catalog:new"


def values_typed(**changes: Any) -> dict[str, Any]:
    """`scenes.entry_values` as the controls of the form hold them."""
    values = {**scenes.entry_values(), **changes}
    values["class_item"] = f"{int(values['resource_class'])}-{values['class_item']}"
    return {
        name: "" if value is None else str(getattr(value, "value", value))
        for name, value in values.items()
    }


def items_typed(items: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The rows of the table of items; what a row lacks is left empty."""
    typed: dict[str, Any] = {"items-TOTAL_FORMS": str(len(items)), "items-INITIAL_FORMS": "0"}
    for place, item in enumerate(items):
        for name in ITEM_FIELDS:
            value = item.get(name, "")
            if isinstance(value, bool):
                typed[f"items-{place}-{name}"] = "on" if value else None
            else:
                typed[f"items-{place}-{name}"] = str(value)
    return typed


def typed(
    form: Form, *, items: Sequence[dict[str, Any]] | None = None, **changes: Any
) -> dict[str, Any]:
    """The form of the page, filled with an entry and `items`."""
    rows = items_typed(scenes.ITEMS if items is None else items)
    return form.data(**values_typed(**changes), **rows)


def new_form(client: Client) -> Form:
    return form_with(client.get(reverse(NEW)), "title")


def edit_url(entry: CatalogEntry) -> str:
    return reverse("catalog:edit", args=[entry.pk])


def edit_form(client: Client, entry: CatalogEntry) -> Form:
    return form_with(client.get(edit_url(entry)), "title")
