"""More time to answer: the provider asks, the bureau consents or does not (SC-21)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from citybrain.organizations.forms import add_refusal
from citybrain.pages import ActorRequest, attempt_move, posted_version
from citybrain.refusals import Conflict
from sharing import application_queries as queries
from sharing.forms.application import ExtensionForm, MoveForm
from sharing.policies import application_policy, extension_policy
from sharing.services import extensions
from sharing.transitions import EXTENSION
from sharing.views.applications import page


@login_required
@require_POST
def extension_ask(request: ActorRequest, pk: int) -> HttpResponse:
    found = queries.fetch(request.actor, pk)
    application_policy.require(request.actor, "answer", found)
    form = ExtensionForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            extensions.ask(actor=request.actor, application=found, **form.cleaned_data)
        except ValidationError as error:
            add_refusal(form, error)
        except Conflict as conflict:
            form.add_error(None, str(conflict))
            status = 409
        else:
            messages.success(request, _("已向大数据局提出延期申请，同意前仍按原期限计算。"))
            return redirect("sharing:application", pk=pk)
    return page(request, queries.fetch(request.actor, pk), asking=form, status=status)


@login_required
@require_POST
def extension_decide(request: ActorRequest, pk: int, name: str) -> HttpResponse:
    """`name` is a move of the request's transition table: grant or decline."""
    if name not in EXTENSION.moves or EXTENSION.moves[name].automatic:
        raise Http404
    asked = extension_policy.fetch(request.actor, pk=pk)
    move = EXTENSION.moves[name]
    form = MoveForm(request.POST, names=move.requires)
    return attempt_move(
        request,
        name,
        lambda: extensions.decide(
            actor=request.actor,
            request=asked,
            consent=name == "grant",
            opinion=form.inputs().get("reason", ""),
            version=posted_version(request),
        ),
        done=_("已办理：%s。") % move.label,
        back=reverse("sharing:application", args=[asked.application_id]),
        again=lambda failed, status: page(
            request,
            queries.fetch(request.actor, asked.application_id),
            failed=failed,
            status=status,
        ),
    )
