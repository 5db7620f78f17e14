"""Tags that show a record: states, clocks, attributes, history, figures, charts, progress."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import template
from django.template.context import Context
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from citybrain import ui
from citybrain.components.drawing import Text, draw, draw_template
from citybrain.components.furniture import panel, status_badge

register = template.Library()
DEADLINE = (
    '<span class="deadline deadline-{state}">{badge} <span class="deadline-due">'
    '<time datetime="{moment}">{due}</time>{provisional}{more}</span></span>'
)
DEADLINE_LOOKS = {
    "due": ("neutral", "clock"),
    "soon": ("warning", "hourglass"),
    "today": ("warning", "alert-triangle"),
    "overdue": ("danger", "alert-circle"),
    "paused": ("muted", "clock-pause"),
    "done": ("success", "circle-check"),
}


def deadline_words(value: Any) -> str:
    """Return how much is left of a statutory clock, in words: 剩余 3 个工作日."""
    hours = getattr(value, "hours_left", None)
    left, unit = (value.days_left, _("个工作日")) if hours is None else (hours, _("小时"))
    if value.state == "done":
        return _("已办结")
    if value.state == "paused":
        return _("已暂停计时")
    if value.state == "overdue":
        return (
            _("已超期 %(left)s %(unit)s") % {"left": abs(left), "unit": unit}
            if left
            else _("已超期")
        )
    if value.state == "today" and hours is None:
        return _("今日到期")
    return _("剩余 %(left)s %(unit)s") % {"left": left, "unit": unit}


@register.simple_tag
def deadline(value: Any, compact: bool = False) -> SafeString:
    """Draw a statutory clock; nothing when there is none. `compact` leaves out year and rule.

    Lists have one in every row: a template of its own for each cost more than all else in the row.
    """
    if not value:
        return SafeString("")
    tone, look = DEADLINE_LOOKS[value.state]
    due = value.due_on
    if isinstance(due, datetime):
        due = timezone.localtime(due) if timezone.is_aware(due) else due
    pattern = "n月j日" if compact else "Y年n月j日"
    if getattr(value, "hours_left", None) is not None:
        pattern += " H:i"
    return format_html(
        DEADLINE,
        state=value.state,
        badge=status_badge(deadline_words(value), tone, look),
        moment=due.isoformat(),
        due=_due_words(value.state) % {"due": date_format(due, pattern)},
        more="" if compact else _rule(value),
        provisional=_provisional() if getattr(value, "provisional", False) else "",
    )


def _due_words(state: str) -> str:
    if state == "done":
        return _("期限 %(due)s")
    return _("原定 %(due)s前") if state == "paused" else _("%(due)s前")


def _provisional() -> SafeString:
    why = _("该年度放假安排尚未公布，公布后重新计算")
    return format_html(
        '<span class="deadline-provisional" title="{}">{}</span>', why, _("（暂定）")
    )


def _rule(value: Any) -> SafeString:
    """The rule of a clock and the article it comes from, where they are known."""
    rule = getattr(value, "rule_label", "") or getattr(value, "label", "")
    parts = (("deadline-rule", rule), ("basis", getattr(value, "basis", "")))
    return format_html_join("", '<span class="{}">{}</span>', (one for one in parts if one[1]))


@register.simple_tag(takes_context=True)
def attributes(context: Context, items: Iterable[Any], columns: int = 2) -> SafeString:
    rows = [one if hasattr(one, "label") else ui.Attribute(*one) for one in items]
    return draw(context, "attributes", items=rows, columns=columns)


@register.simple_tag(takes_context=True)
def panels(context: Context, panels: Iterable[ui.Panel]) -> SafeString:
    """Draw the panels that the apps contribute to a detail page."""
    drawn = []
    for one in panels:
        if one.template:
            body = draw_template(context, one.template, dict(one.context))
        else:
            body = attributes(context, one.attributes)
        drawn.append(panel(context, body, title=one.title, icon=one.icon, id=one.id))
    return format_html_join("", "{}", ((one,) for one in drawn))


@register.simple_tag(takes_context=True)
def steps(context: Context, steps: Iterable[ui.Step], label: Text = "") -> SafeString:
    words = {
        "done": _("已完成"),
        "current": _("进行中"),
        "todo": _("未开始"),
        "failed": _("未通过"),
    }
    rows = [{"step": step, "word": words[step.state]} for step in steps]
    return draw(context, "steps", rows=rows, label=label or _("办理进度"))


@register.simple_tag(takes_context=True)
def timeline(context: Context, entries: Iterable[ui.TimelineEntry]) -> SafeString:
    """Draw the recorded state changes in the order given."""
    return draw(context, "timeline", entries=list(entries))


@register.simple_tag(takes_context=True)
def diff(context: Context, rows: Iterable[ui.DiffRow]) -> SafeString:
    words = {"added": _("新增"), "removed": _("删除"), "changed": _("修改"), "same": _("未变")}
    drawn = [{"row": row, "word": words[row.kind]} for row in rows]
    return draw(context, "diff", rows=drawn)


@register.simple_tag(takes_context=True)
def stat_cards(context: Context, cards: Iterable[ui.Card]) -> SafeString:
    drawn = [{"card": one, "number": isinstance(one.value, (int, float))} for one in cards]
    return draw(context, "stat_cards", cards=drawn)


def heat_level(value: float | None, highest: float) -> int:
    """Return 0 (nothing) to 5 (the highest) for a cell of a heat map."""
    if not value or highest <= 0:
        return 0
    return min(5, 1 + int(4 * value / highest))


@register.simple_tag(takes_context=True)
def chart(context: Context, spec: ui.ChartSpec) -> SafeString:
    """Draw a chart with its data table. A heat map is a coloured table and needs no script."""
    if spec.kind != "heatmap":
        return draw(context, "chart", spec=spec, data=spec.data(), rows=spec.rows())
    highest = max((v for row in spec.series for v in row.values if v is not None), default=0)
    rows = [
        (row.name, [(value, heat_level(value, highest)) for value in row.values])
        for row in spec.series
    ]
    return draw(context, "heatmap", spec=spec, rows=rows)


@register.simple_tag(takes_context=True)
def progress(
    context: Context,
    url: str,
    *,
    value: int | None = None,
    max: int = 100,
    label: Text = "",
    state: str = "running",
    message: Text = "",
    id: str = "progress",
) -> SafeString:
    """Draw a job's progress; asks ``url`` every 2 seconds for itself while it is running."""
    tones = {"running": "info", "done": "success", "failed": "danger"}
    words = {"running": _("正在处理"), "done": _("已完成"), "failed": _("未能完成")}
    return draw(
        context,
        "progress",
        url=url,
        value=max if state == "done" and value is None else value,
        max=max,
        label=label or _("处理进度"),
        state=state,
        tone=tones[state],
        word=words[state],
        message=message,
        id=id,
    )


@register.simple_tag(takes_context=True)
def secret_box(
    context: Context,
    value: str,
    label: Text = "",
    hint: Text = "",
    id: str = "secret",
) -> SafeString:
    return draw(
        context,
        "secret_box",
        value=value,
        label=label or _("接口授权码"),
        hint=hint or _("仅显示这一次，离开本页后无法再查看，请立即复制并妥善保管。"),
        id=id,
    )
