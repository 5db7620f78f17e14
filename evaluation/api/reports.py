"""/api/v1/reports/: annual reports, asking for one, and its facts and document."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from citybrain.api.nouns import Noun
from citybrain.audit.services import record
from citybrain.downloads import MEDIA_TYPES
from citybrain.policies import require_anywhere
from citybrain.refusals import Conflict
from evaluation import queries, tasks
from evaluation.choices import ReportState
from evaluation.models import AnnualReport
from evaluation.policies import report_policy
from evaluation.report.facts_json import to_json
from evaluation.services import reports

TAGS = ["reports"]
DOCX = MEDIA_TYPES["docx"]


class ReportSerializer(serializers.ModelSerializer[AnnualReport]):
    """One compilation of one year; `digest` is the SM3 digest of its facts."""

    steps = serializers.SerializerMethodField(help_text=gettext_lazy("全部步数"))

    class Meta:
        model = AnnualReport
        fields = [
            "id", "year", "compiled_from", "state", "steps_done", "steps", "requested_at",
            "finished_at", "digest", "error",
        ]  # fmt: skip
        read_only_fields = fields

    def get_steps(self, report: AnnualReport) -> int:
        return reports.STEPS


class WantedReportSerializer(serializers.Serializer[Any]):
    year = serializers.IntegerField(min_value=1, max_value=9999)


class ReportFilters(django_filters.FilterSet):
    year = django_filters.NumberFilter(label=gettext_lazy("年度"))
    state = django_filters.ChoiceFilter(label=gettext_lazy("状态"), choices=ReportState.choices)

    class Meta:
        model = AnnualReport
        fields: list[str] = []


@extend_schema_view(
    list=extend_schema(tags=TAGS, summary="年度报告列表 · Annual reports"),
    retrieve=extend_schema(tags=TAGS, summary="年度报告 · One compilation and its progress"),
    create=extend_schema(
        tags=TAGS,
        summary="编制年度报告 · Compile a report",
        request=WantedReportSerializer,
        responses={202: ReportSerializer},
    ),
    facts=extend_schema(
        tags=TAGS,
        summary="事实数据 · The frozen facts",
        description="报告所印 SM3 摘要即本内容各字节的摘要。下载记入审计。",
        responses={(200, "application/json"): OpenApiTypes.OBJECT},
    ),
    document=extend_schema(
        tags=TAGS,
        summary="报告文件 · The document",
        description="下载记入审计。",
        responses={(200, DOCX): OpenApiResponse(OpenApiTypes.BINARY)},
    ),
)
class Reports(Noun[AnnualReport]):
    """Annual reports, for those who follow the whole city; the evaluator has them compiled."""

    policy = report_policy
    queryset = AnnualReport.objects.none()
    serializer_class = row_serializer_class = ReportSerializer
    filterset_class = ReportFilters

    def rows(self) -> QuerySet[AnnualReport]:
        return AnnualReport.objects.defer("facts", "document").order_by("-year", "-id")

    def create(self, request: Request) -> Response:
        require_anywhere(self.actor, "compile_report")
        year = self.given(WantedReportSerializer).validated_data["year"]
        report = reports.request(actor=self.actor, year=year)
        tasks.start(report)
        report.refresh_from_db()
        return self.answer(report, status.HTTP_202_ACCEPTED)

    @action(detail=True, methods=["get"])
    def facts(self, request: Request, pk: str) -> HttpResponse:
        report = self._finished()
        record("evaluation.report.facts_downloaded", actor=self.actor, subject=report)
        content = to_json(queries.facts_of(report)).encode()
        return HttpResponse(content, content_type="application/json")

    @action(detail=True, methods=["get"])
    def document(self, request: Request, pk: str) -> HttpResponse:
        report = self._finished()
        record("evaluation.report.downloaded", actor=self.actor, subject=report)
        disposition = f'attachment; filename="report-{report.year_and_day}.docx"'
        return HttpResponse(
            bytes(report.document or b""),
            content_type=DOCX,
            headers={"Content-Disposition": disposition},
        )

    def _finished(self) -> AnnualReport:
        report: AnnualReport = self.get_object()
        if report.state != ReportState.DONE:
            label = str(report.get_state_display())
            raise Conflict(_("报告编制完成后才能下载。"), state_label=label)
        return report
