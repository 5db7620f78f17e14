"""The e-mail settings of the person who is signed in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from citybrain.notices import queries, services
from citybrain.notices.forms.preference import PreferenceForm
from citybrain.organizations.actors import Actor
from citybrain.ui import Crumb


@login_required
@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    now = queries.preference_of(actor)
    form = PreferenceForm(
        request.POST if request.method == "POST" else None,
        initial={"mail": now.mail, "urgent": list(now.urgent)},
    )
    if form.is_valid():
        services.set_preference(actor=actor, **form.cleaned_data)
        messages.success(request, _("通知设置已保存，自下一条消息起生效。"))
        return redirect("notices:preferences")
    context = {
        "form": form,
        "crumbs": [
            Crumb(_("消息通知"), reverse("notices:inbox")),
            Crumb(_("邮件提醒设置")),
        ],
    }
    return render(request, "notices/preferences.html", context, status=422 if form.errors else 200)
