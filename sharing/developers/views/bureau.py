"""The bureau's list of developers, and one of them with its use; suspending and restoring."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from citybrain.pages import (
    ActorRequest,
    attempt_move,
    buttons,
    page_of,
    posted_inputs,
    posted_version,
    timeline,
)
from citybrain.policies import require_anywhere
from citybrain.ui import Attribute, Crumb, FailedMove
from sharing.developers import queries, services
from sharing.developers.choices import DeveloperState
from sharing.developers.forms import DeveloperFilter
from sharing.developers.policies import WATCHERS, developer_policy
from sharing.developers.transitions import DEVELOPER
from sharing.models import Developer

STATES = dict(DeveloperState.choices)


@login_required
@require_safe
def developer_list(request: ActorRequest) -> HttpResponse:
    require_anywhere(request.actor, *WATCHERS)
    form = DeveloperFilter(request.GET)
    page = page_of(request, developer_policy.queryset(request.actor).filter(form.q_of()))
    served = queries.served_lately(list(page))
    context = {
        "form": form,
        "filtered": bool(form.chosen()),
        "page": page,
        "rows": [(one, queries.TONES[one.state], served.get(one.pk, 0)) for one in page],
    }
    return render(request, "sharing/developers/list.html", context)


@login_required
@require_safe
def developer(request: ActorRequest, pk: int) -> HttpResponse:
    return _page(request, pk)


@login_required
@require_POST
def developer_move(request: ActorRequest, pk: int, name: str) -> HttpResponse:
    if name not in DEVELOPER.moves or DEVELOPER.moves[name].automatic:
        raise Http404
    found = developer_policy.fetch(request.actor, pk=pk)
    return attempt_move(
        request,
        name,
        lambda: services.move(
            name,
            actor=request.actor,
            developer=found,
            version=posted_version(request),
            inputs=posted_inputs(request, DEVELOPER.moves[name]),
        ),
        done=_("已办理：%s。") % DEVELOPER.moves[name].label,
        back=reverse("sharing:developer", args=[pk]),
        again=lambda failed, status: _page(request, pk, failed, status),
    )


def _page(
    request: ActorRequest, pk: int, failed: FailedMove | None = None, status: int = 200
) -> HttpResponse:
    found = developer_policy.fetch(request.actor, pk=pk)
    context = {
        "developer": found,
        "tone": queries.TONES[found.state],
        "attributes": _attributes(found),
        "lines": queries.keys_of(found),
        "left": queries.left_today(found),
        "chart": queries.use_chart(found),
        "others": queries.others_with_code(found),
        "moves": buttons(DEVELOPER, found, request.actor, "sharing:developer_move"),
        "failed": failed,
        "history": timeline(found, STATES),
        "crumbs": [Crumb(_("开放数据开发者"), reverse("sharing:developers")), Crumb(found.number)],
    }
    return render(request, "sharing/developers/developer.html", context, status=status)


def _attributes(found: Developer) -> list[Attribute]:
    gone = _("已删除") if found.state == DeveloperState.WITHDRAWN else ""
    return [
        Attribute(_("类别"), found.get_kind_display()),
        Attribute(_("名称或姓名"), found.name or gone),
        Attribute(_("统一社会信用代码"), found.credit_code or gone or "—"),
        Attribute(_("电子邮箱"), found.email or gone),
        Attribute(
            _("注册时间"), date_format(timezone.localtime(found.confirmed_at), "Y年n月j日 H:i")
        ),
        Attribute(_("用途"), found.purpose or gone, wide=True),
    ]
