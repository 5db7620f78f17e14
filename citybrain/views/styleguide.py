"""The living styleguide: every component with sample records, at /styleguide/."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from citybrain import ui
from citybrain.components import samples
from citybrain.organizations.roles import BUREAU_ROLES


def _may_look(request: HttpRequest) -> bool:
    if settings.MODE in ("development", "test"):
        return True
    actor = getattr(request, "actor", None)
    return actor is not None and bool(actor.roles & set(BUREAU_ROLES))


def _progress(request: HttpRequest) -> HttpResponse:
    step = request.GET.get("step", "0")
    value = min(100, (int(step) if step.isdecimal() else 0) + 20)
    context = {"value": value, "state": "done" if value == 100 else "running"}
    return render(request, "styleguide/progress.html", context)


@require_http_methods(["GET", "POST"])
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show the components; a POST shows the form with its errors. Elsewhere: 404."""
    if not _may_look(request):
        raise Http404
    if "step" in request.GET:
        return _progress(request)
    if request.headers.get("X-Autosave"):
        return HttpResponse(status=204)
    posted = request.POST if request.method == "POST" else None
    items = samples.SampleItems(prefix="items", initial=samples.ITEM_ROWS)
    if posted is not None and "add_row" in posted:
        items = samples.SampleItems(ui.with_added_row(posted, "items"), prefix="items")
    context = {
        "crumbs": [ui.Crumb(_("首页"), "/"), ui.Crumb(_("样式指南"))],
        "tabs": [
            ui.Tab(_("概况"), "#", active=True),
            ui.Tab(_("信息项"), "#", count=12),
            ui.Tab(_("使用情况"), "#", count=3),
            ui.Tab(_("办理记录"), "#"),
        ],
        "form": samples.SampleForm(posted),
        "upload_form": samples.SampleForm(prefix="upload"),
        "wrong": "wrong" in request.GET,
        "wrong_form": samples.SampleForm({"wrong-rows": "-5"}, prefix="wrong"),
        "items": items,
        "wrong_items": samples.SampleItems(samples.BAD_ITEMS, prefix="bad"),
        "page": samples.page(),
        "failed": ui.FailedMove("return", {"reason": _("请填写后再办理。")}),
        "tones": ui.TONES,
        "deadlines": samples.deadlines(),
        "attributes": samples.attributes(),
        "steps": samples.steps(),
        "timeline": samples.timeline(),
        "moves": samples.moves(),
        "cards": samples.cards(),
        "facets": samples.facets(),
        "diff": samples.diff(),
        "charts": samples.charts(),
    }
    status = 422 if posted is not None and not context["form"].is_valid() else 200
    return render(request, "styleguide/styleguide.html", context, status=status)
