"""/api/v1/duties/: the statutory clocks, to read. They move with the objects that they are on."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from citybrain.api.nouns import Noun
from citybrain.duties.choices import DutyState
from citybrain.duties.filters import DutyFilter
from citybrain.duties.loader import current_calendar
from citybrain.duties.models import Duty
from citybrain.duties.policies import duty_policy
from citybrain.duties.standing import Standing, standing_of
from citybrain.organizations.models import Department

TAGS = ["duties"]


class DutySerializer(serializers.ModelSerializer[Duty]):
    """A deadline and where it stands today; departments are named by their code.

    `days_left` are working days: 0 on the last day, negative when late.
    """

    rule_label = serializers.CharField(source="definition.label")
    basis = serializers.CharField(source="definition.basis")
    department = serializers.CharField(source="department.code")
    for_department = serializers.CharField(source="for_department.code", default=None)
    state = serializers.SerializerMethodField()
    days_left = serializers.SerializerMethodField()

    class Meta:
        model = Duty
        fields = [
            "id", "rule", "rule_label", "basis", "subject_type", "subject_id", "subject_text",
            "department", "for_department", "days", "starts_on", "due_on", "original_due_on",
            "provisional", "state", "days_left", "paused_on", "resumed_on", "extended_days",
            "fulfilled_at", "cancelled_at", "breached_on", "late_days",
        ]  # fmt: skip
        read_only_fields = fields

    def _standing(self, duty: Duty) -> Standing:
        return standing_of(duty, calendar=self.context["calendar"])

    def get_state(self, duty: Duty) -> DutyState:
        return self._standing(duty).state

    def get_days_left(self, duty: Duty) -> int:
        return self._standing(duty).days_left


class DutyFilters(DutyFilter):
    """As on the page; the department by its code, and the object that the duty is on."""

    department = django_filters.ModelChoiceFilter(
        label=_("责任部门（单位编号）"), queryset=Department.objects.all(), to_field_name="code"
    )
    subject_type = django_filters.CharFilter(label=_("事项种类，如 sharing.ShareApplication"))
    subject_id = django_filters.NumberFilter(label=_("事项编号"))


@extend_schema_view(
    list=extend_schema(tags=TAGS, summary="法定时限列表 · Statutory deadlines"),
    retrieve=extend_schema(tags=TAGS, summary="法定时限 · One deadline"),
)
class Duties(Noun[Duty]):
    policy = duty_policy
    queryset = Duty.objects.none()
    serializer_class = row_serializer_class = DutySerializer
    filterset_class = DutyFilters

    def rows(self) -> QuerySet[Duty]:
        return Duty.objects.with_names().order_by("due_on", "id")

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "calendar": current_calendar()}
