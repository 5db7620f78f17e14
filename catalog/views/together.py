"""One act on the entries chosen in a list, with what came of each."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from catalog.services.together import ACTS, Words, carry_out
from citybrain.pages import ActorRequest
from citybrain.typed import chosen_rows
from citybrain.ui import Crumb

LISTS = {
    "own": ("catalog:own", gettext_lazy("本单位目录")),
    "reviews": ("catalog:reviews", gettext_lazy("目录审核")),
}


@login_required
@require_POST
def together(request: ActorRequest) -> HttpResponse:
    name = request.POST.get("act", "")
    address, label = LISTS.get(request.POST.get("list", ""), LISTS["own"])
    back = reverse(address)
    if name not in ACTS:
        if name:
            raise Http404
        messages.error(request, _("请选择要办理的事项。"))
        return HttpResponseRedirect(back)
    chosen = chosen_rows(request.POST.getlist("ids"))
    words = Words(
        reason=request.POST.get("reason", "").strip(), theme=request.POST.get("theme", "")
    )
    try:
        outcomes = carry_out(name, actor=request.actor, chosen=chosen, words=words)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return HttpResponseRedirect(back)
    context = {
        "label": ACTS[name][0],
        "outcomes": sorted(outcomes, key=lambda one: one.done),
        "done": sum(one.done for one in outcomes),
        "back": back,
        "crumbs": [Crumb(label, back), Crumb(_("批量办理结果"))],
    }
    return render(request, "catalog/together.html", context)
