"""What all components share: isolated rendering, tones, links that keep the query string."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import QueryDict
from django.template.context import Context
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString

from citybrain import ui

Text = str | Promise
TONE_ICONS = {
    "neutral": "circle-dot",
    "info": "info-circle",
    "success": "circle-check",
    "warning": "alert-triangle",
    "danger": "alert-circle",
    "muted": "circle-minus",
}


def draw(context: Context, component: str, **values: Any) -> SafeString:
    """Render ``templates/components/<component>.html`` with ``values`` and nothing else."""
    return draw_template(context, f"components/{component}.html", values)


def draw_template(context: Context, name: str, values: dict[str, Any]) -> SafeString:
    """Render template ``name`` with ``values``, the request and the CSRF token."""
    engine = context.template.engine  # type: ignore[union-attr]
    shared = {"request": context.get("request"), "csrf_token": context.get("csrf_token", "")}
    return engine.get_template(name).render(context.new({**shared, **values}))


def checked_tone(tone: str) -> str:
    """Return ``tone``; raise ValueError when the kit has no such tone."""
    if tone not in ui.TONES:
        raise ValueError(f"Unknown tone {tone!r}; one of {', '.join(ui.TONES)}.")
    return tone


def parameters(context: Context) -> QueryDict:
    """Return a copy of the request's GET parameters, empty without a request."""
    request = context.get("request")
    return QueryDict(mutable=True) if request is None else request.GET.copy()


def query(context: Context, **changes: str | Sequence[str] | None) -> str:
    """Return the page's query string with ``changes`` (None removes), always from page one."""
    params = parameters(context)
    params.pop("page", None)
    for name, value in changes.items():
        params.pop(name, None)
        if value is not None:
            params.setlist(name, [value] if isinstance(value, str) else list(value))
    return f"?{params.urlencode()}"


def swap(target: str) -> SafeString:
    """Return the htmx attributes by which a link or GET form replaces only ``target``.

    And what the filter bar above it keeps of the address, or the next search would lose it.
    """
    if not target:
        return SafeString("")
    return format_html(
        ' hx-target="{0}" hx-select="{0}" hx-select-oob="#filter-kept"'
        ' hx-swap="outerHTML show:none" hx-push-url="true"',
        target,
    )


def link(url: str, target: str = "") -> SafeString:
    """Return the attributes of a link to ``url``, swapping ``target`` where htmx runs."""
    get = format_html(' hx-get="{}"', url) if target else ""
    return format_html('href="{}"{}{}', url, get, swap(target))
