"""Marks the words of a search in what it found; says the terms of an item."""

import re
from functools import lru_cache
from typing import Any

from django import template
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

from catalog.elements import label_of, terms_shown
from catalog.models import DataItem
from citybrain.textsearch import normalise

register = template.Library()
SNIPPET = 110
BEFORE = 24


@lru_cache(maxsize=256)
def _pattern(q: str) -> re.Pattern[str] | None:
    words = sorted({word for word in re.split(r"[\W_]+", normalise(q)) if word}, key=len)
    return re.compile("|".join(map(re.escape, reversed(words)))) if words else None


def _comparable(text: str) -> str:
    """The text as searches compare it, if every character keeps its place."""
    folded = normalise(text)
    return folded if len(folded) == len(text) else text


@register.filter
def key_label(key: str) -> str:
    """A field or item named by the key of a difference or remark, in words."""
    return label_of(key)


@register.filter
def terms(item: DataItem | dict[str, Any]) -> str:
    """An item's own terms in words, be it a row or frozen content; empty when it has none."""
    values = item if isinstance(item, dict) else vars(item)
    return terms_shown(values)


@register.filter
def highlight(text: str, q: str) -> SafeString:
    """Returns the text escaped, the words of `q` in <mark>."""
    pattern = _pattern(q or "")
    comparable = _comparable(text)
    if pattern is None or pattern.search(comparable) is None:
        return escape(text)
    parts, end = [], 0
    for found in pattern.finditer(comparable):
        parts.append(
            format_html("{}<mark>{}</mark>", text[end : found.start()], text[slice(*found.span())])
        )
        end = found.end()
    return format_html("{}{}", format_html_join("", "{}", ((part,) for part in parts)), text[end:])


@register.filter
def highlight_all(texts: list[str], q: str) -> SafeString:
    """Returns the texts as `highlight` does, with 、 between them."""
    return format_html_join("、", "{}", ((highlight(text, q),) for text in texts))


@register.filter
def snippet(text: str, q: str) -> SafeString:
    """Returns a piece of a long text around the first word of `q`, marked."""
    pattern = _pattern(q or "")
    found = pattern.search(_comparable(text)) if pattern else None
    start = max(found.start() - BEFORE, 0) if found and len(text) > SNIPPET else 0
    start = min(start, max(len(text) - SNIPPET, 0))
    piece = text[start : start + SNIPPET]
    return format_html(
        "{}{}{}",
        "…" if start else "",
        highlight(piece, q),
        "…" if start + SNIPPET < len(text) else "",
    )
