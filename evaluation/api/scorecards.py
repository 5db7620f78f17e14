"""/api/v1/scorecards/: what each department reached, to read."""

from typing import Any

import django_filters
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from citybrain.api.nouns import Noun
from citybrain.organizations.models import Department
from evaluation.choices import ReportState
from evaluation.models import AnnualReport, Scorecard
from evaluation.policies import scorecard_policy

TAGS = ["scorecards"]


class ScoreSerializer(serializers.Serializer[Any]):
    """One indicator: what was counted of what, and the points for it; none when it does not apply."""

    code = serializers.CharField()
    numerator = serializers.IntegerField()
    denominator = serializers.IntegerField()
    points = serializers.SerializerMethodField()

    def get_points(self, score: dict[str, Any]) -> float | None:
        return _points(score["points_centi"])


class ScorecardSerializer(serializers.ModelSerializer[Scorecard]):
    """A department's result in one compilation of the annual report."""

    department = serializers.CharField(source="department.code", help_text=_("单位编号"))
    year = serializers.IntegerField(source="report.year")
    scores = ScoreSerializer(many=True)
    total = serializers.SerializerMethodField(help_text=_("满分 100；不作评价的为空"))

    class Meta:
        model = Scorecard
        fields = ["id", "report", "year", "department", "name", "rank", "level", "total", "scores"]
        read_only_fields = fields

    def get_total(self, card: Scorecard) -> float | None:
        return _points(card.total_centi)


class ScorecardFilters(django_filters.FilterSet):
    year = django_filters.NumberFilter(label=_("年度"), field_name="report__year")
    report = django_filters.NumberFilter(label=_("年度报告的 id"), field_name="report_id")
    department = django_filters.ModelChoiceFilter(
        label=_("单位编号"), queryset=Department.objects.all(), to_field_name="code"
    )
    current = django_filters.BooleanFilter(label=_("只列各年度最新一次编制的"), method="by_current")

    class Meta:
        model = Scorecard
        fields: list[str] = []

    def by_current(self, cards: QuerySet[Scorecard], name: str, value: bool) -> QuerySet[Scorecard]:
        done = AnnualReport.objects.filter(state=ReportState.DONE, year=OuterRef("report__year"))
        latest = Subquery(done.order_by("-id").values("pk")[:1])
        return cards.filter(report=latest) if value else cards


@extend_schema_view(
    list=extend_schema(tags=TAGS, summary="评价结果列表 · Scorecards"),
    retrieve=extend_schema(tags=TAGS, summary="评价结果 · One scorecard"),
)
class Scorecards(Noun[Scorecard]):
    """Results: a department its own, those who follow the whole city all of them."""

    policy = scorecard_policy
    queryset = Scorecard.objects.none()
    serializer_class = row_serializer_class = ScorecardSerializer
    filterset_class = ScorecardFilters

    def rows(self) -> QuerySet[Scorecard]:
        rows = Scorecard.objects.select_related("department", "report")
        rows = rows.defer("report__facts", "report__document")
        return rows.order_by("-report__year", "-report_id", "place")


def _points(centi: int | None) -> float | None:
    return None if centi is None else centi / 100
