"""Who submits a withheld entry is led to the negative list."""

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from catalog.models import CatalogEntry
from catalog.negative_list.queries import is_unlisted


def remind(request: HttpRequest, entry: CatalogEntry) -> None:
    """Says that what is withheld belongs on the list, with the link, when nothing is on it yet."""
    if not is_unlisted(entry):
        return
    text = _("不予共享的内容还没有列入负面清单，请一并提出。")
    url = reverse("catalog:negative_new", args=[entry.revises_id or entry.pk])
    messages.info(request, format_html('{} <a href="{}">{}</a>', text, url, _("提议列入负面清单")))
