"""Reporting what is wrong, and listing the rows of what was reported without them (SC-26)."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from catalog.models import CatalogEntry
from catalog.policies import entry_policy
from citybrain.downloads import file_response
from citybrain.duties.rules import rule_of
from citybrain.organizations.actors import Actor
from citybrain.organizations.forms import submitted
from citybrain.pages import ActorRequest
from citybrain.spreadsheets import write_csv
from citybrain.typed import whole_number
from citybrain.ui import Crumb
from sharing.corrections.choices import LineKind
from sharing.corrections.forms import CorrectionForm, LinesForm
from sharing.corrections.policies import correction_policy
from sharing.corrections.reported import HEADINGS, MOST_LINES, columns_of
from sharing.corrections.scope import Scope, scope_of_grant, scope_of_provider
from sharing.corrections.services import reporting
from sharing.corrections.transitions import CORRECT
from sharing.models import Authorization, CorrectionRequest


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def correction_new(request: ActorRequest, pk: int) -> HttpResponse:
    """Reports what is wrong with the entry `pk`, by a department that may use it."""
    entry = _used(request.actor, pk)
    grant = _grant(request, entry)
    scope = scope_of_grant(grant)
    form = CorrectionForm(request.POST or None, request.FILES or None, scope=scope)
    made, status = submitted(
        form,
        lambda given: reporting.report(
            actor=request.actor,
            entry=entry,
            items=given["items"],
            problem=given["problem"],
            lines=form.reported(),
            grant=grant.pk,
        ),
    )
    form.keep_file()
    if made is not None:
        text = _("已提出校核，提供单位应在%d个工作日内核实并反馈。") % rule_of(CORRECT).days
        messages.success(request, text)
        return redirect("sharing:correction", pk=made.pk)
    others = reporting.grants_of(request.actor, entry).exclude(pk=grant.pk)
    context = {
        "entry": entry,
        "grant": grant,
        "others": [(one, f"?authorization={one.pk}") for one in others],
        "form": form,
        "back": reverse("catalog:entry", args=[pk]),
        "template_url": reverse("sharing:correction_template", args=[pk])
        + f"?authorization={grant.pk}",
        **_about(scope),
        "crumbs": [
            Crumb(_("数据校核"), reverse("sharing:corrections")),
            Crumb(_("提出校核")),
        ],
    }
    return render(request, "sharing/corrections/report.html", context, status=status)


@login_required
@require_safe
def correction_template(request: ActorRequest, pk: int) -> HttpResponseBase:
    """A file with the headings of a report under this grant."""
    entry = _used(request.actor, pk)
    scope = scope_of_grant(_grant(request, entry))
    headings = [str(column.heading) for column in columns_of(scope)]
    return file_response(write_csv([headings]), f"{entry.code.replace('/', '_')}-jiaohe.csv")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def correction_lines(request: ActorRequest, pk: int) -> HttpResponse:
    """The provider lists the rows in question, to correct them one by one."""
    rows = CorrectionRequest.objects.select_related("entry", "provider")
    found = correction_policy.fetch(request.actor, rows.defer("entry__search"), pk=pk)
    correction_policy.require(request.actor, "answer", found)
    scope = scope_of_provider(found.entry)
    form = LinesForm(request.POST or None, request.FILES or None, scope=scope)
    made, status = submitted(
        form,
        lambda given: reporting.list_lines(
            actor=request.actor, correction=found, lines=form.reported()
        ),
    )
    form.keep_file()
    if made is not None:
        messages.success(request, _("已列出，请逐行核实。"))
        return redirect("sharing:correction", pk=pk)
    back = reverse("sharing:correction", args=[pk])
    context = {
        "correction": found,
        "form": form,
        "back": back,
        **_about(scope),
        "crumbs": [
            Crumb(_("数据校核"), reverse("sharing:corrections")),
            Crumb(found.number, back),
            Crumb(_("逐行列出")),
        ],
    }
    return render(request, "sharing/corrections/lines_form.html", context, status=status)


def _used(actor: Actor, pk: int) -> CatalogEntry:
    """The entry, for somebody who may report on it."""
    entry = entry_policy.fetch(
        actor, CatalogEntry.objects.select_related("department").defer("search"), pk=pk
    )
    reporting.check_user(actor=actor, entry=entry)
    return entry


def _grant(request: ActorRequest, entry: CatalogEntry) -> Authorization:
    """The grant that `?authorization=` names, else the first."""
    pk = whole_number(request.GET.get("authorization", ""))
    return reporting.grant_named(request.actor, entry, pk)


def _about(scope: Scope) -> dict[str, Any]:
    """How lines are written: the headings in their order, and what may stand under them."""
    return {
        "headings": [str(column.heading) for column in columns_of(scope)],
        "keys": list(scope.keys),
        "whole_key": scope.whole_key,
        "kinds": [str(kind.label) for kind in LineKind],
        "kind_heading": HEADINGS["#kind"],
        "most_lines": MOST_LINES,
    }
