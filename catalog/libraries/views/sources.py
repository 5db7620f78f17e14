"""Overlapping collection, and the bureau's decisions on sources of record (SC-19)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog import tasks
from catalog.libraries import queries, sources
from catalog.libraries.choices import Verdict
from catalog.libraries.forms import DecisionForm, SourceFilter
from catalog.libraries.policies import source_policy
from catalog.models import ItemOverlap, ItemSource
from catalog.models.item import item_key
from citybrain.organizations.forms import add_refusal
from citybrain.pages import ActorRequest, page_of
from citybrain.policies import require_anywhere
from citybrain.refusals import Conflict
from citybrain.spreadsheets import line_text
from citybrain.ui import Crumb, Tab

READERS = ("decide_sources", "supervise", "read_everything")
DECIDED = "decided"


@login_required
@require_safe
def source_list(request: ActorRequest) -> HttpResponse:
    """What several departments collect and nobody has decided on; and what was decided."""
    require_anywhere(request.actor, *READERS)
    form = SourceFilter(request.GET)
    decided = request.GET.get("tab") == DECIDED
    words = form.words()
    rows = queries.decisions(words) if decided else queries.undecided(words)
    page = page_of(request, rows)
    url = reverse("catalog:sources")
    newest = ItemOverlap.objects.order_by("-counted_at").first()
    context = {
        "form": form,
        "filtered": bool(words),
        "decided": decided,
        "page": page,
        "rows": [(one, queries.item_url(one.name)) for one in page],
        "counted_at": newest.counted_at if newest else None,
        "may_decide": request.actor.holds("decide_sources"),
        "tabs": [
            Tab(_("待确定"), url, not decided),
            Tab(_("已决定"), f"{url}?tab={DECIDED}", decided),
        ],
    }
    return render(request, "catalog/libraries/sources.html", context)


@login_required
@require_POST
def source_count(request: ActorRequest) -> HttpResponse:
    """Has the overlaps counted anew by the worker."""
    require_anywhere(request.actor, "decide_sources")
    if tasks.start_counting_overlaps():
        messages.success(request, _("已开始重新统计，稍后刷新本页查看结果。"))
    else:
        messages.warning(request, _("后台处理暂时不可用，每天夜间会自动统计。"))
    return redirect("catalog:sources")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def source_item(request: ActorRequest) -> HttpResponse:
    """One item by its name: who collects it, what was decided, and the decision."""
    name = line_text(request.GET.get("name", ""))[:100]
    if not item_key(name):
        raise Http404
    found = queries.decisions([]).filter(key=item_key(name)).first()
    may_decide = source_policy.allows(request.actor, "decide", found or ItemSource(name=name))
    if request.method == "POST":
        source_policy.require(request.actor, "decide", found or ItemSource(name=name))
    form = _form(request, found)
    status = 422 if form.errors else 200
    if form.is_valid():
        try:
            sources.decide(actor=request.actor, name=name, **form.cleaned_data)
        except ValidationError as error:
            add_refusal(form, error)
            status = 422
        except Conflict as conflict:
            form.add_error(None, str(conflict))
            status = 409
        else:
            messages.success(
                request, _("决定已保存。确定数源部门的，已通知数源部门和采集这一信息项的单位。")
            )
            return redirect(queries.item_url(name))
    context = {
        "name": name,
        "found": found,
        "is_source": found is not None and found.verdict == Verdict.SOURCE,
        "collectors": queries.collectors_of(name),
        "may_decide": may_decide,
        "form": form,
        "history": queries.history_of(found) if found else [],
        "crumbs": [Crumb(_("一数一源"), reverse("catalog:sources")), Crumb(name)],
    }
    return render(request, "catalog/libraries/source_item.html", context, status=status)


def _form(request: ActorRequest, found: ItemSource | None) -> DecisionForm:
    if request.method == "POST":
        return DecisionForm(request.POST)
    initial = (
        {
            "version": found.version,
            "verdict": found.verdict,
            "department": found.department,
            "reason": found.reason,
        }
        if found
        else {}
    )
    return DecisionForm(initial=initial)
