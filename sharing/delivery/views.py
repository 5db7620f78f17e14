"""Pages of delivery: what is exchanged in batches, keys, packages, receipts, links."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citybrain.audit.services import record
from citybrain.downloads import file_response
from citybrain.organizations.actors import Actor
from citybrain.organizations.forms import add_refusal
from citybrain.pages import ActorRequest, attempt, error_texts, page_of
from citybrain.refusals import Conflict
from citybrain.ui import Crumb, Tone
from sharing.choices import Method
from sharing.delivery import building, links, planning, sending
from sharing.delivery.choices import FETCHABLE, PackageState
from sharing.delivery.forms import PlanForm
from sharing.delivery.policies import package_policy
from sharing.models import Authorization, ExchangePackage
from sharing.policies import authorization_policy
from sharing.rights.undertakings import require_accepted
from sharing.services import files

TONES: dict[str, Tone] = {
    PackageState.WAITING: "info",
    PackageState.READY: "warning",
    PackageState.RECEIVED: "success",
    PackageState.FAILED: "danger",
    PackageState.CLEARED: "muted",
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def exchange(request: ActorRequest, pk: int) -> HttpResponse:
    """The packages of one authorization, and how they are arranged."""
    found = _grant(request.actor, pk)
    if found.method != Method.BATCH:
        raise Http404
    plan = planning.plan_of(found)
    initial = {"cycle": plan.cycle, "extent": plan.extent, "format": plan.format}
    form, status = PlanForm(request.POST or None, initial=initial), 200
    if request.method == "POST":
        authorization_policy.require(request.actor, "use", found)
        status = 422
        if form.is_valid():
            try:
                planning.arrange(actor=request.actor, authorization=found, **form.cleaned_data)
            except ValidationError as error:
                add_refusal(form, error)
            else:
                messages.success(request, _("交换安排已保存，从下一个交换包起生效。"))
                return redirect("sharing:exchange", pk=pk)
    page = page_of(request, plan.packages.select_related("received_by", "dataset"))
    context = {
        "authorization": found,
        "plan": plan,
        "form": form,
        "page": page,
        "rows": [(one, TONES[one.state], one.state in FETCHABLE) for one in page],
        "kept_days": building.KEPT.days,
        "may_use": authorization_policy.allows(request.actor, "use", found),
        "crumbs": [*_trail(found), Crumb(_("批量交换"))],
    }
    return render(request, "sharing/delivery/exchange.html", context, status=status)


@login_required
@never_cache
@require_POST
def exchange_key(request: ActorRequest, pk: int) -> HttpResponse:
    """Shows the key, or makes another one; both are on record."""
    found = _grant(request.actor, pk)
    anew = request.POST.get("anew") == "1"
    try:
        key = planning.read_key(actor=request.actor, authorization=found, anew=anew)
    except ValidationError as error:
        for text in error_texts(error):
            messages.error(request, text)
        return redirect("sharing:authorization", pk=pk)
    context = {"authorization": found, "key": key, "plan": planning.plan_of(found)}
    address = reverse("sharing:exchange", args=[pk])
    context["crumbs"] = [*_trail(found), Crumb(_("批量交换"), address), Crumb(_("解密密钥"))]
    return render(request, "sharing/delivery/key.html", context)


@login_required
@never_cache
@require_safe
def package_file(request: ActorRequest, pk: int) -> HttpResponseBase:
    """The file of a package, whole or from where the transfer was broken off."""
    return sending.send(request, request.actor, _package(request.actor, pk))


@login_required
@require_POST
def package_receive(request: ActorRequest, pk: int) -> HttpResponse:
    found = _package(request.actor, pk)
    return attempt(
        request,
        lambda: planning.receive(
            actor=request.actor, package=found, digest=request.POST.get("digest", "")
        ),
        done=_("已签收。"),
        back=reverse("sharing:exchange", args=[found.plan.authorization_id]),
    )


@login_required
@never_cache
@require_POST
def package_link(request: ActorRequest, pk: int) -> HttpResponse:
    found = _package(request.actor, pk)
    package_policy.require(request.actor, "use", found)
    return _link(request, "package", pk, found.plan.authorization)


@login_required
@never_cache
@require_POST
def file_link(request: ActorRequest, pk: int) -> HttpResponse:
    found = _grant(request.actor, pk)
    authorization_policy.require(request.actor, "use", found)
    if found.method != Method.FILE:
        raise Http404
    try:
        require_accepted(found)
    except ValidationError as error:
        for text in error_texts(error):
            messages.error(request, text)
        return redirect("sharing:authorization", pk=pk)
    return _link(request, "file", pk, found)


@never_cache
@require_safe
def link(request: HttpRequest, token: str) -> HttpResponseBase:
    """What a signed link is for; nobody signs in, the link speaks for its person."""
    asking: Actor = request.actor  # type: ignore[attr-defined]
    found = links.read(token, ip=asking.ip, request_id=asking.request_id)
    if found.kind == "package":
        return sending.send(request, found.actor, _package(found.actor, found.pk))
    if request.method == "HEAD":
        raise Http404
    authorization = _grant(found.actor, found.pk)
    try:
        download = files.download(actor=found.actor, authorization=authorization)
    except ValidationError as error:  # what the page of the authorization would have said
        raise Conflict(
            " ".join(error_texts(error)), state_label=authorization.get_state_display()
        ) from error
    return file_response(download.content, download.file_name)


def _link(request: ActorRequest, kind: str, pk: int, grant: Authorization) -> HttpResponse:
    """Makes a link and shows it; that it was made is on record, and so is each use."""
    path = reverse("sharing:link", args=[links.token_for(kind, pk, request.actor)])
    record(
        "sharing.link.made",
        actor=request.actor,
        subject=grant,
        department=grant.provider,
        data={"kind": kind, "of": pk},
    )
    context: dict[str, Any] = {
        "authorization": grant,
        "address": request.build_absolute_uri(path),
        "until": timezone.now() + links.LIVES[kind],
        "resumable": kind == "package",
        "crumbs": [*_trail(grant), Crumb(_("下载链接"))],
    }
    return render(request, "sharing/delivery/link.html", context)


def _grant(actor: Actor, pk: int) -> Authorization:
    rows = Authorization.objects.select_related("entry", "provider", "consumer")
    return authorization_policy.fetch(actor, rows.defer("entry__search"), pk=pk)


def _package(actor: Actor, pk: int) -> ExchangePackage:
    return package_policy.fetch(actor, sending.packages(), pk=pk)


def _trail(found: Authorization) -> list[Crumb]:
    return [
        Crumb(_("共享授权"), reverse("sharing:authorizations")),
        Crumb(found.number, reverse("sharing:authorization", args=[found.pk])),
    ]
