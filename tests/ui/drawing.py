"""Renders snippets of the component kit with an engine that shows every unknown variable."""

from functools import cache

from django.http import HttpRequest
from django.template import Context, Engine
from django.template import engines as project_engines
from django.test import RequestFactory
from lxml import html

SENTINEL = "⟦unknown %s⟧"


@cache
def strict_engine() -> Engine:
    """The project's templates and tag libraries, but an undefined variable is printed."""
    real = project_engines["django"].engine
    return Engine(
        dirs=real.dirs,
        libraries=real.libraries,
        string_if_invalid=SENTINEL,
        context_processors=[],
    )


def draw(snippet: str, query: str = "", **values: object) -> str:
    """Render ``snippet`` with ``{% load ui i18n %}``; fails when a variable was not given."""
    text = (
        strict_engine()
        .from_string("{% load ui i18n %}" + snippet)
        .render(Context({"request": get(query), "csrf_token": "csrf-of-the-test", **values}))
    )
    assert "⟦" not in text, text
    return text


def tree(snippet: str, query: str = "", **values: object) -> html.HtmlElement:
    """Like ``draw``, parsed."""
    return html.fromstring(f"<div>{draw(snippet, query, **values)}</div>")


def get(query: str = "") -> HttpRequest:
    """A GET request with that query string."""
    return RequestFactory().get(f"/list/?{query}" if query else "/list/")


def words(element: html.HtmlElement) -> str:
    """The text a reader sees, with single spaces."""
    return " ".join(element.text_content().split())
