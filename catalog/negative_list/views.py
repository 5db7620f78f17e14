"""Pages of the negative list: the list and its file, one line with its moves, the form."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.models import CatalogEntry, NegativeListEntry
from catalog.negative_list import exporting, queries, services
from catalog.negative_list.choices import PUBLIC, UNDER_WAY, NegativeState
from catalog.negative_list.forms import NegativeListFilter, NegativeListForm
from catalog.negative_list.policies import negative_policy
from catalog.negative_list.transitions import NEGATIVE
from catalog.policies import FOLLOWERS, entry_policy
from citybrain.downloads import export_list, kind_of
from citybrain.duties.queries import open_by_subject
from citybrain.organizations.actors import Actor
from citybrain.organizations.forms import add_refusal
from citybrain.pages import (
    ActorRequest,
    attempt_move,
    buttons,
    page_of,
    panels_of,
    posted_version,
    timeline,
)
from citybrain.policies import require_anywhere
from citybrain.refusals import Conflict
from citybrain.typed import whole_number
from citybrain.ui import Attribute, Crumb, FailedMove, Tab, Tone

STATES = dict(NegativeState.choices)
TONES: dict[str, Tone] = {
    NegativeState.DRAFT: "neutral",
    NegativeState.SIGNING: "info",
    NegativeState.REVIEWING: "info",
    NegativeState.LISTED: "danger",
    NegativeState.EXPIRED: "muted",
    NegativeState.WITHDRAWN: "muted",
    NegativeState.DISCARDED: "muted",
}
IN_FORCE, PROPOSED, OVER = "in_force", "proposed", "over"


@login_required
@require_safe
def negative_list(request: ActorRequest) -> HttpResponse:
    """What is in force, what is proposed (as far as the reader may know), what is over."""
    side, found, form = _found(request)
    page = page_of(request, found)
    duties = open_by_subject(page.object_list)
    context = {
        "tabs": _tabs(request.actor, side),
        "side": side,
        "form": form,
        "filtered": bool(form.chosen()),
        "page": page,
        "rows": [(line, _tone(line), duties.get(line.pk)) for line in page],
        "query": request.GET.urlencode(),
        "may_propose": request.actor.holds("propose_negative_list"),
    }
    return render(request, "catalog/negative_list/list.html", context)


@login_required
@require_safe
def unlisted(request: ActorRequest) -> HttpResponse:
    """Withheld entries that are not on the list: what the bureau and departments still owe it."""
    require_anywhere(request.actor, *FOLLOWERS)
    page = page_of(request, queries.not_listed(request.actor))
    context = {"tabs": _tabs(request.actor, "unlisted"), "page": page}
    return render(request, "catalog/negative_list/unlisted.html", context)


@login_required
@require_POST
def export(request: ActorRequest) -> HttpResponseBase:
    """The list as it is filtered, as a file; exporting is an act on record itself, hence POST."""
    kind = kind_of(request)
    _side, found, _form = _found(request)
    rows = found.count()
    return export_list(
        request,
        exporting.xlsx_of(found) if kind == "xlsx" else exporting.csv_of(found),
        title=_("负面清单"),
        stem="negative-list",
        kind=kind,
        rows=min(rows, exporting.MOST_ROWS_XLSX) if kind == "xlsx" else rows,
    )


@login_required
@require_safe
def negative_entry(request: ActorRequest, pk: int) -> HttpResponse:
    return _page(request, pk)


@login_required
@require_POST
def move(request: ActorRequest, pk: int, name: str) -> HttpResponse:
    """Makes a move of the transition table; what it asks for comes with the form."""
    if name not in NEGATIVE.moves or NEGATIVE.moves[name].automatic:
        raise Http404
    line = _fetch(request.actor, pk)
    return attempt_move(
        request,
        name,
        lambda: services.move(
            name,
            actor=request.actor,
            line=line,
            version=posted_version(request),
            reason=request.POST.get("reason", ""),
        ),
        done=_("已办理：%s。") % NEGATIVE.moves[name].label,
        back=lambda: _whereabouts(request.actor, pk),
        again=lambda failed, status: _page(request, pk, failed, status),
    )


def _whereabouts(actor: Actor, pk: int) -> str:
    """The line's page, or the list for whom it is out of sight now: the bureau sees no drafts."""
    if negative_policy.queryset(actor).filter(pk=pk).exists():
        return reverse("catalog:negative_entry", args=[pk])
    return reverse("catalog:negative_list")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ActorRequest, pk: int) -> HttpResponse:
    """A proposal for the entry `pk`; `?like=` takes over what an expiring line says."""
    entry = entry_policy.fetch(request.actor, _entries(), pk=pk)
    negative_policy.require(
        request.actor, "propose", NegativeListEntry(entry=entry, department=entry.department)
    )
    like = whole_number(request.GET.get("like", ""))
    before = entry.negative_list.filter(pk=like).first() if like is not None else None
    if request.method == "POST":
        return _save(request, entry, None)
    return _form(request, entry, None, NegativeListForm(entry=entry, like=before))


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: ActorRequest, pk: int) -> HttpResponse:
    line = _fetch(request.actor, pk)
    negative_policy.require(request.actor, "propose", line)
    if request.method == "POST":
        return _save(request, line.entry, line)
    if line.state != NegativeState.DRAFT:
        raise Conflict(
            _("只有草稿可以修改；已提交的请先撤回。"), state_label=line.get_state_display()
        )
    return _form(request, line.entry, line, NegativeListForm(entry=line.entry, instance=line))


