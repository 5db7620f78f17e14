"""Annual reports: the list, asking for one, its progress, its preview, its files."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from citybrain.audit.services import record
from citybrain.downloads import file_response
from citybrain.organizations.actors import Actor
from citybrain.organizations.forms import add_refusal
from citybrain.pages import ActorRequest, page_of
from citybrain.policies import require_anywhere
from citybrain.refusals import Conflict
from citybrain.ui import Attribute, Crumb, Tone
from evaluation import preview, queries, tasks
from evaluation.choices import ReportState
from evaluation.forms.report import CompileForm
from evaluation.models import AnnualReport
from evaluation.policies import report_policy
from evaluation.report.facts_json import to_json
from evaluation.report.facts_schema import AnnualReportFacts
from evaluation.services import reports

PER_PAGE = 20
ROWS_SHOWN = 50
READERS = ("supervise", "read_everything")
TONES: dict[str, Tone] = {
    ReportState.QUEUED: "info",
    ReportState.RUNNING: "info",
    ReportState.DONE: "success",
    ReportState.FAILED: "danger",
}


@login_required
@never_cache
@require_safe
def report_list(request: ActorRequest) -> HttpResponse:
    return _list(request, CompileForm())


@login_required
@require_POST
def compile_report(request: ActorRequest) -> HttpResponse:
    require_anywhere(request.actor, "compile_report")
    form = CompileForm(request.POST)
    if not form.is_valid():
        return _list(request, form, status=422)
    try:
        report = reports.request(actor=request.actor, year=form.cleaned_data["year"])
    except ValidationError as error:
        add_refusal(form, error)
        return _list(request, form, status=422)
    if not tasks.start(report):
        messages.warning(request, _("后台处理暂时不可用，恢复后会自动编制，不需要重新提出。"))
    return redirect("evaluation:report", pk=report.pk)


@login_required
@never_cache
@require_safe
def report(request: ActorRequest, pk: int) -> HttpResponse:
    """One compilation: its progress while it runs, then the report as a page."""
    rows = AnnualReport.objects.defer("document").select_related("submitted_by")
    found = _fetch(request.actor, pk, rows)
    context: dict[str, Any] = {
        "report": found,
        "tone": TONES[found.state],
        "crumbs": [Crumb(_("年度报告"), reverse("evaluation:reports")), Crumb(str(found.year))],
    }
    if found.state == ReportState.DONE:
        return render(request, "evaluation/report.html", {**context, **_preview(found)})
    context["progress"] = _progress(found)
    return render(request, "evaluation/report_waiting.html", context)


@login_required
@never_cache
@require_safe
def report_progress(request: ActorRequest, pk: int) -> HttpResponse:
    """The progress bar alone; when the work is done the page loads itself anew."""
    found = _fetch(request.actor, pk)
    context = {"report": found, "progress": _progress(found)}
    response = render(request, "evaluation/_progress.html", context)
    if not found.is_unfinished:
        response["HX-Refresh"] = "true"
    return response


@login_required
@require_POST
def report_download(request: ActorRequest, pk: int) -> HttpResponseBase:
    """The document for signing and filing."""
    found = _fetch(request.actor, pk, AnnualReport.objects.defer("facts"))
    _require_done(found)
    record("evaluation.report.downloaded", actor=request.actor, subject=found)
    return file_response(bytes(found.document or b""), f"{found}.docx")


@login_required
@require_POST
def report_facts(request: ActorRequest, pk: int) -> HttpResponseBase:
    """The facts as the very bytes whose SM3 digest the report prints."""
    found = _fetch(request.actor, pk, AnnualReport.objects.defer("document"))
    _require_done(found)
    record("evaluation.report.facts_downloaded", actor=request.actor, subject=found)
    content = to_json(queries.facts_of(found)).encode()
    return file_response(content, f"{found}事实数据.json")


def _list(request: ActorRequest, form: CompileForm, status: int = 200) -> HttpResponse:
    require_anywhere(request.actor, *READERS)
    page = page_of(request, queries.reports(request.actor), PER_PAGE)
    context = {
        "page": page,
        "rows": [(one, TONES[one.state]) for one in page],
        "may_compile": request.actor.holds("compile_report"),
        "form": form,
    }
    return render(request, "evaluation/report_list.html", context, status=status)


def _fetch(actor: Actor, pk: int, rows: Any = None) -> AnnualReport:
    found = rows if rows is not None else AnnualReport.objects.defer("facts", "document")
    return report_policy.fetch(actor, found, pk=pk)


def _require_done(report: AnnualReport) -> None:
    if report.state != ReportState.DONE:
        raise Conflict(_("报告编制完成后才能下载。"), state_label=str(report.get_state_display()))


def _progress(report: AnnualReport) -> dict[str, Any]:
    state = "running" if report.is_unfinished else "done"
    return {
        "value": report.steps_done if report.state == ReportState.RUNNING else None,
        "max": reports.STEPS,
        "label": _("编制%d年度报告") % report.year,
        "state": "failed" if report.state == ReportState.FAILED else state,
        "message": report.error or _("可以离开本页，编制完成后会收到通知。"),
    }


def _preview(report: AnnualReport) -> dict[str, Any]:
    facts = queries.facts_of(report)
    tones = preview.level_tones([level.name for level in facts.levels])
    return {
        "facts": facts,
        "attributes": _attributes(report, facts),
        "cards": preview.cards(facts),
        "charts": preview.charts(facts),
        "scores_chart": preview.scores_chart(facts),
        "updates_chart": preview.updates_chart(facts),
        "departments": [(row, tones[row.level]) for row in facts.departments],
        "breaches": facts.breaches[:ROWS_SHOWN],
        "refusals": facts.refusals[:ROWS_SHOWN],
        "is_current": queries.current_report(report.year) == report,
    }


def _attributes(report: AnnualReport, facts: AnnualReportFacts) -> list[Attribute]:
    asked = report.submitted_by.name if report.submitted_by else _("系统按期编制")
    return [
        Attribute(_("报告单位"), facts.authority_name),
        Attribute(_("主送"), facts.recipient),
        Attribute(
            _("统计期限"),
            _("%(first)s至%(last)s") % {"first": facts.period_start, "last": facts.cutoff},
        ),
        Attribute(
            _("数据截至"),
            _("%s 零时") % facts.compiled_at.date(),
            help=_("之后的记录不影响本报告。"),
        ),
        Attribute(_("编制人"), asked),
        Attribute(_("依据"), "、".join(facts.legal_bases)),
        Attribute(
            _("事实数据SM3摘要"),
            report.digest,
            wide=True,
            help=_("下载事实数据后执行“openssl dgst -sm3 文件名”，结果与此一致即未改动。"),
        ),
    ]
