"""Tags of page furniture: icons, headers, panels, alerts, tabs, dialogs."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _

from citybrain import ui
from citybrain.components.drawing import TONE_ICONS, Text, checked_tone, draw
from citybrain.components.texts import SCRIPT_TEXTS
from citybrain.devices import device_of

register = template.Library()
SPRITE = "icons/sprite.svg"
BADGE = '<span class="badge-tone tone-{}">{}{}</span>'
MENU_LINK = '<li><a class="side-link{}" href="{}"{}>{}<span>{}</span>{}</a></li>'
MENU_BADGE = '<span class="side-badge">{}<span class="sr-only">{}</span></span>'
CURRENT_PAGE = SafeString(' aria-current="page"')
MESSAGE_TONES = {"debug": "muted", "error": "danger"}


@register.simple_tag
def icon(name: str, label: Text = "") -> SafeString:
    """Return an icon of the sprite: hidden from screen readers unless it is given a ``label``."""
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"/></svg>',
            label,
            static(SPRITE),
            name,
        )
    return _silent_icon(name)


@lru_cache(maxsize=512)
def _silent_icon(name: str) -> SafeString:
    """A page has dozens of them, and the sprite's address does not change while a process runs."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', static(SPRITE), name
    )


@register.simple_tag
def menu_links(links: Iterable[ui.MenuLink]) -> SafeString:
    """Draw the links of a menu group; every page has dozens of them, hence no template."""
    return format_html_join("", MENU_LINK, map(_menu_link, links))


def _menu_link(link: ui.MenuLink) -> tuple[object, ...]:
    badge = format_html(MENU_BADGE, link.badge, _("项")) if link.badge else ""
    here = (" active", CURRENT_PAGE) if link.active else ("", "")
    return (here[0], link.url, here[1], _silent_icon(link.icon), link.label, badge)


@register.simple_tag(name="status")
def status_badge(value: Any, tone: str = "neutral", icon: str = "") -> SafeString:
    """Draw a state as a badge: its word, its tone and the tone's icon.

    Lists have one in every row: a template of its own for each cost more than all else in the row.
    """
    label = getattr(value, "label", value)
    tone = checked_tone(getattr(value, "tone", tone))
    return format_html(BADGE, tone, _silent_icon(icon or TONE_ICONS[tone]), label)


@register.filter
def number(value: float | None) -> str:
    """Return 12,345 for 12345, at most two decimals, and a dash for nothing."""
    if value is None:
        return "—"
    text = f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"
    return text or "0"


@register.filter
def device(user_agent: str) -> str:
    """Return the browser and the system of a User-Agent header in short."""
    return device_of(user_agent or "")


@register.simple_tag
def portal() -> dict[str, str]:
    """Return the names of this installation: ``name``, ``authority``, ``support``, ``open_title``.

    Taken from the settings, not from a context processor, so that error pages know them too.
    """
    own = get_language() in (None, settings.LANGUAGE_CODE)
    return {
        "name": getattr(settings, "SITE_NAME", ""),
        "authority": settings.AUTHORITY_NAME if own else settings.AUTHORITY_NAME_EN,
        "support": getattr(settings, "SUPPORT_CONTACT", ""),
        "open_title": settings.OPEN_CATALOG_TITLE if own else settings.OPEN_CATALOG_TITLE_EN,
    }


@register.simple_tag
def translated_languages() -> list[str]:
    """Return the codes of the languages offered to readers: the portal's own and every translated one.

    A language of LANGUAGES counts as translated when LOCALE_PATHS hold its compiled catalogue.
    """

    def translated(code: str) -> bool:
        catalogue = Path(to_locale(code)) / "LC_MESSAGES" / "django.mo"
        return any((Path(root) / catalogue).exists() for root in settings.LOCALE_PATHS)

    own = settings.LANGUAGE_CODE
    return [code for code, _name in settings.LANGUAGES if code == own or translated(code)]


@register.simple_tag
def script_texts() -> SafeString:
    """Return the JSON block from which scripts take their sentences."""
    return _script_texts(get_language())


@lru_cache(maxsize=8)
def _script_texts(language: str | None) -> SafeString:
    """The same on every page of one language."""
    return json_script({name: str(text) for name, text in SCRIPT_TEXTS.items()}, "texts")


@register.simple_tag(takes_context=True)
def breadcrumbs(context: Context, crumbs: Iterable[Any]) -> SafeString:
    """Draw the trail to this page: Crumbs or (label, url) pairs, the last one being the page."""
    trail = [one if hasattr(one, "label") else ui.Crumb(*one) for one in crumbs]
    return draw(context, "breadcrumbs", crumbs=trail)


@register.simple_block_tag(takes_context=True)
def page_header(
    context: Context,
    content: str,
    title: Text,
    *,
    subtitle: Text = "",
    eyebrow: Text = "",
    status: Any = "",
    tone: str = "neutral",
) -> SafeString:
    badge = status_badge(status, tone) if status else ""
    return draw(
        context,
        "page_header",
        title=title,
        subtitle=subtitle,
        eyebrow=eyebrow,
        badge=badge,
        actions=SafeString(content.strip()),
    )


@register.simple_tag(takes_context=True)
def page_messages(context: Context) -> SafeString:
    """Draw Django's messages; the region stays on the page for htmx to fill."""
    shown = [
        {
            "text": message,
            "tone": (tone := MESSAGE_TONES.get(message.level_tag, message.level_tag or "info")),
            "icon": TONE_ICONS.get(tone, "info-circle"),
        }
        for message in context.get("messages") or ()
    ]
    return draw(context, "messages", messages=shown)


@register.simple_tag(takes_context=True)
def tabs(context: Context, tabs: Iterable[ui.Tab], label: Text = "") -> SafeString:
    """Draw links between the pages of one record."""
    return draw(context, "tabs", tabs=tabs, label=label or _("页面分区"))


@register.simple_block_tag(takes_context=True)
def alert(context: Context, content: str, tone: str = "info", title: Text = "") -> SafeString:
    """Draw a notice; raises ValueError for an unknown tone."""
    look = TONE_ICONS[checked_tone(tone)]
    return draw(context, "alert", body=content, tone=tone, title=title, icon=look)


@register.simple_tag(takes_context=True)
def empty(
    context: Context,
    title: Text = "",
    text: Text = "",
    *,
    icon: str = "inbox",
    action_url: str = "",
    action_label: Text = "",
) -> SafeString:
    return draw(
        context,
        "empty",
        title=title or _("暂无内容"),
        text=text,
        icon=icon,
        action_url=action_url,
        action_label=action_label,
    )


@register.simple_block_tag(takes_context=True)
def panel(
    context: Context,
    content: str,
    title: Text = "",
    *,
    icon: str = "",
    subtitle: Text = "",
    id: str = "",
    count: int | None = None,
    flush: bool = False,
) -> SafeString:
    return draw(
        context,
        "panel",
        body=content,
        title=title,
        icon=icon,
        subtitle=subtitle,
        id=id,
        count=count,
        flush=flush,
    )


@register.simple_block_tag(takes_context=True)
def disclosure(context: Context, content: str, title: Text, open: bool = False) -> SafeString:
    return draw(context, "disclosure", body=content, title=title, open=open)


@register.simple_block_tag(takes_context=True)
def dialog(context: Context, content: str, id: str, title: Text) -> SafeString:
    return draw(context, "dialog", body=content, id=id, title=title)
