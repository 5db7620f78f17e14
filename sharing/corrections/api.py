"""/api/v1/corrections/: the queue as programs read it, reporting line by line, and the answer."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from citybrain.api.nouns import (
    MovableSerializer,
    MovingNoun,
    VisibleField,
    actor_of,
    describes_moves,
)
from citybrain.policies import require_anywhere
from sharing.corrections.choices import CorrectionState, Finding, LineKind, Origin
from sharing.corrections.policies import correction_policy
from sharing.corrections.reported import Reported
from sharing.corrections.services import reporting, verifying
from sharing.corrections.shown import Masks
from sharing.corrections.transitions import CORRECTION
from sharing.models import CorrectionRequest
from sharing.policies import authorization_policy

TAGS = ["corrections"]


class LineSerializer(serializers.Serializer[Any]):
    """One thing wrong; values that the caller may not read are masked."""

    number = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=LineKind.choices)
    key = serializers.DictField(child=serializers.CharField(), help_text=_("指明数据行的值"))
    item = serializers.CharField()
    seen = serializers.CharField()
    expected = serializers.CharField()
    finding = serializers.ChoiceField(choices=Finding.choices, allow_blank=True)
    reason = serializers.CharField()
    corrected = serializers.BooleanField(help_text=_("提供的数据是否已经更正"))


class CorrectionRowSerializer(serializers.ModelSerializer[CorrectionRequest]):
    """A correction in a list; departments are named by their code."""

    origin = serializers.ChoiceField(choices=Origin.choices, read_only=True)
    department = serializers.CharField(
        source="department.code", default="", help_text=_("提出单位编号；社会公众的为空")
    )
    provider = serializers.CharField(source="provider.code", help_text=_("提供单位编号"))
    entry_code = serializers.CharField(source="entry.code")
    entry_title = serializers.CharField(source="entry.title")

    class Meta:
        model = CorrectionRequest
        fields = [
            "id", "number", "origin", "department", "provider", "entry", "entry_code",
            "entry_title", "authorization", "items", "state", "version", "created_at",
            "answered_at",
        ]  # fmt: skip
        read_only_fields = fields


class CorrectionSerializer(MovableSerializer[CorrectionRequest], CorrectionRowSerializer):
    """A correction whole, with its lines."""

    machine = CORRECTION
    problem = serializers.SerializerMethodField(
        help_text=_("问题说明；可能含个人信息的不给其他人看")
    )
    lines = serializers.SerializerMethodField(help_text=_("逐行列出的问题和核实结论"))

    class Meta(CorrectionRowSerializer.Meta):
        fields = [*CorrectionRowSerializer.Meta.fields, "problem", "answer", "lines", "moves"]
        read_only_fields = fields

    def get_problem(self, correction: CorrectionRequest) -> str:
        return self._masks(correction).words(correction)

    def _masks(self, correction: CorrectionRequest) -> Masks:
        actor = actor_of(self.context["request"])
        return Masks(correction, reads=correction_policy.reads_reported(actor, correction))

    @extend_schema_field(LineSerializer(many=True))
    def get_lines(self, correction: CorrectionRequest) -> list[dict[str, Any]]:
        masks = self._masks(correction)
        return [
            {
                "number": line.number,
                "kind": line.kind,
                "key": {name: masks.of(name, value) for name, value in line.key.items()},
                "item": line.item,
                "seen": masks.of(line.item, line.seen),
                "expected": masks.of(line.item, line.expected),
                "finding": line.finding,
                "reason": line.reason,
                "corrected": line.dataset_id is not None,
            }
            for line in correction.lines.all()
        ]


class NewLineSerializer(serializers.Serializer[Any]):
    """One thing wrong. `key` names the row, by the key items where they are granted in clear."""

    key = serializers.DictField(child=serializers.CharField(max_length=1000))
    kind = serializers.ChoiceField(choices=LineKind.choices, default=LineKind.VALUE)
    item = serializers.CharField(max_length=100, allow_blank=True, default="")
    seen = serializers.CharField(max_length=1000, allow_blank=True, default="")
    expected = serializers.CharField(max_length=1000, allow_blank=True, default="")


class NewCorrectionSerializer(serializers.Serializer[Any]):
    """What is wrong with the data of one authorization: line by line, or items and words."""

    authorization = VisibleField(policy=authorization_policy, help_text=_("授权的 id"))
    items = serializers.ListField(
        child=serializers.CharField(max_length=100), default=list, help_text=_("信息项名称")
    )
    problem = serializers.CharField(max_length=1000, allow_blank=True, default="")
    lines = NewLineSerializer(many=True, default=list)


class CorrectionFilters(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(label=_("状态"), choices=CorrectionState.choices)
    entry = django_filters.NumberFilter(label=_("信息资源的 id"), field_name="entry_id")
    authorization = django_filters.NumberFilter(label=_("授权的 id"), field_name="authorization_id")
    number = django_filters.CharFilter(label=_("校核编号"))

    class Meta:
        model = CorrectionRequest
        fields: list[str] = []


@extend_schema_view(
    list=extend_schema(tags=TAGS, summary="校核列表 · Corrections"),
    retrieve=extend_schema(tags=TAGS, summary="校核 · One correction with its lines"),
    create=extend_schema(
        tags=TAGS,
        summary="提出校核 · Report what is wrong",
        request=NewCorrectionSerializer,
        responses={201: CorrectionSerializer},
    ),
    moves=describes_moves(CORRECTION, tags=TAGS),
)
class Corrections(MovingNoun[CorrectionRequest]):
    """Corrections: both sides see theirs, the bureau and audit all."""

    policy = correction_policy
    machine = CORRECTION
    queryset = CorrectionRequest.objects.none()
    serializer_class = CorrectionSerializer
    row_serializer_class = CorrectionRowSerializer
    filterset_class = CorrectionFilters

    def rows(self) -> QuerySet[CorrectionRequest]:
        rows = CorrectionRequest.objects.select_related("department", "provider", "entry")
        rows = rows.defer("entry__search").order_by("-id")
        if self.action == "list":
            return rows
        return rows.select_related("authorization").prefetch_related("lines")

    def create(self, request: Request) -> Response:
        require_anywhere(self.actor, "apply_sharing")
        given = self.given(NewCorrectionSerializer).validated_data
        authorization = given["authorization"]
        made = reporting.report(
            actor=self.actor,
            entry=authorization.entry,
            items=given["items"],
            problem=given["problem"],
            lines=[Reported(number, **line) for number, line in enumerate(given["lines"], 1)],
            grant=authorization.pk,
        )
        return self.answer(self.rows().get(pk=made.pk), status.HTTP_201_CREATED)

    def make_move(
        self, name: str, obj: CorrectionRequest, version: int, words: dict[str, Any]
    ) -> CorrectionRequest:
        moved = verifying.answer(
            actor=self.actor, correction=obj, name=name, text=words["reason"], version=version
        )
        return self.rows().get(pk=moved.pk)
