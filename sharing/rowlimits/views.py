"""The page on which the provider limits the rows of a grant."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from citybrain.organizations.forms import add_refusal
from citybrain.pages import ActorRequest
from citybrain.refusals import Conflict
from citybrain.ui import Crumb
from sharing import application_queries as queries
from sharing.choices import ApplicationState
from sharing.models import RowLimit
from sharing.policies import application_policy
from sharing.rowlimits import services


class RowLimitForm(forms.Form):
    item = forms.ChoiceField(label=gettext_lazy("按哪个信息项限定"))
    values = forms.CharField(
        label=gettext_lazy("允许的取值"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("每行一个，须与数据中的写法完全一致；留空则不限定。"),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def row_limit(request: ActorRequest, pk: int) -> HttpResponse:
    found = queries.fetch(request.actor, pk)
    application_policy.require(request.actor, "answer", found)
    if found.state != ApplicationState.ANSWERING:
        raise Conflict(
            _("只有在答复申请时才能限定数据范围。"), state_label=found.get_state_display()
        )
    limit = RowLimit.objects.filter(application=found).first()
    initial = {"item": limit.item, "values": "\n".join(limit.values)} if limit else {}
    form = RowLimitForm(request.POST or None, initial=initial)
    names = found.entry.items.values_list("name", flat=True)
    form.fields["item"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]
    back = reverse("sharing:application", args=[pk])
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.limit_rows(
                actor=request.actor,
                application=found,
                item=given["item"],
                values=given["values"].splitlines(),
            )
        except ValidationError as error:
            add_refusal(form, error)
        else:
            done = _("数据范围已保存，同意后写入授权条款。")
            messages.success(
                request, done if given["values"].strip() else _("已取消数据范围的限定。")
            )
            return redirect(back)
    crumbs = [
        Crumb(_("共享申请"), reverse("sharing:applications")),
        Crumb(found.entry.title, back),
        Crumb(_("限定数据范围")),
    ]
    context = {"application": found, "form": form, "back": back, "crumbs": crumbs}
    status = 422 if form.errors else 200
    return render(request, "sharing/rowlimits/form.html", context, status=status)
