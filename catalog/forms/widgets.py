"""Controls of the entry form; both work without script."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


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


class SuggestedInput(forms.TextInput):
    """A text with known words to choose from; what is not among them may be typed as well."""

    def __init__(self, words: Iterable[str], attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__(attrs=dict(attrs or {}))
        self.words = list(words)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        listed = f"{name}-words"
        control = super().render(name, value, {**(attrs or {}), "list": listed}, renderer)
        options = format_html_join("", '<option value="{}"></option>', ((w,) for w in self.words))
        return format_html('{}<datalist id="{}">{}</datalist>', control, listed, options)