def _save(
    request: ActorRequest, entry: CatalogEntry, line: NegativeListEntry | None
) -> HttpResponse:
    form = NegativeListForm(request.POST, entry=entry, instance=line)
    if not form.is_valid():
        return _form(request, entry, line, form, status=422)
    try:
        saved = _store(request, entry, line, form)
    except ValidationError as error:
        add_refusal(form, error)
        return _form(request, entry, line, form, status=422)
    except Conflict as conflict:
        form.add_error(None, str(conflict))
        return _form(request, entry, line, form, status=409)
    messages.success(request, _("草稿已保存，提交后由本单位负责人签发。"))
    return redirect("catalog:negative_entry", pk=saved.pk)


def _store(
    request: ActorRequest,
    entry: CatalogEntry,
    line: NegativeListEntry | None,
    form: NegativeListForm,
) -> NegativeListEntry:
    if line is None:
        return services.propose(
            actor=request.actor, entry=entry, values=form.values(), items=form.item_names()
        )
    return services.change(
        actor=request.actor,
        line=line,
        version=posted_version(request),
        values=form.values(),
        items=form.item_names(),
    )


def _form(
    request: ActorRequest,
    entry: CatalogEntry,
    line: NegativeListEntry | None,
    form: NegativeListForm,
    *,
    status: int = 200,
) -> HttpResponse:
    back = (
        reverse("catalog:negative_entry", args=[line.pk])
        if line
        else reverse("catalog:entry", args=[entry.pk])
    )
    context = {
        "entry": entry,
        "line": line,
        "form": form,
        "back": back,
        "crumbs": [
            _crumb(),
            Crumb(line.number if line else entry.title, back),
            Crumb(_("修改草稿") if line else _("提议列入")),
        ],
    }
    return render(request, "catalog/negative_list/form.html", context, status=status)


