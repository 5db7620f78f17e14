"""/api/v1/packages/: packages of batch exchange, fetched and received by programs (SC-22)."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from citybrain.api.nouns import Noun
from sharing.delivery import planning, sending
from sharing.delivery.choices import PackageState
from sharing.delivery.policies import package_policy
from sharing.models import ExchangePackage

TAGS = ["packages"]


class PackageSerializer(serializers.ModelSerializer[ExchangePackage]):
    """A package. `digest` is the SM3 of the file as it is fetched, encrypted."""

    authorization = serializers.IntegerField(
        source="plan.authorization_id", help_text=_("授权的 id")
    )
    authorization_number = serializers.CharField(source="plan.authorization.number")
    entry_code = serializers.CharField(source="plan.authorization.entry.code")
    batch = serializers.IntegerField(source="dataset.number", help_text=_("数据批次"))

    class Meta:
        model = ExchangePackage
        fields = [
            "id", "number", "authorization", "authorization_number", "entry_code", "batch",
            "extent", "format", "state", "rows", "size", "digest", "key_number", "error",
            "created_at", "built_at", "received_at",
        ]  # fmt: skip
        read_only_fields = fields


class ReceiptSerializer(serializers.Serializer[Any]):
    """What the receiver holds."""

    digest = serializers.CharField(max_length=200, help_text=_("收到的文件的SM3摘要"))


class PackageFilters(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(label=_("状态"), choices=PackageState.choices)
    authorization = django_filters.NumberFilter(
        label=_("授权的 id"), field_name="plan__authorization_id"
    )

    class Meta:
        model = ExchangePackage
        fields: list[str] = []


@extend_schema_view(
    list=extend_schema(tags=TAGS, summary="交换包列表 · Packages of batch exchange"),
    retrieve=extend_schema(tags=TAGS, summary="交换包 · One package"),
    file=extend_schema(
        tags=TAGS,
        summary="下载交换包 · Fetch the file",
        description=(
            "用SM4-GCM加密；可以用 Range 从中断处续传，用 If-Range 带上 ETag 防止拼接不同的文件。"
        ),
        responses={
            200: OpenApiResponse(OpenApiTypes.BINARY),
            206: OpenApiResponse(OpenApiTypes.BINARY),
            416: OpenApiResponse(description=_("没有所请求的部分")),
        },
    ),
    receipt=extend_schema(
        tags=TAGS,
        summary="签收交换包 · Confirm the receipt",
        request=ReceiptSerializer,
        responses=PackageSerializer,
    ),
)
class Packages(Noun[ExchangePackage]):
    """Packages: both sides of the authorization see theirs, the consumer fetches and receives."""

    policy = package_policy
    queryset = ExchangePackage.objects.none()
    serializer_class = PackageSerializer
    row_serializer_class = PackageSerializer
    filterset_class = PackageFilters

    def rows(self) -> QuerySet[ExchangePackage]:
        return sending.packages().select_related("dataset").order_by("-id")

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Whoever fetches a file may say that it accepts files, and none but JSON is drawn here."""
        return super().perform_content_negotiation(request, force or self.action == "file")

    @action(detail=True, methods=["get"])
    def file(self, request: Request, pk: str) -> HttpResponseBase:
        response = sending.send(request._request, self.actor, self.get_object())
        response["Cache-Control"] = "no-store"
        return response

    @action(detail=True, methods=["post"])
    def receipt(self, request: Request, pk: str) -> Response:
        package = self.get_object()
        self.policy.require(self.actor, "use", package)
        digest = self.given(ReceiptSerializer).validated_data["digest"]
        planning.receive(actor=self.actor, package=package, digest=digest)
        return self.answer(self.get_object())
