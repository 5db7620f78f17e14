"""The page of a service in operation, and what its provider announces there."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from citybrain.organizations.forms import submitted
from citybrain.pages import ActorRequest
from citybrain.refusals import Conflict
from citybrain.ui import Crumb
from sharing.models import InterfaceService, MaintenanceWindow
from sharing.operation import queries, services
from sharing.operation.forms import EndForm, PauseForm
from sharing.policies import service_policy


@login_required
@require_safe
def operation(request: ActorRequest, pk: int) -> HttpResponse:
    """Availability, pauses, versions and the announced end of one service."""
    return _page(request, _fetch(request, pk))


@login_required
@require_POST
def pause_new(request: ActorRequest, pk: int) -> HttpResponse:
    found = _fetch(request, pk)
    service_policy.require(request.actor, "host", found)
    form = PauseForm(request.POST)
    return _announce(
        request,
        found,
        form,
        lambda values: services.announce_pause(actor=request.actor, service=found, **values),
        name="pause_form",
        done=_("维护已公告，使用单位已收到通知。"),
    )


@login_required
@require_POST
def pause_cancel(request: ActorRequest, pk: int, window_pk: int) -> HttpResponse:
    found = _fetch(request, pk)
    service_policy.require(request.actor, "host", found)
    window = get_object_or_404(MaintenanceWindow, pk=window_pk, service=found)
    try:
        services.cancel_pause(actor=request.actor, window=window)
    except Conflict as conflict:
        messages.error(request, str(conflict))
        return _page(request, found, status=409)
    messages.success(request, _("维护已取消，使用单位已收到通知。"))
    return redirect("sharing:operation", pk=pk)


@login_required
@require_POST
def end_new(request: ActorRequest, pk: int) -> HttpResponse:
    found = _fetch(request, pk)
    service_policy.require(request.actor, "host", found)
    form = EndForm(request.POST)
    return _announce(
        request,
        found,
        form,
        lambda values: services.announce_end(actor=request.actor, service=found, **values),
        name="end_form",
        done=_("停止日期已预告，使用单位已收到通知。"),
    )


@login_required
@require_POST
def end_withdraw(request: ActorRequest, pk: int) -> HttpResponse:
    found = _fetch(request, pk)
    try:
        services.withdraw_end(actor=request.actor, service=found)
    except Conflict as conflict:
        messages.error(request, str(conflict))
        return _page(request, found, status=409)
    messages.success(request, _("停止预告已撤回，服务继续提供。"))
    return redirect("sharing:operation", pk=pk)


def _announce(
    request: ActorRequest,
    found: InterfaceService,
    form: forms.Form,
    announce: Callable[[dict[str, Any]], object],
    *,
    name: str,
    done: str,
) -> HttpResponse:
    """Announces what the form says, or shows it again as it was typed."""
    made, status = submitted(form, announce)
    if made is not None:
        messages.success(request, done)
        return redirect("sharing:operation", pk=found.pk)
    return _page(request, found, status=status, **{name: form})


def _fetch(request: ActorRequest, pk: int) -> InterfaceService:
    rows = InterfaceService.objects.select_related("entry__department").defer("entry__search")
    return service_policy.fetch(request.actor, rows, pk=pk)


def _page(
    request: ActorRequest, found: InterfaceService, status: int = 200, **again: forms.Form
) -> HttpResponse:
    may_host = service_policy.allows(request.actor, "host", found)
    may_coordinate = service_policy.allows(request.actor, "coordinate", found)
    end = queries.end_of(found)
    context = {
        "service": found,
        "pause": MaintenanceWindow.now_of(found),
        "health": queries.health_attributes(found, inside=may_host or may_coordinate),
        "chart": queries.availability_chart(found),
        "windows": queries.windows_of(found)[: queries.WINDOWS_SHOWN],
        "versions": queries.versions_of(found),
        "end": end,
        "may_host": may_host,
        "may_withdraw": end is not None and (may_host or may_coordinate),
        "pause_form": PauseForm() if may_host else None,
        "end_form": EndForm() if may_host and end is None else None,
        "open_pause": "pause_form" in again,
        "open_end": "end_form" in again,
        **again,
        "crumbs": [
            Crumb(_("接口服务"), reverse("sharing:services")),
            Crumb(found.entry.title, reverse("sharing:service", args=[found.pk])),
            Crumb(_("运行与变更")),
        ],
    }
    return render(request, "sharing/operation/service.html", context, status=status)
