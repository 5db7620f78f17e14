"""A page per department: what it asked for, what is wanted of it, who uses what, what is late."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from citybrain.organizations.models import Department
from citybrain.pages import ActorRequest
from citybrain.policies import require_anywhere
from sharing.overview import queries
from sharing.overview.forms import DepartmentChoice
from sharing.policies import city_readers
from sharing.sides import READERS


@login_required
@require_safe
def own(request: ActorRequest) -> HttpResponse:
    """The way to the page of one's own department, or of the one that is chosen."""
    require_anywhere(request.actor, *READERS)
    form = DepartmentChoice(request.GET or None)
    chosen = form.cleaned_data["department"] if form.is_bound and form.is_valid() else None
    department = chosen or request.actor.department
    if department is None:
        raise PermissionDenied(_("您的账号没有所属单位。"))
    return redirect("sharing:department", pk=department.pk)


@login_required
@require_safe
def department(request: ActorRequest, pk: int) -> HttpResponse:
    require_anywhere(request.actor, *READERS)
    found = get_object_or_404(Department, pk=pk)
    if not queries.may_see(request.actor, found):
        raise PermissionDenied(_("您的角色不能办理这一事项。"))
    asked, wanted = queries.lines_of(request.actor, found)
    chooses = city_readers(request.actor)
    context = {
        "department": found,
        "cards": queries.cards_of(request.actor, found),
        "asked": asked,
        "wanted": wanted,
        "owed": queries.owed(request.actor, found),
        "ending": queries.ending(request.actor, found),
        "late": queries.late(request.actor, found),
        "charts": queries.charts_of(request.actor, found),
        "choice": DepartmentChoice(initial={"department": found}) if chooses else None,
    }
    return render(request, "sharing/overview/department.html", context)
