"""Reports on the use of data, grants that nobody uses, and the undertaking before the first use."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from citybrain.duties.queries import open_by_subject
from citybrain.organizations.actors import Actor
from citybrain.pages import (
    ActorRequest,
    attempt,
    attempt_move,
    buttons,
    page_of,
    posted_inputs,
    posted_version,
    timeline,
)
from citybrain.ui import Attribute, Crumb, FailedMove, Tone
from sharing.listing import listed
from sharing.models import Authorization, UseReport
from sharing.policies import authorization_policy, city_readers
from sharing.rights import reminding, reports, undertakings
from sharing.rights.choices import REPORT_WAITS_FOR, ReportState
from sharing.rights.forms import UseReportFilter
from sharing.rights.policies import use_report_policy
from sharing.rights.transitions import DISPOSAL_WORDS, USE_REPORT, WORDS

STATES = dict(ReportState.choices)
TONES: dict[str, Tone] = {
    ReportState.DUE: "warning",
    ReportState.FILED: "info",
    ReportState.CONFIRMED: "success",
}


@login_required
@require_safe
def use_reports(request: ActorRequest) -> HttpResponse:
    found = listed(
        request,
        _with_grant(UseReport.objects.all()),
        use_report_policy,
        UseReportFilter(request.GET),
        used=(_("我单位填报的"), "authorization__consumer"),
        provided=(_("我单位核对的"), "authorization__provider"),
    )
    context = found.context(request, TONES) | {"reads_idle": city_readers(request.actor)}
    return render(request, "sharing/rights/list.html", context)


@login_required
@require_safe
def use_report(request: ActorRequest, pk: int) -> HttpResponse:
    return _page(request, pk)


@login_required
@require_POST
def use_report_move(request: ActorRequest, pk: int, name: str) -> HttpResponse:
    if name not in USE_REPORT.moves:
        raise Http404
    found = _fetch(request.actor, pk)
    return attempt_move(
        request,
        name,
        lambda: reports.move(
            name,
            actor=request.actor,
            report=found,
            version=posted_version(request),
            inputs=posted_inputs(request, USE_REPORT.moves[name]),
        ),
        done=_("已办理：%s。") % USE_REPORT.moves[name].label,
        back=reverse("sharing:use_report", args=[pk]),
        again=lambda failed, status: _page(request, pk, failed, status),
    )


@login_required
@require_safe
def idle(request: ActorRequest) -> HttpResponse:
    """For the bureau and those who supervise: grants in force that nobody has used for long."""
    if not city_readers(request.actor):
        raise PermissionDenied(_("您的角色不能办理这一事项。"))
    found = reminding.idle().select_related("entry", "consumer", "provider").order_by("granted_at")
    page = page_of(request, found.defer("entry__search", "terms"))
    last = reminding.last_uses(page.object_list)
    context = {
        "page": page,
        "rows": [(one, last.get(one.pk)) for one in page],
        "crumbs": [
            Crumb(_("使用记录"), reverse("sharing:use_reports")),
            Crumb(_("长期未用的授权")),
        ],
    }
    return render(request, "sharing/rights/idle.html", context)


@login_required
@require_POST
def undertake(request: ActorRequest, pk: int) -> HttpResponse:
    """Accepts what the use obliges to, in the wording that was shown."""
    found = authorization_policy.fetch(
        request.actor, Authorization.objects.select_related("consumer"), pk=pk
    )
    return attempt(
        request,
        lambda: undertakings.accept(
            actor=request.actor,
            authorization=found,
            version=request.POST.get("wording", ""),
        ),
        done=_("已作出数据使用承诺，可以领取授权码或者下载数据。"),
        back=reverse("sharing:authorization", args=[pk]),
    )


def _page(
    request: ActorRequest, pk: int, failed: FailedMove | None = None, status: int = 200
) -> HttpResponse:
    found = _fetch(request.actor, pk)
    duty = open_by_subject([found]).get(found.pk)
    side = REPORT_WAITS_FOR.get(found.state)
    context = {
        "found": found,
        "waiting_on": getattr(found.authorization, side).name if side else "",
        "tone": TONES[found.state],
        "duty": duty,
        "attributes": _attributes(found),
        "content": _content(found),
        "moves": buttons(USE_REPORT, found, request.actor, "sharing:use_report_move"),
        "failed": failed,
        "history": timeline(found, STATES),
        "crumbs": [
            Crumb(_("使用记录"), reverse("sharing:use_reports")),
            Crumb(found.authorization.number),
        ],
    }
    return render(request, "sharing/rights/detail.html", context, status=status)


def _fetch(actor: Actor, pk: int) -> UseReport:
    return use_report_policy.fetch(actor, _with_grant(UseReport.objects.all()), pk=pk)


def _with_grant(rows):  # type: ignore[no-untyped-def]
    return rows.select_related(
        "authorization__entry", "authorization__consumer", "authorization__provider", "filed_by"
    ).defer("authorization__entry__search", "authorization__terms")


def _attributes(found: UseReport) -> list[Attribute]:
    grant = found.authorization
    period = _("%(first)s 至 %(last)s") % {
        "first": date_format(found.first_day, "Y年n月j日"),
        "last": date_format(found.last_day, "Y年n月j日"),
    }
    return [
        Attribute(_("授权"), str(grant), url=reverse("sharing:authorization", args=[grant.pk])),
        Attribute(_("类型"), found.get_kind_display()),
        Attribute(_("使用单位"), grant.consumer.name),
        Attribute(_("提供单位"), grant.provider.name),
        Attribute(_("期间"), period),
    ]


def _content(found: UseReport) -> list[Attribute]:
    """What was filed; nothing before."""
    if found.filed_at is None:
        return []
    words = DISPOSAL_WORDS if found.is_disposal else WORDS
    return [
        *(Attribute(label, getattr(found, name), wide=True) for name, label in words.items()),
        Attribute(_("期间内成功调用"), _("%d次") % found.calls),
        Attribute(_("返回行数"), _("%d行") % found.rows),
        Attribute(_("填报人"), found.filed_by.name if found.filed_by else ""),
        Attribute(_("填报时间"), date_format(timezone.localtime(found.filed_at), "Y年n月j日 H:i")),
    ]
