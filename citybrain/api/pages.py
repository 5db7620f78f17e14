"""The pages on which people issue and revoke their own API tokens. Namespace: tokens."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from citybrain.api import tokens
from citybrain.organizations.actors import Actor
from citybrain.organizations.models.token import Scope
from citybrain.organizations.policies import tokens as policy
from citybrain.ui import Crumb


class TokenForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("用途"),
        max_length=80,
        help_text=gettext_lazy("哪个系统用它做什么，便于日后核对。"),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("权限范围"),
        choices=Scope.choices,
        initial=[Scope.READ],
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("令牌的权限不超过您本人的权限。"),
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("有效期"),
        coerce=int,
        initial=90,
        choices=[
            (30, gettext_lazy("30 天")),
            (90, gettext_lazy("90 天")),
            (180, gettext_lazy("180 天")),
            (365, gettext_lazy("365 天")),
        ],
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def token_list(request: HttpRequest) -> HttpResponse:
    """The person's tokens and the form for another; a new one is shown by this answer alone."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = TokenForm(request.POST or None)
    issued = None
    if request.method == "POST" and form.is_valid():
        try:
            issued = tokens.issue(actor=actor, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            form = TokenForm()
    context = {
        "form": form,
        "issued": issued,
        "tokens": policy.queryset(actor),
        "crumbs": [Crumb(_("接口令牌"))],
    }
    return render(request, "tokens/token_list.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    tokens.revoke(actor=actor, token=policy.fetch(actor, pk=pk))
    messages.success(request, _("令牌已停用，使用它的系统即刻无法再调用。"))
    return redirect("tokens:list")


app_name = "tokens"
urlpatterns = [
    path("", token_list, name="list"),
    path("<int:pk>/revoke/", token_revoke, name="revoke"),
]
