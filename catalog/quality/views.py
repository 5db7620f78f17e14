"""Pages of data quality: the list, one entry's scores with its findings and rules."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalog import tasks
from catalog.models import CatalogEntry
from catalog.policies import FOLLOWERS, entry_policy
from catalog.quality import exporting, queries, services
from catalog.quality.forms import QualityFilter, RuleForm
from catalog.quality.rules import rules_of
from catalog.queries import detail_url
from citybrain import progress as progress_store
from citybrain.downloads import export_list, kind_of
from citybrain.organizations.actors import Actor
from citybrain.organizations.forms import add_refusal
from citybrain.pages import ActorRequest, page_of
from citybrain.policies import require_anywhere
from citybrain.ui import Crumb, Tab

OWN, CITY = "own", "city"


@login_required
@require_safe
def quality_list(request: ActorRequest) -> HttpResponse:
    """Entries with hosted data, the worst first: one's own department's, or the city's."""
    require_anywhere(request.actor, *FOLLOWERS)
    tabs = _tabs(request)
    city = next(tab for tab in tabs if tab.active).url.endswith(CITY)
    form = QualityFilter(request.GET, city=city)
    found = queries.ranking(request.actor, city=city).filter(form.q_of())
    page = page_of(request, found)
    context = {
        "tabs": tabs,
        "side": CITY if city else OWN,
        "form": form,
        "filtered": bool(form.chosen()),
        "page": page,
        "rows": queries.lines_of(page.object_list),
    }
    return render(request, "catalog/quality/list.html", context)


def _tabs(request: ActorRequest) -> list[Tab]:
    offered = []
    if request.actor.scope("view_entries") and not request.actor.scope("view_entries").everywhere:
        offered.append((OWN, _("本单位")))
    if any(request.actor.scope(one).everywhere for one in FOLLOWERS):
        offered.append((CITY, _("全市")))
    sides = [name for name, _label in offered]
    wanted = request.GET.get("side", "")
    active = wanted if wanted in sides else sides[0]
    return [Tab(label, f"?side={name}", name == active) for name, label in offered]


@login_required
@require_safe
def quality(request: ActorRequest, pk: int) -> HttpResponse:
    return _page(request, _followed(request.actor, pk))


@login_required
@require_POST
def check_now(request: ActorRequest, pk: int) -> HttpResponse:
    entry = _followed(request.actor, pk)
    check = services.ask(actor=request.actor, entry=entry)
    if tasks.start_check(check.pk):
        messages.success(request, _("已开始检查，完成后在这里显示结果。"))
    else:
        messages.warning(request, _("后台进程暂时不可用，恢复后自动检查。"))
    return redirect("catalog:quality", pk=pk)


@login_required
@require_safe
def progress(request: ActorRequest, pk: int) -> HttpResponse:
    """The progress bar of the check that is waiting or under way."""
    entry = _followed(request.actor, pk)
    job = _job(entry)
    answer = render(request, "catalog/quality/_progress.html", {"job": job, "entry": entry})
    if job is None:
        answer["HX-Refresh"] = "true"
    return answer


@login_required
@require_POST
def findings(request: ActorRequest, pk: int) -> HttpResponseBase:
    """Rows at fault in the last check, by number, as a file; exporting is an act on record, hence POST."""
    entry = _followed(request.actor, pk)
    check = queries.last_of(entry)
    if check is None:
        raise Http404
    kind = kind_of(request)
    return export_list(
        request,
        exporting.xlsx_of(check) if kind == "xlsx" else exporting.csv_of(check),
        title=_("数据质量问题清单 %s") % entry.code,
        stem=f"quality-{entry.pk}-{check.dataset}",
        kind=kind,
        rows=sum(len(one.row_numbers) for one in check.results.all()),
        subject=entry,
        department=entry.department,
    )


@login_required
@require_POST
def rule_new(request: ActorRequest, pk: int) -> HttpResponse:
    """Adds a rule from the form on the page."""
    entry = _followed(request.actor, pk)
    entry_policy.require(request.actor, "compile", entry)
    form = RuleForm(request.POST, names=_names(entry))
    if form.is_valid():
        try:
            services.add_rule(
                actor=request.actor,
                entry=entry,
                kind=form.cleaned_data["kind"],
                items=form.items(),
                params=form.params(),
            )
        except ValidationError as error:
            add_refusal(form, error)
        else:
            _start_waiting(entry)
            messages.success(request, _("规则已添加，将重新检查。"))
            return redirect("catalog:quality", pk=pk)
    return _page(request, entry, form=form, status=422)


@login_required
@require_POST
def rule_switch(request: ActorRequest, pk: int) -> HttpResponse:
    entry = _followed(request.actor, pk)
    enabled = request.POST.get("enabled") == "1"
    services.switch_rule(
        actor=request.actor, entry=entry, key=request.POST.get("key", ""), enabled=enabled
    )
    _start_waiting(entry)
    messages.success(request, _("规则已启用。") if enabled else _("规则已停用。"))
    return redirect(f"{reverse('catalog:quality', args=[pk])}?rules=1")


def _start_waiting(entry: CatalogEntry) -> None:
    check = queries.waiting_of(entry)
    if check is not None:
        tasks.start_check(check.pk)


def _page(
    request: ActorRequest, entry: CatalogEntry, *, form: RuleForm | None = None, status: int = 200
) -> HttpResponse:
    check = queries.last_of(entry)
    history = queries.history_of(entry)
    may_set = entry_policy.allows(request.actor, "compile", entry)
    context = {
        "entry": entry,
        "check": check,
        "cards": queries.cards_of(check) if check else [],
        "results": queries.results_of(check) if check else [],
        "chart": queries.chart_of(history) if len(history) > 1 else None,
        "job": _job(entry),
        "rules": rules_of(entry),
        "may_set": may_set,
        "form": form or (RuleForm(names=_names(entry)) if may_set else None),
        "open_form": form is not None,
        "open_rules": "rules" in request.GET or check is None,
        "crumbs": [
            Crumb(_("数据质量"), reverse("catalog:quality_list")),
            Crumb(entry.title, detail_url(entry)),
            Crumb(_("质量检查")),
        ],
    }
    return render(request, "catalog/quality/entry.html", context, status=status)


def _job(entry: CatalogEntry) -> dict[str, Any] | None:
    """How far the check under way is; None when there is none."""
    check = queries.waiting_of(entry)
    if check is None:
        return None
    done, total = progress_store.read(services.job_of(check)) or (0, 0)
    return {"done": done, "total": total}


def _names(entry: CatalogEntry) -> list[str]:
    return list(entry.items.values_list("name", flat=True))


def _followed(actor: Actor, pk: int) -> CatalogEntry:
    rows = CatalogEntry.objects.select_related("department").defer("search")
    found = entry_policy.fetch(actor, rows, pk=pk)
    if not entry_policy.allows(actor, "follow", found):
        raise PermissionDenied(_("质量检查的明细只供本单位和监督部门查看。"))
    return found
