"""A list whose options depend on another list; works without script because options are grouped."""

from collections.abc import Mapping
from typing import Any

from django import forms


class CascadeSelect(forms.Select):
    """`parents` gives, by option value, the value that the field `parent` must have.

    static/js/behaviours/cascade.js shows only the options that fit; the server checks the choice.
    """

    def __init__(self, parent: str, parents: Mapping[str, str]) -> None:
        super().__init__(attrs={"data-cascade": parent})
        self.parents = parents

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if parent := self.parents.get(str(value)):
            option["attrs"]["data-parent"] = parent
        return option
