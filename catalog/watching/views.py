"""What I follow, and following."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from catalog.models import CatalogEntry
from catalog.policies import entry_policy
from catalog.watching import services
from catalog.watching.choices import WatchKind
from catalog.watching.policies import watch_policy
from catalog.watching.queries import address_of
from citybrain.organizations.models import Department
from citybrain.pages import ActorRequest, attempt, page_of

PER_PAGE = 50


@login_required
@never_cache
@require_safe
def watches(request: ActorRequest) -> HttpResponse:
    rows = watch_policy.queryset(request.actor).select_related("entry", "department")
    page = page_of(request, rows.defer("entry__search"), PER_PAGE)
    context = {"page": page, "rows": [(watch, address_of(watch)) for watch in page]}
    return render(request, "catalog/watching/list.html", context)


@login_required
@require_POST
def follow(request: ActorRequest) -> HttpResponse:
    """An entry, a department or a theme, by `kind` and `value`."""
    kind, value = request.POST.get("kind", ""), request.POST.get("value", "")[:20]
    number = int(value) if value.isascii() and value.isdecimal() and len(value) < 16 else 0

    def keep() -> None:
        match kind:
            case WatchKind.ENTRY:
                rows = CatalogEntry.objects.filter(entry_policy.published(request.actor))
                entry = entry_policy.fetch(request.actor, rows, pk=number)
                services.follow_entry(actor=request.actor, entry=entry)
            case WatchKind.DEPARTMENT:
                department = Department.objects.active().filter(pk=number).first()
                if department is None:
                    raise ValidationError(_("没有这个单位。"))
                services.follow_department(actor=request.actor, department=department)
            case WatchKind.THEME:
                services.follow_theme(actor=request.actor, theme=value)
            case _:
                raise ValidationError(_("请选择要关注的内容。"))

    return attempt(request, keep, done=_("已关注，有变化时通知您。"), back=_back(request))


@login_required
@require_POST
def save(request: ActorRequest) -> HttpResponse:
    return attempt(
        request,
        lambda: services.save_search(
            actor=request.actor,
            name=request.POST.get("name", ""),
            query=request.POST.get("query", ""),
        ),
        done=_("检索条件已保存，有新的结果或者变化时通知您。"),
        back=_back(request),
    )


@login_required
@require_POST
def end(request: ActorRequest, pk: int) -> HttpResponse:
    watch = watch_policy.fetch(request.actor, pk=pk)
    services.end(actor=request.actor, watch=watch)
    messages.success(request, _("已取消关注。"))
    return redirect(_back(request))


def _back(request: ActorRequest) -> str:
    """The page from which it was asked, if it is one of the portal."""
    target = request.POST.get("next", "")
    safe = target.startswith("/") and url_has_allowed_host_and_scheme(target, None)
    return target if safe else reverse("catalog:watches")
