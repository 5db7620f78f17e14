"""Grading: the security officer confirms what the portal suggests, or decides otherwise."""

from dataclasses import dataclass, field

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from catalog.choices import Grade
from catalog.models import CatalogEntry, DataItem
from catalog.policies import entry_policy
from catalog.queries import about, detail_url
from citybrain.pages import ActorRequest, page_of
from citybrain.policies import require_anywhere
from citybrain.refusals import Conflict
from citybrain.ui import Crumb
from security.choices import Category
from security.models import ItemGrade
from security.queries import GRADABLE, awaiting_grades, confirmed_for, grades_of
from security.services.grading import Decision, confirm_grades, require_officer
from security.suggestions import Suggestion, suggest


@dataclass
class Line:
    """One item on the form: what is suggested, what is chosen, what was wrong."""

    item: DataItem
    suggestion: Suggestion
    confirmed: ItemGrade | None
    grade: str
    category: str
    reason: str = ""
    errors: list[str] = field(default_factory=list)

    @property
    def seen(self) -> str:
        """What the form brings back to say which item was graded."""
        return confirmed_for(self.item)

    @property
    def suggested_grade(self) -> str:
        return str(Grade(self.suggestion.grade).label)


@login_required
@require_safe
def grading_list(request: ActorRequest) -> HttpResponse:
    require_anywhere(request.actor, "confirm_grades")
    page = page_of(request, awaiting_grades(request.actor))
    crumbs = [Crumb(_("数据安全")), Crumb(_("分级确认"))]
    return render(request, "security/grading_list.html", {"page": page, "crumbs": crumbs})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def grade_entry(request: ActorRequest, pk: int) -> HttpResponse:
    """The form of one entry; `accept=all` confirms every suggestion as it stands."""
    entry = entry_policy.fetch(request.actor, pk=pk)
    require_officer(request.actor, entry)
    lines = _lines(entry)
    if request.method == "POST":
        return _confirm(request, entry, lines)
    return _page(request, entry, lines)


def _confirm(request: ActorRequest, entry: CatalogEntry, lines: list[Line]) -> HttpResponse:
    """Confirms what was on the form; what has come since stays for another look."""
    _read(lines, request)
    try:
        confirmed = confirm_grades(
            actor=request.actor, entry=entry, decisions=_decisions(lines, request)
        )
    except ValidationError as error:
        _show(lines, error)
        return _page(request, entry, lines, status=422)
    except Conflict as conflict:
        current = entry_policy.fetch(request.actor, pk=entry.pk)
        return _page(request, current, lines, status=409, conflict=str(conflict))
    messages.success(request, _("已确认%d个信息项的分级。") % len(confirmed))
    return redirect("catalog:entry", pk=entry.pk)


def _page(
    request: ActorRequest,
    entry: CatalogEntry,
    lines: list[Line],
    *,
    status: int = 200,
    conflict: str = "",
) -> HttpResponse:
    context = {
        "entry": entry,
        "entry_url": detail_url(entry),
        "about": about(entry),
        "lines": lines,
        "conflict": conflict,
        "grades": Grade.choices,
        "categories": Category.choices,
        "open": entry.state in GRADABLE,
        "crumbs": [
            Crumb(_("分级确认"), reverse("security:grading_list")),
            Crumb(entry.title),
        ],
    }
    return render(request, "security/grade_entry.html", context, status=status)


def _lines(entry: CatalogEntry) -> list[Line]:
    items = list(entry.items.all())
    confirmed = grades_of(items)
    lines = []
    for item in items:
        suggestion, grade = suggest(item), confirmed.get(item.pk)
        lines.append(
            Line(
                item=item,
                suggestion=suggestion,
                confirmed=grade,
                grade=grade.grade if grade else suggestion.grade,
                category=grade.category if grade else suggestion.category,
                reason=grade.reason if grade and grade.reason != suggestion.reason else "",
            )
        )
    return lines


def _read(lines: list[Line], request: ActorRequest) -> None:
    """Takes what was chosen; with `accept=all` every line stays as it was shown."""
    if request.POST.get("accept") == "all":
        return
    for line in lines:
        key = line.item.pk
        if f"grade-{key}" in request.POST:
            line.grade = request.POST[f"grade-{key}"]
            line.category = request.POST.get(f"category-{key}", "")
            line.reason = request.POST.get(f"reason-{key}", "")[:300]


def _decisions(lines: list[Line], request: ActorRequest) -> dict[int, Decision]:
    """Of the items that were on the form, with what they were called there."""
    return {
        line.item.pk: Decision(
            line.grade, line.category, line.reason, request.POST[f"seen-{line.item.pk}"]
        )
        for line in lines
        if f"seen-{line.item.pk}" in request.POST
    }


def _show(lines: list[Line], error: ValidationError) -> None:
    found = error.message_dict
    for line in lines:
        line.errors = found.get(f"item-{line.item.pk}", [])