def _page(
    request: ActorRequest, pk: int, failed: FailedMove | None = None, status: int = 200
) -> HttpResponse:
    actor, line = request.actor, _fetch(request.actor, pk)
    follows = negative_policy.allows(actor, "follow", line)
    proposes = negative_policy.allows(actor, "propose", line)
    context = {
        "line": line,
        "tone": _tone(line),
        "attributes": _attributes(actor, line, follows=follows),
        "moves": buttons(NEGATIVE, line, actor, "catalog:negative_move"),
        "failed": failed,
        "follows": follows,
        "duty": open_by_subject([line]).get(line.pk) if follows else None,
        "may_edit": proposes and line.state == NegativeState.DRAFT,
        "again_url": (
            f"{reverse('catalog:negative_new', args=[line.entry_id])}?like={line.pk}"
            if proposes and line.state in (NegativeState.LISTED, NegativeState.EXPIRED)
            else ""
        ),
        "panels": panels_of(request, line),
        "history": timeline(line, STATES) if follows else [],
        "crumbs": [_crumb(), Crumb(line.number)],
    }
    return render(request, "catalog/negative_list/entry.html", context, status=status)


def _attributes(actor: Actor, line: NegativeListEntry, *, follows: bool) -> list[Attribute]:
    entry_seen = CatalogEntry.objects.filter(entry_policy.visible(actor), pk=line.entry_id)
    url = reverse("catalog:entry", args=[line.entry_id]) if entry_seen.exists() else ""
    rows = [
        Attribute(_("清单编号"), line.number),
        Attribute(_("提出单位"), line.department.name),
        Attribute(_("限制内容"), line.get_bars_display()),
        Attribute(_("列入范围"), line.scope, wide=len(line.items) > 3),
        Attribute(_("法律依据"), line.basis, wide=True),
        Attribute(_("生效日期"), _day(line.effective_on)),
        Attribute(_("失效日期"), _day(line.expires_on)),
        Attribute(_("列入日期"), _day(line.listed_on)),
        Attribute(_("最近复核日期"), _day(line.examined_on)),
    ]
    if url:
        rows.insert(1, Attribute(_("信息资源"), line.entry.title, url=url))
    if follows:
        rows.append(Attribute(_("理由"), line.reason, wide=True))
    return rows


def _found(
    request: ActorRequest,
) -> tuple[str, "QuerySet[NegativeListEntry]", NegativeListFilter]:
    """The side asked for, and its lines as they are filtered."""
    side = request.GET.get("side", IN_FORCE)
    states: dict[str, tuple[str, ...]] = {
        IN_FORCE: (NegativeState.LISTED,),
        PROPOSED: UNDER_WAY,
        OVER: tuple(state for state in (*PUBLIC, NegativeState.DISCARDED) if state != "listed"),
    }
    if side not in states:
        side = IN_FORCE
    form = NegativeListFilter(request.GET)
    rows = queries.listed(request.actor).filter(form.q_of(), state__in=states[side])
    return side, rows, form


def _tabs(actor: Actor, side: str) -> list[Tab]:
    address = reverse("catalog:negative_list")
    tabs = [Tab(_("现行清单"), f"{address}?side={IN_FORCE}", side == IN_FORCE)]
    if actor.holds(*FOLLOWERS):
        tabs.append(Tab(_("正在办理"), f"{address}?side={PROPOSED}", side == PROPOSED))
    tabs.append(Tab(_("到期和撤销"), f"{address}?side={OVER}", side == OVER))
    if actor.holds(*FOLLOWERS):
        url = reverse("catalog:negative_unlisted")
        tabs.append(Tab(_("不予共享而未列入"), url, side == "unlisted"))
    return tabs


def _tone(line: NegativeListEntry) -> Tone:
    if line.state == NegativeState.LISTED and not line.is_in_force:
        return "info" if line.effective_on > timezone.localdate() else "muted"
    return TONES[line.state]


def _fetch(actor: Actor, pk: int) -> NegativeListEntry:
    rows = NegativeListEntry.objects.select_related(
        "department", "entry", "submitted_by", "created_by"
    ).defer("entry__search")
    return negative_policy.fetch(actor, rows, pk=pk)


def _entries() -> Any:
    return CatalogEntry.objects.select_related("department").defer("search")


def _crumb() -> Crumb:
    return Crumb(_("负面清单"), reverse("catalog:negative_list"))


def _day(day: Any) -> str:
    return date_format(day, "Y年n月j日") if day else ""
