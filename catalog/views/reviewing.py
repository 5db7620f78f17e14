"""The bureau's remarks on single fields and items of an entry under review."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from catalog import queries
from catalog.choices import EntryState
from catalog.models import CatalogEntry, Verdict
from catalog.policies import entry_policy
from catalog.services import reviewing
from catalog.services.reviewing import Remark
from catalog.views.entry import crumbs, fetch
from citybrain.pages import ActorRequest, posted_version
from citybrain.refusals import Conflict
from citybrain.ui import DiffRow


@dataclass
class Line:
    """One field or item under review: what differs, what was said of it, what is wrong with that."""

    place: int
    key: str
    row: DiffRow
    verdict: str
    text: str
    error: str = ""


@login_required
@require_http_methods(["GET", "POST"])
def review(request: ActorRequest, pk: int) -> HttpResponse:
    found = fetch(request.actor, pk)
    entry_policy.require(request.actor, "approve", found)
    if found.state != EntryState.REVIEWING:
        raise Conflict(
            _("只有待目录审核的信息资源才能逐项审核。"), state_label=found.get_state_display()
        )
    lines = _lines(found)
    if request.method == "GET":
        return _page(request, found, lines, status=200)
    for line in lines:
        line.verdict = request.POST.get(f"verdict-{line.place}", "")
        line.text = request.POST.get(f"text-{line.place}", "").strip()
    try:
        reviewing.remark(
            actor=request.actor,
            entry=found,
            version=posted_version(request) or 0,
            remarks={line.key: Remark(line.verdict, line.text) for line in lines},
        )
    except ValidationError as error:
        told = error.message_dict
        for line in lines:
            line.error = " ".join(told.get(line.key, []))
        return _page(request, found, lines, status=422)
    messages.success(request, _("逐项意见已保存，请继续办理审核通过或者审核退回。"))
    return redirect(queries.detail_url(found))


def _lines(entry: CatalogEntry) -> list[Line]:
    number = reviewing.round_of(entry)
    said = {one.key: one for one in reviewing.remarks_of(entry) if one.round == number}
    return [
        Line(
            place,
            key,
            row,
            said[key].verdict if key in said else "",
            said[key].text if key in said else "",
        )
        for place, (key, row) in enumerate(reviewing.reviewed(entry).items())
    ]


def _page(
    request: ActorRequest, entry: CatalogEntry, lines: list[Line], *, status: int
) -> HttpResponse:
    context = {
        "entry": entry,
        "lines": lines,
        "wrong": [line for line in lines if line.error],
        "verdicts": [("", _("未表态")), *Verdict.choices],
        "crumbs": crumbs(request.actor, entry, _("逐项审核")),
    }
    return render(request, "catalog/entry_review.html", context, status=status)
