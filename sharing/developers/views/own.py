"""A developer's own page: keys, use, what is left of the quota, and leaving."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citybrain.organizations.forms import submitted
from citybrain.refusals import Conflict
from citybrain.ui import Attribute
from sharing.developers import keys, queries, services
from sharing.developers.choices import DeveloperKind
from sharing.developers.forms import KeyForm
from sharing.developers.session import DeveloperRequest, developer_required, end
from sharing.developers.views.public import crumbs_of
from sharing.models import Developer


@never_cache
@developer_required
@require_safe
def mine(request: DeveloperRequest) -> HttpResponse:
    return _page(request, KeyForm())


@never_cache
@require_POST
@developer_required
def issue(request: DeveloperRequest) -> HttpResponse:
    form = KeyForm(request.POST)
    code, status = submitted(
        form, lambda given: keys.issue(developer=request.developer, name=given["name"])
    )
    return _shown(request, code) if code else _page(request, form, status)


@never_cache
@require_POST
@developer_required
def rotate(request: DeveloperRequest, pk: int) -> HttpResponse:
    try:
        code = keys.rotate(developer=request.developer, pk=pk)
    except Conflict as conflict:
        messages.error(request, str(conflict))
        return _page(request, KeyForm(), 409)
    return _shown(request, code)


@never_cache
@require_POST
@developer_required
def revoke(request: DeveloperRequest, pk: int) -> HttpResponse:
    try:
        keys.revoke(developer=request.developer, pk=pk)
    except Conflict as conflict:
        messages.error(request, str(conflict))
        return _page(request, KeyForm(), 409)
    messages.success(request, _("密钥已停用，不能再调用。"))
    return redirect("developers:mine")


@require_POST
def leave(request: DeveloperRequest) -> HttpResponse:
    """Ends the session."""
    return end(request, redirect("developers:guide"))


@never_cache
@developer_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: DeveloperRequest) -> HttpResponse:
    """Asks once more, then removes who it was."""
    if request.method == "POST":
        services.withdraw(developer=request.developer)
        messages.success(request, _("已注销，您的个人信息已经删除，密钥已经停用。"))
        return end(request, redirect("developers:guide"))
    context = {"developer": request.developer, "crumbs": crumbs_of(_("注销"))}
    return render(request, "sharing/developers/public/withdraw.html", context)


def _page(request: DeveloperRequest, form: KeyForm, status: int = 200) -> HttpResponse:
    developer = request.developer
    context = {
        "developer": developer,
        "tone": queries.TONES[developer.state],
        "attributes": _attributes(developer),
        "lines": queries.keys_of(developer),
        "left": queries.left_today(developer),
        "chart": queries.use_chart(developer),
        "form": form,
        "crumbs": crumbs_of(_("我的密钥")),
    }
    return render(request, "sharing/developers/public/mine.html", context, status=status)


def _shown(request: DeveloperRequest, code: str) -> HttpResponse:
    context = {"code": code, "crumbs": crumbs_of(_("新密钥"))}
    return render(request, "sharing/developers/public/key.html", context)


def _attributes(developer: Developer) -> list[Attribute]:
    found = [
        Attribute(_("登记编号"), developer.number),
        Attribute(_("类别"), developer.get_kind_display()),
        Attribute(_("名称或姓名"), developer.name),
        Attribute(_("电子邮箱"), developer.email),
        Attribute(_("用途"), developer.purpose, wide=True),
    ]
    if developer.kind == DeveloperKind.COMPANY:
        found.insert(3, Attribute(_("统一社会信用代码"), developer.credit_code))
    return found
