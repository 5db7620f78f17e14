"""Pages of codes: fetching one, binding one, and resting or stopping it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from citybrain.organizations.actors import Actor
from citybrain.organizations.forms import add_refusal
from citybrain.pages import ActorRequest, attempt_move, posted_version
from citybrain.ui import Crumb
from sharing.codes.choices import Environment
from sharing.codes.forms import BoundsForm, IssueForm
from sharing.codes.shown import MOVES, move_name
from sharing.models import Authorization, AuthorizationCode
from sharing.policies import authorization_policy
from sharing.services import codes
from sharing.views.authorizations import calling, fetch, page, trail

DONE = {
    "suspend": gettext_lazy("授权码已暂停，恢复前用它的调用被拒绝。"),
    "resume": gettext_lazy("授权码已恢复使用。"),
    "revoke": gettext_lazy("授权码已停用，用它的调用从现在起被拒绝。"),
}


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def issue(request: ActorRequest, pk: int) -> HttpResponse:
    """Asks what the code is bound to, issues it and shows it, this once: it is kept nowhere."""
    found = fetch(request.actor, pk)
    authorization_policy.require(request.actor, "use", found)
    environment = _environment(request)
    live = codes.live_code(found, environment)
    form = IssueForm(request.POST or None, live=live)
    if request.method == "POST" and form.is_valid():
        try:
            code = codes.issue(
                actor=request.actor,
                authorization=found,
                seen=posted_version(request),
                environment=environment,
                bounds=form.bounds(),
                overlap_until=form.cleaned_data.get("overlap_until"),
            )
        except ValidationError as error:
            add_refusal(form, error)
        else:
            return _issued(request, found, code)
    context = {
        "authorization": found,
        "environment": environment,
        "live": live,
        "signs": codes.must_sign(found),
        "form": form,
        "back": reverse("sharing:authorization", args=[pk]),
        "crumbs": [*trail(found), Crumb(_("领取授权码"))],
    }
    return render(request, "sharing/codes/issue.html", context, status=422 if form.errors else 200)


def _environment(request: ActorRequest) -> Environment:
    given = request.POST.get("environment") or request.GET.get("environment")
    try:
        return Environment(given or Environment.LIVE)
    except ValueError as error:
        raise Http404 from error


def _issued(request: ActorRequest, found: Authorization, code: str) -> HttpResponse:
    context = {
        "authorization": found,
        "code": code,
        "signs": codes.must_sign(found),
        "calling": calling(request, found),
        "crumbs": [*trail(found), Crumb(_("领取授权码"))],
    }
    return render(request, "sharing/code_issued.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def bind(request: ActorRequest, pk: int) -> HttpResponse:
    """Changes what a code in use is bound to."""
    code = _fetch(request.actor, pk)
    authorization_policy.require(request.actor, "use", code.authorization)
    form = BoundsForm(request.POST or None, code=code)
    back = reverse("sharing:authorization", args=[code.authorization_id])
    if request.method == "POST" and form.is_valid():
        try:
            codes.bind(actor=request.actor, code=code, bounds=form.bounds())
        except ValidationError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("授权码的限定已保存，立即生效。"))
            return redirect(f"{back}#codes")
    context = {
        "code": code,
        "form": form,
        "back": back,
        "crumbs": [*trail(code.authorization), Crumb(_("限定授权码的使用"))],
    }
    return render(request, "sharing/codes/bind.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def move(request: ActorRequest, pk: int, name: str) -> HttpResponse:
    """The consumer or the bureau rests a code, resumes it, or stops it for good."""
    if name not in MOVES:
        raise Http404
    code = _fetch(request.actor, pk)
    reason = request.POST.get("reason", "")

    def do() -> None:
        if name == "resume":
            codes.resume(actor=request.actor, code=code)
        elif name == "suspend":
            codes.suspend(actor=request.actor, code=code, reason=reason)
        else:
            codes.revoke(actor=request.actor, code=code, reason=reason)

    found = code.authorization
    return attempt_move(
        request,
        move_name(code, name),
        do,
        done=str(DONE[name]),
        back=reverse("sharing:authorization", args=[found.pk]),
        again=lambda failed, status: page(request, fetch(request.actor, found.pk), failed, status),
    )


def _fetch(actor: Actor, pk: int) -> AuthorizationCode:
    """The code, for whoever sees its authorization."""
    code = AuthorizationCode.objects.filter(pk=pk).first()
    if code is None:
        raise Http404
    code.authorization = fetch(actor, code.authorization_id)
    return code
