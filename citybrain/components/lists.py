"""Tags of lists: tables, sorting, paging, facets, the filter bar."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from django import template
from django.core.paginator import Page
from django.template.context import Context
from django.utils.formats import localize
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from citybrain import ui
from citybrain.components.drawing import Text, draw, link, parameters, query, swap
from citybrain.components.furniture import icon

register = template.Library()
FACET_OPTION = (
    '<li><a class="facet-link" {}{}>{}<span>{}</span>'
    '<span class="facet-count">{}<span class="sr-only">{}</span></span></a></li>'
)
CURRENT = mark_safe(' aria-current="true"')


@register.simple_block_tag(takes_context=True)
def table(context: Context, content: str, caption: Text = "", cards: bool = False) -> SafeString:
    return draw(context, "table", body=content, caption=caption, cards=cards)


@register.simple_tag(takes_context=True)
def sort_header(
    context: Context, name: str, label: Text, target: str = "", css: str = ""
) -> SafeString:
    """Draw a column heading that sorts by ``?sort=name``, then ``?sort=-name``."""
    current = parameters(context).get("sort", "")
    order = {name: "ascending", f"-{name}": "descending"}.get(current, "none")
    url = query(context, sort=f"-{name}" if current == name else name)
    go = link(url, target)
    return draw(context, "sort_header", label=label, order=order, link=go, css=css)


@register.simple_tag(takes_context=True)
def pager(context: Context, page: Page[Any], target: str = "", param: str = "page") -> SafeString:
    """Draw the links to the other pages, keeping the query string."""
    base = query(context, **{param: None})
    joint = base if base == "?" else f"{base}&"

    def link_to(number: int) -> SafeString:
        return link(f"{joint}{param}={number}", target)

    numbers = [
        {"number": n, "link": link_to(n) if isinstance(n, int) else ""}
        for n in page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    ]
    return draw(
        context,
        "pager",
        page=page,
        numbers=numbers,
        before=link_to(page.number - 1) if page.has_previous() else "",
        after=link_to(page.number + 1) if page.has_next() else "",
    )


def _facet_rows(
    context: Context, groups: Iterable[ui.FacetGroup], target: str, *, chosen_only: bool = False
) -> list[dict[str, Any]]:
    params = parameters(context)
    params.pop("page", None)
    rows = []
    for group in groups:
        others = [
            (key, value) for key, values in params.lists() if key != group.name for value in values
        ]
        chosen = params.getlist(group.name)
        options = []
        for option in group.options:
            value, active = str(option.value), str(option.value) in chosen
            if chosen_only and not active:
                continue
            rest = [one for one in chosen if one != value] if group.multiple else []
            wanted = rest if active else [*rest, value]
            url = f"?{urlencode([*others, *((group.name, one) for one in wanted)])}"
            options.append({"option": option, "active": active, "link": link(url, target)})
        row = {"group": group, "options": options}
        if group.folded and not chosen_only:
            unfold = query(context, **{ui.UNFOLD: [*params.getlist(ui.UNFOLD), group.name]})
            row["unfold"] = link(unfold, target)
        rows.append(row)
    return rows


@register.simple_tag(takes_context=True)
def facets(context: Context, groups: Iterable[ui.FacetGroup], target: str = "") -> SafeString:
    rows = _facet_rows(context, groups, target)
    for row in rows:
        row["drawn"] = format_html_join("", FACET_OPTION, map(_facet_option, row["options"]))
    return draw(context, "facets", rows=rows)


def _facet_option(row: dict[str, Any]) -> tuple[Any, ...]:
    """A page has dozens of them: a template of its own for each would cost more than the rest."""
    option, active = row["option"], row["active"]
    return (
        row["link"],
        CURRENT if active else "",
        icon("check") if active else "",
        option.label,
        localize(option.count),
        _("条"),
    )


@register.simple_tag(takes_context=True)
def chips(context: Context, groups: Sequence[ui.FacetGroup], target: str = "") -> SafeString:
    """Draw what is filtered by, each with a link that takes it away."""
    rows = _facet_rows(context, groups, target, chosen_only=True)
    active = [{"group": row["group"], **one} for row in rows for one in row["options"]]
    clear = link(query(context, **{group.name: None for group in groups}), target)
    return draw(context, "chips", chips=active, clear=clear)


@register.simple_block_tag(takes_context=True)
def filter_bar(
    context: Context,
    content: str,
    *,
    name: str = "q",
    placeholder: Text = "",
    label: Text = "",
    target: str = "",
) -> SafeString:
    """Draw a GET form: search box, the fields of the block, and whatever else the url holds."""
    params = parameters(context)
    own = {name, "page", *re.findall(r'name="([^"]+)"', content)}
    kept = [(key, value) for key, values in params.lists() if key not in own for value in values]
    return draw(
        context,
        "filter_bar",
        fields=SafeString(content.strip()),
        name=name,
        value=params.get(name, ""),
        placeholder=placeholder or _("输入关键词"),
        label=label or _("搜索"),
        kept=kept,
        swap=swap(target),
        live=bool(target),
    )
