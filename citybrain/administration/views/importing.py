"""People from Excel: template, upload, preview, confirmation."""

from collections import Counter

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from citybrain.administration import importing
from citybrain.administration.forms.people import ImportForm
from citybrain.downloads import file_response
from citybrain.organizations.actors import Actor
from citybrain.organizations.forms import add_refusal
from citybrain.policies import require_anywhere
from citybrain.refusals import Refused
from citybrain.spreadsheets import SpreadsheetError
from citybrain.ui import Card, Crumb


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def people_import(request: HttpRequest) -> HttpResponse:
    """Upload, then the preview, then (with `lines` from the preview) the import itself."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require_anywhere(actor, "manage_people")
    if request.method == "POST" and "lines" in request.POST:
        return _confirm(request, actor)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            lines = importing.read(form.cleaned_data["file"])
            outcomes = importing.preview(lines, actor)
        except SpreadsheetError as error:
            form.add_error("file", str(error))
        except ValidationError as error:
            add_refusal(form, error)
        else:
            return _preview(request, actor, lines, outcomes)
    return _upload(request, form)


@login_required
@require_safe
def people_template(request: HttpRequest) -> HttpResponseBase:
    require_anywhere(request.actor, "manage_people")  # type: ignore[attr-defined]
    return file_response(importing.template(), _("人员名单") + ".xlsx")


def _confirm(request: HttpRequest, actor: Actor) -> HttpResponse:
    try:
        lines = importing.unsign(request.POST["lines"], actor)
    except ValidationError as error:
        form = ImportForm({}, MultiValueDict())
        form.errors.clear()
        add_refusal(form, error)
        return _upload(request, form)
    try:
        outcomes = importing.import_people(lines, actor)
    except Refused:
        # Something changed since the preview: shown again, nothing has been saved.
        return _preview(request, actor, lines, importing.preview(lines, actor), status=409)
    context = {
        "title": _("已导入 %d 人") % len(outcomes),
        "people": [one.issued for one in outcomes if one.issued],
        "back": reverse("administration:people"),
        "crumbs": _crumbs(),
    }
    return render(request, "administration/one_time_passwords.html", context)


def _preview(
    request: HttpRequest,
    actor: Actor,
    lines: list[importing.Line],
    outcomes: list[importing.Outcome],
    *,
    status: int = 200,
) -> HttpResponse:
    counts = Counter(one.action for one in outcomes)
    cards = [
        Card(action.label, counts[action], _("人"), tone=importing.TONES[action.value])  # type: ignore[arg-type]
        for action in importing.Action
    ]
    context = {
        "outcomes": outcomes,
        "cards": cards,
        "refused": counts[importing.Action.REFUSED],
        "lines": importing.sign(lines, actor),
        "crumbs": _crumbs(),
    }
    return render(request, "administration/people_preview.html", context, status=status)


def _upload(request: HttpRequest, form: ImportForm) -> HttpResponse:
    context = {
        "form": form,
        "headings": [column.heading for column in importing.COLUMNS],
        "most": importing.MOST_PEOPLE,
        "crumbs": _crumbs(),
    }
    status = 422 if form.errors else 200
    return render(request, "administration/people_import.html", context, status=status)


def _crumbs() -> list[Crumb]:
    return [Crumb(_("人员管理"), reverse("administration:people")), Crumb(_("导入人员"))]
