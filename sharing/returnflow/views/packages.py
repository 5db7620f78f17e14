"""What came down: the bureau's list, registering, sending on; a department's part and its receipt."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog.models import CatalogEntry
from catalog.policies import entry_policy
from catalog.queries import detail_url
from citybrain import workflow
from citybrain.crypto import sm3_hex_of
from citybrain.downloads import file_response
from citybrain.duties.queries import open_by_subject
from citybrain.organizations.forms import submitted
from citybrain.pages import (
    ActorRequest,
    attempt,
    attempt_move,
    page_of,
    posted_inputs,
    posted_version,
    timeline,
)
from citybrain.policies import require_anywhere
from citybrain.ui import Attribute, Crumb, FailedMove, Move, Tone
from sharing.models import ReturnPackage, ReturnReceipt
from sharing.returnflow import tasks
from sharing.returnflow.choices import PackageState
from sharing.returnflow.forms import PackageForm, RecipientsForm
from sharing.returnflow.policies import MANAGE, package_policy, receipt_policy
from sharing.returnflow.services import packages
from sharing.returnflow.transitions import PACKAGE
from sharing.returnflow.views.needs import flow_crumb

STATES = dict(PackageState.choices)
TONES: dict[str, Tone] = {
    PackageState.CHECKING: "info",
    PackageState.CHECKED: "warning",
    PackageState.FAILED: "danger",
    PackageState.DISTRIBUTED: "success",
    PackageState.DISCARDED: "muted",
}
READERS = (MANAGE, "supervise", "read_everything")


@login_required
@require_safe
def package_list(request: ActorRequest) -> HttpResponse:
    require_anywhere(request.actor, *READERS)
    rows = package_policy.queryset(request.actor).select_related("entry")
    page = page_of(request, rows.defer("content", "entry__search", "issues"))
    duties = open_by_subject(page.object_list)
    context = {
        "page": page,
        "rows": [(one, TONES[one.state], duties.get(one.pk)) for one in page],
        "crumbs": [flow_crumb(), Crumb(_("回流数据包"))],
    }
    return render(request, "sharing/returnflow/packages.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def package_new(request: ActorRequest, pk: int) -> HttpResponse:
    """Registers a file whose rows are described by the entry `pk`."""
    require_anywhere(request.actor, MANAGE)
    rows = CatalogEntry.objects.select_related("department").defer("search")
    entry = entry_policy.fetch(request.actor, rows, pk=pk)
    is_sent = request.method == "POST"
    form = PackageForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        entry=entry,
        actor=request.actor,
    )
    made, status = submitted(
        form,
        lambda given: packages.register(
            actor=request.actor, entry=entry, file_name=given["file"].name, **given
        ),
    )
    if made is not None:
        tasks.start(made)
        messages.success(request, _("已登记，正在检查。"))
        return redirect("sharing:return_package", pk=made.pk)
    context = {"entry": entry, "form": form, "crumbs": [*_trail(), Crumb(_("登记"))]}
    return render(request, "sharing/returnflow/package_form.html", context, status=status)


@login_required
@require_safe
def package(request: ActorRequest, pk: int) -> HttpResponse:
    return _page(request, pk)


@login_required
@require_POST
def package_distribute(request: ActorRequest, pk: int) -> HttpResponse:
    """Sends the parts on to the departments that are ticked."""
    found = _fetch(request, pk)
    package_policy.require(request.actor, "handle", found)
    form = RecipientsForm(request.POST, package=found)
    done, status = submitted(
        form,
        lambda given: packages.distribute(
            actor=request.actor, package=found, version=posted_version(request), **given
        ),
    )
    if done is None:
        return _page(request, pk, status=status, form=form)
    messages.success(request, _("已下发，接收单位会收到通知。"))
    return redirect("sharing:return_package", pk=pk)


@login_required
@require_POST
def package_discard(request: ActorRequest, pk: int) -> HttpResponse:
    found, move = _fetch(request, pk), PACKAGE.moves["discard"]
    return attempt_move(
        request,
        move.name,
        lambda: packages.discard(
            actor=request.actor,
            package=found,
            version=posted_version(request),
            **posted_inputs(request, move),
        ),
        done=_("已作废。"),
        back=reverse("sharing:return_package", args=[pk]),
        again=lambda failed, status: _page(request, pk, failed, status),
    )


@login_required
@never_cache
@require_safe
def receipt(request: ActorRequest, pk: int) -> HttpResponse:
    """One's part of a package: what it is, the file, signing for it."""
    found = _receipt(request, pk)
    return _receipt_page(request, found)


