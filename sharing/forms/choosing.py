"""Choosing items of an entry, and the way in which they are to be shared."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import CatalogEntry
from catalog.negative_list.choices import Bars
from catalog.negative_list.queries import barred, why
from sharing.queries import Treatment, methods_of, treatments_of
from sharing.services.applications import offered_items


def items_field() -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(
        label=_("申请的信息项"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("所选信息项不属于该信息资源，请重新选择。")},
    )


class Choosing(forms.BaseForm):
    """For forms with the fields `items` and `method`; call `offer` once they are there."""

    def offer(self, entry: CatalogEntry) -> None:
        """Only what the entry has: its items, and the ways in which it is shared."""
        self.treatments = treatments_of(offered_items(entry))
        names = [one.item.name for one in self.treatments]
        self.barred = barred(entry).items(Bars.SHARING, names)
        methods = [(method.value, method.label) for method in methods_of(entry)]
        offered: dict[str, list[tuple[Any, Any]]] = {
            "items": [(one.item.pk, one.item.name) for one in self.treatments],
            "method": methods,
        }
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        if self.initial.get("method") not in dict(methods):
            self.initial["method"] = methods[0][0]

    def choose(self, names: Collection[str]) -> None:
        """Ticks the items of these names when the form is first shown."""
        self.initial["items"] = [one.item.pk for one in self.treatments if one.item.name in names]

    @property
    def lines(self) -> list[tuple[Treatment, bool, str]]:
        """Each item as it would be served, whether it is chosen, and why it may not be."""
        chosen = {str(value) for value in self["items"].value() or ()}
        return [
            (
                one,
                str(one.item.pk) in chosen,
                why(self.barred[one.item.name]) if one.item.name in self.barred else "",
            )
            for one in self.treatments
        ]

    def item_ids(self) -> list[int]:
        chosen: list[int] = self.cleaned_data["items"]
        return chosen
