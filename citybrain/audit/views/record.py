"""The audit trail: list, one record, export, and the head of the chain."""

import json
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from citybrain.audit import queries, sealing, services
from citybrain.audit.forms.record import RecordFilter
from citybrain.audit.policies import records as policy
from citybrain.downloads import export_list, file_response
from citybrain.organizations.actors import Actor
from citybrain.policies import require_anywhere
from citybrain.spreadsheets import write_csv
from citybrain.ui import Attribute, Crumb

if TYPE_CHECKING:
    from citybrain.pages import ActorRequest

PER_PAGE = 50


@login_required
@require_safe
def record_list(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require_anywhere(actor, "read_audit")
    form = RecordFilter(request.GET)
    rows = queries.records(actor, subject=_subject(request), **form.chosen())
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "lines": [(one, queries.sentence_of(one.verb), queries.subject_label(one)) for one in page],
        "head": sealing.head(),
        "unsealed": sealing.unsealed().count(),
        "query": request.GET.urlencode(),
        "export_limit": queries.EXPORT_LIMIT,
    }
    return render(request, "audit/record_list.html", context)


@login_required
@require_safe
def record(request: HttpRequest, pk: int) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require_anywhere(actor, "read_audit")
    found = policy.fetch(actor, pk=pk)
    facts, differences = queries.details_of(found)
    context = {
        "record": found,
        "sentence": queries.sentence_of(found.verb),
        "attributes": _attributes(request, found),
        "facts": facts,
        "differences": differences,
        "proof": queries.proof_of(found),
        "crumbs": [Crumb(_("审计记录"), reverse("audit:record_list")), Crumb(f"{found.pk}")],
    }
    return render(request, "audit/record.html", context)


@login_required
@require_POST
def record_export(request: "ActorRequest") -> HttpResponseBase:
    """The records of the list as CSV; exporting is an act on record itself, hence POST."""
    require_anywhere(request.actor, "read_audit")
    form = RecordFilter(request.GET)
    rows = queries.records(request.actor, subject=_subject(request), **form.chosen())
    return export_list(
        request,
        write_csv(queries.export_rows(rows)),
        title=_("审计记录"),
        stem="audit",
        kind="csv",
        rows=min(rows.count(), queries.EXPORT_LIMIT),
        filters=form.as_facts(),
    )


@login_required
@require_POST
def chain_head(request: HttpRequest) -> HttpResponseBase:
    """The last seal as a file to be held outside: `verify_audit --held-head` checks against it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require_anywhere(actor, "read_audit")
    sealing.seal_all()
    head = sealing.head()
    services.record(
        "access.exported",
        actor=actor,
        subject_text=_("审计链首"),
        data={"number": head.number if head else 0},
    )
    content = sealing.head_as_json(head) if head else json.dumps({})
    return file_response(content.encode(), "audit-head.json")


def _subject(request: HttpRequest) -> tuple[str, int] | None:
    """?subject=organizations.User:7 narrows to one object; anything else is no filter."""
    label, _colon, pk = request.GET.get("subject", "").partition(":")
    return (label, int(pk)) if label and pk.isdecimal() and len(pk) < 19 else None


def _attributes(request: HttpRequest, found: queries.AuditRecord) -> list[Attribute]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at = timezone.localtime(found.at).strftime("%Y-%m-%d %H:%M:%S")
    return [
        Attribute(_("编号"), found.pk),
        Attribute(_("时间"), at),
        Attribute(_("办理人"), found.actor_name),
        Attribute(_("单位"), found.department.name if found.department else None),
        Attribute(
            queries.subject_label(found) or _("对象"),
            found.subject_text,
            url=queries.subject_url(found, actor),
            wide=True,
        ),
        Attribute(_("来源地址"), found.ip),
        Attribute(_("请求编号"), found.request_id),
        Attribute(_("SM3 摘要"), found.digest, wide=True),
    ]
