"""What the public pages write beside their text."""

import json
from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from catalog.models import CatalogEntry
from catalog.opendata import addresses
from citybrain.ui import Tab

register = template.Library()
PAGES = (
    ("opendata:catalog", _("开放目录")),
    ("opendata:demands", _("需求征集")),
    ("opendata:interfaces", _("接口与订阅")),
    ("developers:guide", _("开发者")),
)
# Data for search engines: browsers never run it, so the Content-Security-Policy has no say.
HARMLESS = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@register.simple_tag
def json_ld(data: dict[str, Any]) -> SafeString:
    """Returns the data as a JSON-LD block, which no text in it can end."""
    text = json.dumps(data, ensure_ascii=False).translate(HARMLESS)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308


@register.simple_tag(takes_context=True)
def open_tabs(context: Context) -> list[Tab]:
    """Returns the public pages, the one that is being read marked."""
    path = context["request"].path
    pages = [(label, reverse(name)) for name, label in PAGES]
    active = max((url for _label, url in pages if path.startswith(url)), key=len, default="")
    return [Tab(label, url, url == active) for label, url in pages]


@register.simple_tag
def dataset_path(entry: CatalogEntry) -> str:
    """Returns the address of the entry's public page."""
    return addresses.dataset_path(entry)


@register.simple_tag
def dataset_slug(entry: CatalogEntry) -> str:
    """Returns the entry's code as a part of an address."""
    return addresses.slug_of(entry)
