"""Tags of data entry: fields, forms, formsets, uploads, and the moves of a workflow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citybrain.components.drawing import Text, draw
from citybrain.components.fields import (
    draw_cell,
    draw_field,
    error_links,
    field_groups,
    formset_error_links,
    numbered_rows,
    row_label,
)

register = template.Library()
Choices = Mapping[str, Sequence[tuple[str, Text]]]

# What a move may ask for: label and kind of control. A move naming anything else raises KeyError.
MOVE_FIELDS: dict[str, tuple[Text, str]] = {
    "reason": (gettext_lazy("理由"), "textarea"),
    "opinion": (gettext_lazy("意见"), "textarea"),
    "supplement": (gettext_lazy("补正说明"), "textarea"),
    "note": (gettext_lazy("说明"), "textarea"),
    "basis": (gettext_lazy("依据"), "text"),
    "refusal_basis": (gettext_lazy("不予共享的依据"), "text"),
    "due_on": (gettext_lazy("日期"), "date"),
    "provincial_number": (gettext_lazy("省级申请编号"), "text"),
    "filed_on": (gettext_lazy("报省日期"), "date"),
    "answered_on": (gettext_lazy("省级答复日期"), "date"),
    "sent_on": (gettext_lazy("报送日期"), "date"),
    "way": (gettext_lazy("报送方式"), "text"),
    "document_number": (gettext_lazy("报送文号"), "text"),
    "received_on": (gettext_lazy("回执日期"), "date"),
    "receipt_number": (gettext_lazy("回执号"), "text"),
}
MOVE_ICONS = {"success": "check", "warning": "arrow-back-up", "danger": "ban", "primary": "send"}


@register.simple_tag(takes_context=True)
def field(
    context: Context, bound: BoundField, basis: Text = "", help: Text | None = None
) -> SafeString:
    """Draw one field with label, required mark, help, legal basis and error."""
    return draw(context, "field", field=draw_field(bound, basis=basis, help_text=help))


@register.simple_tag(takes_context=True)
def upload(context: Context, bound: BoundField, accept: str = "", hint: Text = "") -> SafeString:
    """Draw a file field as a drop area. ``accept`` and ``hint`` inform; the server checks."""
    drawn = draw_field(bound, attrs={"accept": accept} if accept else None)
    return draw(context, "upload", field=drawn, hint=hint)


@register.simple_tag(takes_context=True)
def form_errors(
    context: Context,
    form: forms.BaseForm,
    summary: bool = True,
    formset: forms.BaseFormSet[Any] | None = None,
) -> SafeString:
    """Draw the error summary of ``form`` and its ``formset``, each line leading to its field.

    Without ``summary`` only the form-wide errors, for short forms whose fields are in sight.
    """
    return draw(context, "form_errors", errors=_errors(form, formset), summary=summary)


@register.simple_tag(takes_context=True)
def form_body(
    context: Context,
    form: forms.BaseForm,
    summary: bool = True,
    formset: forms.BaseFormSet[Any] | None = None,
) -> SafeString:
    """Draw error summary, hidden fields and all fields, grouped by ``form.fieldsets``.

    The summary also leads to the errors of ``formset``, which is drawn elsewhere. Short forms
    (sign-in) set ``summary`` to False: only form-wide errors are then listed on top.
    """
    groups = [
        {"group": group, "fields": [draw_field(bound) for bound in group.fields]}
        for group in field_groups(form)
    ]
    return draw(
        context,
        "form_body",
        summary=summary,
        errors=_errors(form, formset),
        hidden=form.hidden_fields(),
        groups=groups,
    )


def _errors(
    form: forms.BaseForm, formset: forms.BaseFormSet[Any] | None
) -> list[tuple[str, str, str]]:
    found = error_links(form) if form.is_bound else []
    if formset is not None and formset.is_bound:
        found += formset_error_links(formset)
    return found


@register.simple_tag
def form_attrs(form: forms.BaseForm, autosave: str = "", unsaved: bool = False) -> SafeString:
    """Return the attributes of a ``<form>``: encoding, autosave url, guard against leaving.

    Browsers' own messages are turned off (they come in the browser's language); the server's
    messages name the field and what to do.
    """
    attrs = SafeString("novalidate")
    if form.is_multipart():
        attrs += SafeString(' enctype="multipart/form-data"')
    if autosave:
        attrs += format_html(' data-autosave-url="{}"', autosave)
    if unsaved or autosave:
        attrs += SafeString(" data-unsaved")
    return attrs


@register.simple_block_tag(takes_context=True)
def form_actions(
    context: Context,
    content: str,
    *,
    submit: Text = "",
    cancel_url: str = "",
    icon: str = "check",
    name: str = "",
    value: str = "",
) -> SafeString:
    """Draw the submit button, further buttons of the block, the way back, the autosave line."""
    return draw(
        context,
        "form_actions",
        submit=submit or _("保存"),
        cancel_url=cancel_url,
        extra=SafeString(content.strip()),
        icon=icon,
        name=name,
        value=value,
    )


def _formset_row(form: forms.BaseForm, number: object) -> dict[str, Any]:
    visible = [bound for bound in form.visible_fields() if bound.name != "DELETE"]
    return {
        "number": number,
        "cells": [draw_cell(bound, row_label(number)) for bound in visible],
        "hidden": form.hidden_fields(),
        "delete": form["DELETE"] if "DELETE" in form.fields else None,
        "errors": [str(error) for error in form.non_field_errors()],
    }


@register.simple_tag(takes_context=True)
def formset_table(
    context: Context, formset: forms.BaseFormSet[Any], caption: Text, add_label: Text = ""
) -> SafeString:
    """Draw a formset as an editable table whose rows can be added and removed."""
    blank = formset.empty_form
    return draw(
        context,
        "formset_table",
        formset=formset,
        caption=caption,
        add_label=add_label or _("增加一行"),
        columns=[bound for bound in blank.visible_fields() if bound.name != "DELETE"],
        rows=[_formset_row(form, number) for number, form in numbered_rows(formset)],
        blank=_formset_row(blank, "__number__"),
        errors=[str(error) for error in formset.non_form_errors()] if formset.is_bound else [],
        can_delete=formset.can_delete,
        # A formset that takes no further rows says so.
        can_add=getattr(formset, "can_add", True),
    )


def _move_fields(move: Any, choices: Choices, failed: Any) -> list[dict[str, Any]]:
    fields = []
    for wanted in move.requires:
        name = wanted if isinstance(wanted, str) else wanted[0]
        label, kind = MOVE_FIELDS[name] if isinstance(wanted, str) else (wanted[1], "textarea")
        fields.append(
            {
                "name": name,
                "label": label,
                "kind": "select" if name in choices else kind,
                "choices": choices.get(name, ()),
                "id": f"move-{move.name}-{name}",
                "error": failed.errors.get(name, "") if failed else "",
                "value": failed.values.get(name, "") if failed else "",
            }
        )
    return fields


def _move_look(tone: str, *, first: bool) -> str:
    """Return the button's class: one filled button at most, the first of the primary moves."""
    if tone == "primary":
        return "btn-primary" if first else ""
    return f"btn-{tone}" if tone in MOVE_ICONS else ""


