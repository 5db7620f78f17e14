"""Interface services: the register, one service with its parameters and figures, and its switch."""

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from citybrain.organizations.actors import Actor
from citybrain.pages import ActorRequest, attempt_move, page_of
from citybrain.ui import Crumb, FailedMove
from sharing import offered
from sharing.forms.services import ServiceFilter
from sharing.granted import LIVE
from sharing.interfaces.samples import samples_of
from sharing.models import Authorization, InterfaceService
from sharing.operation import queries as operation
from sharing.policies import authorization_policy, city_readers, service_policy
from sharing.queries import Treatment, treatments_of
from sharing.services import hosting
from sharing.sides import READERS

GRANTS_SHOWN = 20


@login_required
@require_safe
def service_list(request: ActorRequest) -> HttpResponse:
    form = ServiceFilter(request.GET)
    found = _services().filter(service_policy.visible(request.actor), form.q_of())
    page = page_of(request, found.order_by("entry__title_pinyin", "pk"))
    calls = offered.calls_by_service(request.actor, page.object_list)
    context = {
        "form": form,
        "filtered": bool(form.chosen()),
        "page": page,
        "rows": [
            (service, *offered.state_of(service), calls.get(service.pk, 0)) for service in page
        ],
        "days": offered.DAYS,
        "reads_all": city_readers(request.actor),
    }
    return render(request, "sharing/service_list.html", context)


@login_required
@require_safe
def service(request: ActorRequest, pk: int) -> HttpResponse:
    return _page(request, pk)


@login_required
@require_POST
def service_switch(request: ActorRequest, pk: int, name: str) -> HttpResponse:
    """The bureau stops a service or starts it again (SC-27)."""
    if name not in offered.SWITCHES:
        raise Http404
    enable = offered.SWITCHES[name]
    found = service_policy.fetch(request.actor, _services(), pk=pk)
    return attempt_move(
        request,
        name,
        lambda: hosting.switch(
            actor=request.actor,
            service=found,
            enabled=enable,
            reason=request.POST.get("reason", ""),
        ),
        done=_("接口服务已恢复。") if enable else _("接口服务已停用，调用从现在起被拒绝。"),
        back=reverse("sharing:service", args=[pk]),
        again=lambda failed, status: _page(request, pk, failed, status),
    )


def _page(
    request: ActorRequest, pk: int, failed: FailedMove | None = None, status: int = 200
) -> HttpResponse:
    actor = request.actor
    found = service_policy.fetch(actor, _services(), pk=pk)
    treatments = treatments_of(found.entry.items.all())
    address = request.build_absolute_uri(reverse("gateway:records", args=[found.code]))
    word, tone = offered.state_of(found)
    signs = any(one.masked for one in treatments)
    context = {
        "service": found,
        "signs": signs,
        "state": word,
        "tone": tone,
        "attributes": offered.attributes_of(found, address),
        "figures": offered.figures_of(actor, found),
        "treatments": treatments,
        "parameters": offered.parameters_of(treatments),
        "sample": offered.sample_of(found, treatments),
        "samples": samples_of(
            found.entry.title,
            address,
            _filter(treatments),
            signs=signs,
        ),
        "answers": offered.ANSWERS,
        **operation.announced(found),
        "moves": offered.switch_moves(found, actor),
        "failed": failed,
        "history": offered.switches_of(found) if _follows(actor, found) else [],
        "grants": _grants(actor, found),
        "reads_calls": actor.holds(*READERS),
        "reads_all": _follows(actor, found),
        "crumbs": [Crumb(_("接口服务"), reverse("sharing:services")), Crumb(found.entry.title)],
    }
    return render(request, "sharing/service.html", context, status=status)


def _filter(treatments: list[Treatment]) -> str:
    """The item by which the sample programs filter; the key is what people look things up by."""
    plain = [one.item for one in treatments if not one.masked]
    return next((item.name for item in sorted(plain, key=lambda one: not one.is_key)), "")


def _services() -> QuerySet[InterfaceService]:
    return InterfaceService.objects.select_related(
        "entry__department", "dataset", "health", "end"
    ).defer("entry__search")


def _follows(actor: Actor, found: InterfaceService) -> bool:
    """The provider and those who follow the whole city's sharing."""
    return city_readers(actor) or actor.may("view_sharing", found.entry.department_id)


def _grants(actor: Actor, found: InterfaceService) -> list[Authorization]:
    """The grants in force under which it is called, as far as the actor may see them."""
    grants = authorization_policy.queryset(actor).filter(entry=found.entry_id, state__in=LIVE)
    return list(grants.select_related("consumer").defer("terms").order_by("-id")[:GRANTS_SHOWN])
