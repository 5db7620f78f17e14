"""Deputies (AB角): naming one, the list, ending one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from citybrain.notices import queries, services
from citybrain.notices.forms.deputyship import DeputyshipForm
from citybrain.organizations.actors import Actor

PER_PAGE = 20


@login_required
@require_http_methods(["GET", "POST"])
def deputies(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = DeputyshipForm(
        request.POST if request.method == "POST" else None,
        colleagues=queries.possible_deputies(actor),
        initial={"starts_on": timezone.localdate()},
    )
    if form.is_valid():
        try:
            named = services.name_deputy(actor=actor, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request,
                _("已指定%(deputy)s在%(start)s至%(end)s代理您的工作，并已通知本人。")
                % {"deputy": named.deputy, "start": named.starts_on, "end": named.ends_on},
            )
            return redirect("notices:deputies")
    page = Paginator(queries.deputyships(actor), PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "today": timezone.localdate(), "me": actor.user_id}
    return render(request, "notices/deputies.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def cancel_deputy(request: HttpRequest, pk: int) -> HttpResponse:
    ended = services.cancel_deputy(actor=request.actor, deputyship_id=pk)  # type: ignore[attr-defined]
    messages.success(request, _("已取消由%(deputy)s代理。") % {"deputy": ended.deputy})
    return redirect("notices:deputies")
