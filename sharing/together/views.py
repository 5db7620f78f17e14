"""The page on which a head agrees to several applications that need no second look."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from citybrain.duties.queries import open_by_subject
from citybrain.pages import ActorRequest, page_of
from citybrain.typed import chosen_rows
from citybrain.ui import Crumb
from sharing.together import queries, services

PER_PAGE = 50


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def together(request: ActorRequest) -> HttpResponse:
    """What waits for an answer, each with its checklist; chosen ones are agreed to in their order."""
    if not request.actor.holds("answer_applications"):
        raise PermissionDenied(_("您的角色不能办理这一事项。"))
    if request.method == "POST":
        return _agree(request)
    page = page_of(request, queries.waiting(request.actor), PER_PAGE)
    duties = open_by_subject(page.object_list)
    rows = [(one, duties.get(one.application.pk)) for one in queries.checked(list(page))]
    context = {
        "page": page,
        "rows": rows,
        "clean": sum(one.is_clean for one, _duty in rows),
        "crumbs": [Crumb(_("共享申请"), reverse("sharing:applications")), Crumb(_("一并答复"))],
    }
    return render(request, "sharing/together/list.html", context)


def _agree(request: ActorRequest) -> HttpResponse:
    here = redirect("sharing:together")
    chosen = dict(chosen_rows(request.POST.getlist("ids")[:PER_PAGE]))
    if not chosen:
        messages.error(request, _("请先选择要同意的申请。"))
        return here
    done = services.agree(actor=request.actor, chosen=chosen)
    if done.agreed:
        numbers = "、".join(one.number for one in done.agreed)
        messages.success(
            request,
            _("已同意%(count)d件：%(numbers)s。") % {"count": len(done.agreed), "numbers": numbers},
        )
    if done.stopped_at is not None:
        text = _("%(number)s需要单独办理，办理到此为止，之后的未办理。原因：%(reasons)s")
        messages.warning(
            request,
            text % {"number": done.stopped_at.number, "reasons": "".join(done.reasons)},
        )
    return here
