"""A service's OpenAPI document, and the page on which a grant is tried out."""

import json
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from citybrain.organizations.forms import submitted
from citybrain.pages import ActorRequest
from citybrain.ui import Crumb
from sharing.interfaces import console, openapi
from sharing.interfaces.forms import ConsoleForm
from sharing.models import Authorization, InterfaceService
from sharing.policies import authorization_policy, service_policy
from sharing.queries import service_of, treatments_of


@login_required
@require_safe
def openapi_document(request: ActorRequest, pk: int) -> HttpResponse:
    """The description of one service that programs read (OpenAPI 3.1)."""
    rows = InterfaceService.objects.select_related("entry__department").defer("entry__search")
    found = service_policy.fetch(request.actor, rows, pk=pk)
    document = openapi.document_of(
        found,
        treatments_of(found.entry.items.all()),
        server=request.build_absolute_uri("/").rstrip("/"),
        path=reverse("gateway:records", args=[found.code]),
    )
    answer = JsonResponse(document, json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = f'inline; filename="{found.code}.json"'
    return answer


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def try_out(request: ActorRequest, pk: int) -> HttpResponse:
    """One page of what an authorization brings, as the gateway would answer."""
    rows = Authorization.objects.select_related("entry").defer("entry__search")
    found = authorization_policy.fetch(request.actor, rows, pk=pk)
    authorization_policy.require(request.actor, "use", found)
    items = found.terms["items"]
    form = ConsoleForm(request.POST if request.method == "POST" else None, items=items)
    context = {"authorization": found, "form": form, "crumbs": _crumbs(found)}
    answer, status = submitted(
        form,
        lambda _given: console.try_out(
            actor=request.actor, authorization=found, parameters=form.parameters()
        ),
    )
    if answer is not None:
        context |= {
            "answer": answer,
            "address": _address(request, found, form.parameters()),
            "text": json.dumps(answer.body, ensure_ascii=False, indent=2),
        }
    return render(request, "sharing/interfaces/console.html", context, status=status)


def _address(request: ActorRequest, found: Authorization, parameters: dict[str, list[str]]) -> str:
    """The address that a program would call for the same answer."""
    service = service_of(found.entry)
    if service is None:
        return ""
    address = request.build_absolute_uri(reverse("gateway:records", args=[service.code]))
    return f"{address}?{urlencode(parameters, doseq=True)}"


def _crumbs(found: Authorization) -> list[Crumb]:
    return [
        Crumb(_("共享授权"), reverse("sharing:authorizations")),
        Crumb(found.number, reverse("sharing:authorization", args=[found.pk])),
        Crumb(_("在线试调")),
    ]