@login_required
@never_cache
@require_POST
def receipt_file(request: ActorRequest, pk: int) -> HttpResponseBase:
    """The rows of one's area; each download is on record, hence POST."""
    found = packages.fetch(actor=request.actor, receipt=_receipt(request, pk))
    return file_response(bytes(found.part.content), f"{found.part}.csv")


@login_required
@require_POST
def receipt_sign(request: ActorRequest, pk: int) -> HttpResponse:
    """By the digest, or by the file as it was saved, of which the portal takes the digest."""
    found = _receipt(request, pk)
    file = request.FILES.get("file")
    digest = sm3_hex_of(file.chunks()) if file else request.POST.get("digest", "")
    return attempt(
        request,
        lambda: packages.receive(actor=request.actor, receipt=found, digest=digest),
        done=_("已签收。"),
        back=reverse("sharing:return_receipt", args=[pk]),
    )


def _receipt(request: ActorRequest, pk: int) -> ReturnReceipt:
    rows = ReturnReceipt.objects.select_related("part__package__entry", "department", "received_by")
    rows = rows.defer("part__content", "part__package__content", "part__package__entry__search")
    return receipt_policy.fetch(request.actor, rows, pk=pk)


def _receipt_page(request: ActorRequest, found: ReturnReceipt) -> HttpResponse:
    part, came = found.part, found.part.package
    context = {
        "receipt": found,
        "duty": open_by_subject([found]).get(found.pk),
        "may_use": receipt_policy.allows(request.actor, "use", found),
        "attributes": [
            Attribute(_("信息资源"), came.entry.title, url=detail_url(came.entry)),
            Attribute(_("接收单位"), found.department.name),
            Attribute(_("数据层级"), came.get_source_display()),
            Attribute(_("省级编号"), came.provincial_number),
            Attribute(_("数据期间"), came.period),
            Attribute(_("行政区划代码"), part.region_code),
            Attribute(_("数据行数"), str(part.rows)),
            Attribute(_("SM3摘要"), part.digest, wide=True),
        ],
        "crumbs": [flow_crumb(), Crumb(str(part))],
    }
    return render(request, "sharing/returnflow/receipt.html", context)


def _fetch(request: ActorRequest, pk: int) -> ReturnPackage:
    rows = ReturnPackage.objects.select_related("entry", "department", "need", "submitted_by")
    return package_policy.fetch(request.actor, rows.defer("content", "entry__search"), pk=pk)


def _page(
    request: ActorRequest,
    pk: int,
    failed: FailedMove | None = None,
    status: int = 200,
    form: RecipientsForm | None = None,
) -> HttpResponse:
    found = _fetch(request, pk)
    may_handle = package_policy.allows(request.actor, "handle", found)
    if form is None and may_handle and found.state == PackageState.CHECKED:
        form = RecipientsForm(package=found)
    receipts = ReturnReceipt.objects.filter(part__package=found).select_related(
        "part", "department", "received_by"
    )
    context = {
        "package": found,
        "tone": TONES[found.state],
        "duty": open_by_subject([found]).get(found.pk),
        "attributes": _attributes(found),
        "parts": found.parts.defer("content"),
        "receipts": receipts.defer("part__content").order_by("part__region_code", "pk"),
        "form": form,
        "moves": _discarding(request, found),
        "failed": failed,
        "history": timeline(found, STATES),
        "crumbs": [*_trail(), Crumb(found.number)],
    }
    return render(request, "sharing/returnflow/package.html", context, status=status)


def _discarding(request: ActorRequest, found: ReturnPackage) -> list[Move]:
    """The button that gives it up; sending it on is a form of its own."""
    move = PACKAGE.moves["discard"]
    if move not in workflow.available(PACKAGE, found, request.actor):
        return []
    url = reverse("sharing:return_package_discard", args=[found.pk])
    return [Move(name=move.name, label=move.label, tone="danger", requires=["reason"], url=url)]


def _attributes(found: ReturnPackage) -> list[Attribute]:
    need = found.need
    return [
        Attribute(_("信息资源"), found.entry.title, url=detail_url(found.entry)),
        Attribute(_("数据层级"), found.get_source_display()),
        Attribute(_("省级编号"), found.provincial_number),
        Attribute(_("数据期间"), found.period),
        Attribute(_("收到日期"), date_format(found.received_on, "Y年n月j日")),
        Attribute(_("行政区划代码所在信息项"), found.area_item or _("不分区")),
        Attribute(
            _("对应的需求"),
            str(need) if need else _("没有"),
            url=reverse("sharing:need", args=[need.pk]) if need else "",
        ),
        Attribute(_("文件名"), found.file_name),
        Attribute(_("文件SM3摘要"), found.digest, wide=True),
    ]


def _trail() -> list[Crumb]:
    return [flow_crumb(), Crumb(_("回流数据包"), reverse("sharing:return_packages"))]
