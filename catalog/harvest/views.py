"""Sources, what came of them, and deciding about what both sides have changed."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.harvest import queries, tasks
from catalog.harvest.choices import RunState
from catalog.harvest.forms import SourceForm
from catalog.harvest.policies import harvested_policy, source_policy
from catalog.harvest.services import decisions, sources
from catalog.models import HarvestedEntry, HarvestSource
from catalog.queries import TONES
from citybrain.crypto import digest_of
from citybrain.organizations.forms import add_refusal
from citybrain.pages import ActorRequest, attempt, page_of
from citybrain.policies import require_anywhere
from citybrain.refusals import Conflict
from citybrain.ui import Crumb, Tab

PER_PAGE = 50
RUNS_SHOWN = 10
PROBLEMS_SHOWN = 20
RUN_TONES = {RunState.WAITING: "info", RunState.DONE: "success", RunState.FAILED: "danger"}


@login_required
@require_safe
def source_list(request: ActorRequest) -> HttpResponse:
    require_anywhere(request.actor, "compile_entries", "read_everything")
    context = {
        "page": page_of(request, sources.listed(request.actor), PER_PAGE),
        "may_add": request.actor.holds("compile_entries"),
    }
    return render(request, "catalog/harvest/source_list.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def new(request: ActorRequest) -> HttpResponse:
    require_anywhere(request.actor, "compile_entries")
    return _form(request, None)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def edit(request: ActorRequest, pk: int) -> HttpResponse:
    source = _source(request, pk)
    source_policy.require(request.actor, "harvest", source)
    return _form(request, source)


@login_required
@never_cache
@require_safe
def source(request: ActorRequest, pk: int) -> HttpResponse:
    """A source: its latest runs, and what came of it."""
    found = _source(request, pk)
    counts = queries.counts(found)
    show = request.GET.get("show", "")
    page = page_of(request, queries.harvested(found, show), PER_PAGE)
    runs = list(queries.runs(found)[:RUNS_SHOWN])
    context = {
        "source": found,
        "may": source_policy.allows(request.actor, "harvest", found),
        "runs": [(run, RUN_TONES[RunState(run.state)]) for run in runs],
        "problems": runs[0].problems[:PROBLEMS_SHOWN] if runs else [],
        "running": bool(runs) and runs[0].state == RunState.WAITING,
        "page": page,
        "rows": [(link, TONES[link.entry.state]) for link in page],
        "tabs": _tabs(found, show, counts),
        "crumbs": _crumbs(Crumb(found.name)),
    }
    return render(request, "catalog/harvest/source.html", context)


@login_required
@require_POST
def run(request: ActorRequest, pk: int) -> HttpResponse:
    found = _source(request, pk)

    def order() -> None:
        if not tasks.start(sources.order(actor=request.actor, source=found)):
            messages.warning(request, _("后台处理暂时不可用，恢复后会自动采集。"))

    back = reverse("catalog:harvest_source", args=[pk])
    return attempt(request, order, done=_("已开始采集，完成后在本页查看结果。"), back=back)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def decide(request: ActorRequest, pk: int) -> HttpResponse:
    """What the source says anew of one entry, field by field: keep ours or take theirs."""
    link = _harvested(request, pk)
    status = 200
    if request.method == "POST":
        names = list(link.pending)
        answers = {name: request.POST.get(name) for name in names}
        try:
            if request.POST.get("shown") != _mark(link):
                raise Conflict(
                    _("来源的内容刚刚又有变化或者已由他人核定，请查看最新内容后再核定。")
                )
            if not all(answer in ("ours", "theirs") for answer in answers.values()):
                raise ValidationError(_("请为每一项选择保留本单位内容还是采用来源内容。"))
            taken = {name for name, answer in answers.items() if answer == "theirs"}
            revision = decisions.decide(
                actor=request.actor, link=link, take=taken, shown=link.pending
            )
        except ValidationError as error:
            status = 422
            for text in error.messages:
                messages.error(request, text)
        except Conflict as conflict:
            status = 409
            messages.error(request, str(conflict))
        else:
            messages.success(
                request,
                _("已核定；采用的内容已形成修订稿，审核后生效。") if revision else _("已核定。"),
            )
            return redirect("catalog:entry", pk=revision.pk if revision else link.entry_id)
        link = _harvested(request, pk)
    else:
        answers = {}
    context = {
        "link": link,
        "fields": [(one, answers.get(one.name)) for one in queries.pending_fields(link)],
        "shown": _mark(link),
        "may": harvested_policy.allows(request.actor, "harvest", link),
        "tone": TONES[link.entry.state],
        "crumbs": _crumbs(
            Crumb(link.source.name, reverse("catalog:harvest_source", args=[link.source_id])),
            Crumb(link.entry.title),
        ),
    }
    return render(request, "catalog/harvest/decide.html", context, status=status)


@login_required
@require_POST
def checked(request: ActorRequest, pk: int) -> HttpResponse:
    link = _harvested(request, pk)
    return attempt(
        request,
        lambda: decisions.checked(actor=request.actor, link=link),
        done=_("已记录核对，可以提交签发。"),
        back=reverse("catalog:entry", args=[link.entry_id]),
    )


def _form(request: ActorRequest, current: HarvestSource | None) -> HttpResponse:
    form = SourceForm(request.POST or None, instance=current, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        try:
            saved = sources.save_source(actor=request.actor, source=current, values=form.values())
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("采集来源已保存。"))
            return redirect("catalog:harvest_source", pk=saved.pk)
    context = {
        "form": form,
        "source": current,
        "crumbs": _crumbs(Crumb(current.name if current else _("新增采集来源"))),
    }
    status = 422 if form.errors else 200
    return render(request, "catalog/harvest/source_form.html", context, status=status)


def _source(request: ActorRequest, pk: int) -> HarvestSource:
    rows = HarvestSource.objects.select_related("department", "answerable")
    return source_policy.fetch(request.actor, rows, pk=pk)


def _harvested(request: ActorRequest, pk: int) -> HarvestedEntry:
    rows = HarvestedEntry.objects.select_related("source", "entry__department")
    return harvested_policy.fetch(request.actor, rows.defer("entry__search"), pk=pk)


def _mark(link: HarvestedEntry) -> str:
    """Tells whether what the person saw is what is pending still."""
    return digest_of(link.pending)


def _tabs(found: HarvestSource, show: str, counts: dict[str, int]) -> list[Tab]:
    url = reverse("catalog:harvest_source", args=[found.pk])
    labels = {
        "": _("全部"),
        queries.PENDING: _("待核定"),
        queries.UNCHECKED: _("待补充核对"),
        queries.GONE: _("来源已撤下"),
    }
    return [
        Tab(label, f"{url}?show={name}" if name else url, show == name, counts[name])
        for name, label in labels.items()
    ]


def _crumbs(*more: Crumb) -> list[Crumb]:
    return [Crumb(_("外部目录采集"), reverse("catalog:harvest")), *more]
