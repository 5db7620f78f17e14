"""What the bureau has set, for everybody to read, and the form to change it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from citybrain import registry
from citybrain.organizations.actors import Actor
from citybrain.parameters import queries, services
from citybrain.parameters.forms import ParameterForm
from citybrain.policies import require_anywhere
from citybrain.refusals import Conflict
from citybrain.ui import Crumb

PER_PAGE = 20


@login_required
@require_safe
def parameters(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    context = {"lines": queries.lines(), "may_set": actor.holds(services.SET)}
    return render(request, "parameters/parameters.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def parameter(request: HttpRequest, code: str) -> HttpResponse:
    """The parameter, all that was decided on it, and the form for the next decision."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require_anywhere(actor, services.SET)
    if code not in registry.parameters:
        raise Http404
    one, status = registry.parameters.get(code), 200
    latest = queries.decisions(code).first()
    line = queries.line_of(one, latest)
    initial = {"value": line.value, "number": latest.number if latest else 0}
    form = ParameterForm(request.POST or None, parameter=one, initial=initial)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.set_value(actor=actor, code=code, **form.cleaned_data)
            except ValidationError as error:
                form.add_error(None, error)
            except Conflict as conflict:
                form.add_error(None, str(conflict))
                form.data = {**request.POST.dict(), "number": initial["number"]}
                status = 409
            else:
                messages.success(request, _("已设定，对此后开始的事项生效。"))
                return redirect("parameters:parameter", code=code)
    context = {
        "line": line,
        "form": form,
        "page": Paginator(queries.decisions(code), PER_PAGE).get_page(request.GET.get("page")),
        "crumbs": [Crumb(_("办理参数"), reverse("parameters:parameters")), Crumb(one.label)],
    }
    return render(request, "parameters/parameter.html", context, status=status)