@register.simple_tag(takes_context=True)
def moves(
    context: Context,
    moves: Iterable[Any],
    *,
    version: object = "",
    action: str = "",
    choices: Choices | None = None,
    failed: Any = None,
) -> SafeString:
    """Draw the moves that the reader may make now, each a form that POSTs.

    The address is the move's ``url``, or ``action`` with ``__move__`` replaced by its name.
    ``choices`` turns a required field into a list: {"refusal_basis": [(value, label)]}.
    ``failed`` is a refused attempt (``ui.FailedMove``): its form stays open with what was typed.
    """
    rows: list[dict[str, Any]] = []
    filled = False
    for move in moves:
        mine = failed if failed is not None and failed.name == move.name else None
        tone = getattr(move, "tone", "neutral")
        fields = _move_fields(move, choices or {}, mine)
        rows.append(
            {
                "move": move,
                "tone": tone,
                "url": getattr(move, "url", "") or action.replace("__move__", move.name),
                "look": _move_look(tone, first=not filled),
                "icon": MOVE_ICONS.get(tone, "arrow-right"),
                "fields": fields,
                "asks": bool(fields) or tone == "danger",
                "open": mine is not None,
                "help": getattr(move, "help", ""),
                "basis": getattr(move, "basis", ""),
            }
        )
        filled = filled or tone == "primary"
    return draw(context, "moves", rows=rows, version=version)
