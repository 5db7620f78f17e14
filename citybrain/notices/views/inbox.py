"""The inbox: what a person was told, marking it as read, and the way to what it is about."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from citybrain.notices import queries, services
from citybrain.organizations.actors import Actor
from citybrain.ui import Tab

PER_PAGE = 20


@login_required
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    unread_only = request.GET.get("unread") == "1"
    page = Paginator(queries.inbox(actor, unread_only=unread_only), PER_PAGE).get_page(
        request.GET.get("page")
    )
    address = reverse("notices:inbox")
    tabs = [
        Tab(_("全部"), address, active=not unread_only),
        Tab(_("未读"), f"{address}?unread=1", active=unread_only),
    ]
    context = {"page": page, "tabs": tabs, "unread_only": unread_only}
    return render(request, "notices/inbox.html", context)


@login_required
@require_GET
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Marks the notice as read and leads to its subject; never out of the portal."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    url = queries.url_of(services.mark_read(actor=actor, notice_id=pk))
    if url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None):
        return redirect(url)
    messages.info(request, _("这条消息没有可以打开的页面。"))
    return redirect("notices:inbox")


@login_required
@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    services.mark_read(actor=request.actor, notice_id=pk)  # type: ignore[attr-defined]
    return redirect(_back(request))


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    count = services.mark_all_read(actor=request.actor)  # type: ignore[attr-defined]
    done = ngettext("已将%(count)s条消息标为已读。", "已将%(count)s条消息标为已读。", count)
    messages.success(request, done % {"count": count})
    return redirect("notices:inbox")


def _back(request: HttpRequest) -> str:
    """The page of the inbox from which the button was pressed."""
    back = request.POST.get("next", "")
    inside = back.startswith(reverse("notices:inbox"))
    return back if inside and url_has_allowed_host_and_scheme(back, None) else "notices:inbox"
