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

from catalog.models import CatalogEntry, DataItem
from catalog.policies import entry_policy
from citybrain.pages import ActorRequest, page_of
from citybrain.policies import require_anywhere
from citybrain.ui import Crumb
from security.choices import Category, Grade
from security.models import ItemGrade
from security.queries import GRADABLE, awaiting_grades, grades_of
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
    status = 200
    if request.method == "POST":
        if request.POST.get("accept") != "all":
            _read(lines, request)
        try:
            confirm_grades(actor=request.actor, entry=entry, decisions=_decisions(lines))
        except ValidationError as error:
            _show(lines, error)
            status = 422
        else:
            messages.success(request, _("已确认%d个信息项的分级。") % len(lines))
            return redirect("catalog:entry", pk=entry.pk)
    context = {
        "entry": entry,
        "lines": lines,
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
    for line in lines:
        line.grade = request.POST.get(f"grade-{line.item.pk}", "")
        line.category = request.POST.get(f"category-{line.item.pk}", "")
        line.reason = request.POST.get(f"reason-{line.item.pk}", "")[:300]


def _decisions(lines: list[Line]) -> dict[int, Decision]:
    return {line.item.pk: Decision(line.grade, line.category, line.reason) for line in lines}


def _show(lines: list[Line], error: ValidationError) -> None:
    found = error.message_dict
    for line in lines:
        line.errors = found.get(f"item-{line.item.pk}", [])
