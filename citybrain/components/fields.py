"""How a bound field becomes a labelled, described control, for ``templatetags/ui.py``.

Wiring follows WCAG 2.2: the label by ``for``, help, basis and error by ``aria-describedby``,
``aria-invalid`` when wrong, a group of choices as a fieldset with a legend.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

GROUP_WIDGETS = (forms.RadioSelect, forms.CheckboxSelectMultiple)


@dataclass(frozen=True)
class FieldGroup:
    """Fields under one legend; without a legend they are the loose rest of the form."""

    legend: str | Promise
    description: str | Promise
    fields: Sequence[BoundField]


@dataclass(frozen=True)
class DrawnField:
    """A bound field with everything its template needs; ``kind`` picks the markup."""

    bound: BoundField
    kind: str
    control: SafeString | str
    options: Sequence[Any] = ()
    help: str | Promise = ""
    basis: str | Promise = ""
    half: bool = False
    required: bool = False
    described_by: str = ""
    errors: Sequence[str] = field(default_factory=tuple)


def arrange(
    form: forms.BaseForm,
    *,
    basis: Mapping[str, str | Promise] | None = None,
    half: Sequence[str] = (),
) -> None:
    """Note the legal basis of fields and which take half the width; for a form's ``__init__``.

    Raises KeyError for a field that the form does not have.
    """
    for name, text in (basis or {}).items():
        form.fields[name].basis = text  # type: ignore[attr-defined]
    for name in half:
        form.fields[name].half = True  # type: ignore[attr-defined]


def _kind(widget: forms.Widget) -> str:
    if isinstance(widget, GROUP_WIDGETS):
        return "group"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.FileInput):
        return "file"
    if isinstance(widget, forms.Select):
        return "select"
    return "multi" if isinstance(widget, forms.MultiWidget) else "input"


def _css(kind: str, existing: str, *, wrong: bool) -> str:
    names = {"select": "form-select", "group": "form-check-input", "checkbox": "form-check-input"}
    css = f"{existing} {names.get(kind, 'form-control')}".strip()
    return f"{css} is-invalid" if wrong else css


def described_by(bound: BoundField, *, help_text: object, basis: object) -> str:
    """Return the ids of what describes the control: error first, then help, then basis."""
    ids = []
    if bound.errors:
        ids.append(f"{bound.auto_id}_error")
    if help_text:
        ids.append(f"{bound.auto_id}_helptext")
    if basis:
        ids.append(f"{bound.auto_id}_basis")
    return " ".join(ids)


def draw_field(
    bound: BoundField,
    *,
    basis: str | Promise = "",
    help_text: str | Promise | None = None,
    attrs: dict[str, Any] | None = None,
) -> DrawnField:
    """Return ``bound`` ready to be drawn. ``attrs`` are added to its widget.

    ``help_text`` stands in for the field's own. The legal basis comes from the argument or from
    ``field.basis``; ``field.half`` asks for half the width of the form on wide screens,
    ``field.needed`` for the mark of a required field that the form itself asks for.
    """
    widget = bound.field.widget
    kind = _kind(widget)
    basis = basis or getattr(bound.field, "basis", "")
    shown_help = bound.help_text if help_text is None else help_text
    describing = described_by(bound, help_text=shown_help, basis=basis)
    wrong = bool(bound.errors)
    extra: dict[str, Any] = {
        **(attrs or {}),
        "class": _css(kind, str(widget.attrs.get("class", "")), wrong=wrong),
    }
    if describing and kind != "group":
        extra["aria-describedby"] = describing
    if wrong:
        extra["aria-invalid"] = "true"
    if kind == "group":
        widget.attrs.update(extra)
    return DrawnField(
        bound=bound,
        kind=kind,
        control="" if kind == "group" else bound.as_widget(attrs=extra),
        options=list(bound.subwidgets) if kind == "group" else (),
        help=shown_help,
        basis=basis,
        half=bool(getattr(bound.field, "half", False)),
        required=bound.field.required or bool(getattr(bound.field, "needed", False)),
        described_by=describing,
        errors=[str(error) for error in bound.errors],
    )


def draw_cell(bound: BoundField, row: str) -> DrawnField:
    """Return ``bound`` for a cell of a formset table, named by its column and ``row``."""
    attrs = {"aria-label": f"{bound.label}，{row}"}
    if isinstance(bound.field.widget, forms.Textarea):
        attrs["rows"] = "1"
    return draw_field(bound, attrs=attrs)


def field_groups(form: forms.BaseForm) -> Iterator[FieldGroup]:
    """Yield the visible fields by ``form.fieldsets``; those not named there come last.

    Raises KeyError when ``fieldsets`` names a field that the form does not have.
    """
    seen: set[str] = set()
    for entry in getattr(form, "fieldsets", ()):
        legend, description, names = entry if len(entry) == 3 else (entry[0], "", entry[1])
        seen.update(names)
        bound = [form[name] for name in names]
        yield FieldGroup(legend, description, [one for one in bound if not one.is_hidden])
    rest = [bound for bound in form.visible_fields() if bound.name not in seen]
    if rest:
        yield FieldGroup("", "", rest)


def error_links(form: forms.BaseForm) -> list[tuple[str, str, str]]:
    """Return (label, message, id of the control) for each error, form-wide ones without an id."""
    links = [("", str(error), "") for error in form.non_field_errors()]
    for bound in form.hidden_fields():
        links += [(str(bound.label), str(error), "") for error in bound.errors]
    for bound in form.visible_fields():
        target = bound.auto_id
        if isinstance(bound.field.widget, GROUP_WIDGETS):
            target = f"{bound.auto_id}_0"
        links += [(str(bound.label), str(error), target) for error in bound.errors]
    return links


def numbered_rows(formset: forms.BaseFormSet[Any]) -> list[tuple[int, forms.BaseForm]]:
    """Return the rows with the numbers under which they are seen; a removed one takes none."""
    rows, number = [], 1
    for form in formset.forms:
        rows.append((number, form))
        removed = "DELETE" in form.fields and form["DELETE"].value()
        number += 0 if removed else 1
    return rows


def row_label(number: object) -> str:
    """Return how a row of a formset is called in labels and messages."""
    return _("第 %(number)s 行") % {"number": number}


def formset_error_links(formset: forms.BaseFormSet[Any]) -> list[tuple[str, str, str]]:
    """Return the errors of ``formset`` as ``error_links`` does, each named by row and column."""
    links = [("", str(error), "") for error in formset.non_form_errors()]
    for number, form in numbered_rows(formset):
        row = row_label(number)
        links += [
            (" ".join(filter(None, (row, label))), error, target)
            for label, error, target in error_links(form)
        ]
    return links
