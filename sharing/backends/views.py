"""Backends: proposing one for an entry, one with its moves, what waits for the bureau."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.models import CatalogEntry
from catalog.policies import entry_policy
from citybrain.organizations.forms import submitted
from citybrain.pages import (
    ActorRequest,
    attempt_move,
    buttons,
    page_of,
    posted_version,
    timeline,
)
from citybrain.policies import require_anywhere
from citybrain.ui import Attribute, Crumb, FailedMove, Tone
from sharing.backends import services
from sharing.backends.choices import BackendState
from sharing.backends.forms import BackendForm
from sharing.backends.policies import backend_policy
from sharing.backends.transitions import BACKEND
from sharing.choices import ServiceKind
from sharing.models import ServiceBackend

TONES: dict[str, Tone] = {
    BackendState.PROPOSED: "warning",
    BackendState.IN_FORCE: "success",
    BackendState.DECLINED: "danger",
}
READERS = ("view_sharing", "coordinate_sharing", "read_everything")


@login_required
@require_safe
def backend_list(request: ActorRequest) -> HttpResponse:
    require_anywhere(request.actor, *READERS)
    rows = backend_policy.queryset(request.actor).select_related(
        "service__entry", "department", "created_by"
    )
    page = page_of(request, rows.defer("service__entry__search").order_by("-id"))
    context = {"page": page, "rows": [(one, TONES.get(one.state, "muted")) for one in page]}
    return render(request, "sharing/backends/list.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def backend_new(request: ActorRequest, pk: int) -> HttpResponse:
    """Proposes where the service of an entry reads from."""
    entry = entry_policy.fetch(
        request.actor, CatalogEntry.objects.select_related("department"), pk=pk
    )
    backend_policy.require(request.actor, "propose", ServiceBackend(department=entry.department))
    items = list(entry.items.all())
    like = ServiceBackend.objects.filter(service__entry=entry).first()
    form = BackendForm(request.POST or None, items=items, like=like)
    made, status = submitted(
        form,
        lambda given: services.propose(
            actor=request.actor,
            entry=entry,
            values=form.values(),
            networks=given["networks"],
            fields=form.mapping(),
            filters=form.filters(),
            secret=given["secret"],
        ),
    )
    if made is not None:
        return redirect("sharing:backend", pk=made.pk)
    crumbs = [
        Crumb(entry.title, reverse("catalog:entry", args=[pk])),
        Crumb(_("数据与接口"), reverse("sharing:data", args=[pk])),
        Crumb(_("设置服务后端")),
    ]
    context = {"entry": entry, "form": form, "crumbs": crumbs}
    return render(request, "sharing/backends/form.html", context, status=status)


@login_required
@require_safe
def backend(request: ActorRequest, pk: int) -> HttpResponse:
    return _page(request, _fetch(request, pk))


@login_required
@require_POST
def backend_move(request: ActorRequest, pk: int, name: str) -> HttpResponse:
    if name not in BACKEND.moves or BACKEND.moves[name].automatic:
        raise Http404
    found = _fetch(request, pk)
    return attempt_move(
        request,
        name,
        lambda: services.move(
            name,
            actor=request.actor,
            backend=found,
            version=posted_version(request),
            reason=request.POST.get("reason", ""),
        ),
        done=_("已办理：%s。") % BACKEND.moves[name].label,
        back=reverse("sharing:backend", args=[pk]),
        again=lambda failed, status: _page(request, _fetch(request, pk), failed, status),
    )


def _fetch(request: ActorRequest, pk: int) -> ServiceBackend:
    rows = ServiceBackend.objects.select_related("service__entry", "department", "created_by")
    return backend_policy.fetch(request.actor, rows, pk=pk)


def _page(
    request: ActorRequest,
    found: ServiceBackend,
    failed: FailedMove | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "backend": found,
        "tone": TONES.get(found.state, "muted"),
        "attributes": _attributes(found),
        "mapping": _mapping(found),
        "by_view": found.kind == ServiceKind.VIEW,
        "moves": buttons(BACKEND, found, request.actor, "sharing:backend_move"),
        "failed": failed,
        "history": timeline(found, dict(BackendState.choices)),
        "crumbs": [
            Crumb(_("服务后端"), reverse("sharing:backends")),
            Crumb(found.service.entry.title),
        ],
    }
    return render(request, "sharing/backends/detail.html", context, status=status)


def _mapping(found: ServiceBackend) -> list[tuple[str, str, str]]:
    """Item, field, parameter: in the entry's order, then what the entry has no more."""
    names = found.service.entry.items.values_list("name", flat=True)
    order = [name for name in names if name in found.fields]
    return [
        (name, found.fields[name], found.filters.get(name, ""))
        for name in dict.fromkeys((*order, *found.fields))
    ]


def _attributes(found: ServiceBackend) -> list[Attribute]:
    attributes = [
        Attribute(_("提供单位"), found.department.name),
        Attribute(_("种类"), found.get_kind_display()),
        Attribute(_("地址"), found.address, wide=True),
        Attribute(_("允许连接的网段"), "、".join(found.networks) or _("公网")),
        Attribute(_("口令或令牌"), _("已加密保存") if found.secret else _("没有")),
        Attribute(
            _("超时和重试"), _("%(s)d秒，重试%(n)d次") % {"s": found.seconds, "n": found.retries}
        ),
        Attribute(_("提出人"), found.created_by.name if found.created_by else ""),
    ]
    if found.kind == ServiceKind.VIEW:
        return [
            *attributes,
            Attribute(_("视图"), found.view),
            Attribute(_("主键列"), found.key_column),
            Attribute(_("账号"), found.account),
        ]
    return [
        *attributes,
        Attribute(_("数据行所在位置"), found.records_path or _("答复本身")),
        Attribute(_("翻页方式"), found.get_paging_display()),
        Attribute(_("行数参数"), found.size_parameter),
        Attribute(_("翻页参数"), found.after_parameter),
    ]
