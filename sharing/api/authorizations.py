"""/api/v1/authorizations/: what was granted, its code, and the bureau's hand on it."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from citybrain.api.nouns import MovingNoun, describes_moves
from sharing.api.filters import AuthorizationFilters
from sharing.api.serializers import AuthorizationRowSerializer, AuthorizationSerializer
from sharing.codes.serializers import (
    CodeBoundsSerializer,
    CodeNamedSerializer,
    CodeReasonSerializer,
    CodeWantedSerializer,
    IssuedCodeSerializer,
)
from sharing.models import Authorization, AuthorizationCode, AuthorizationItem
from sharing.policies import authorization_policy
from sharing.services import authorizations, codes
from sharing.transitions import AUTHORIZATION

TAGS = ["authorizations"]
ITEMS = Prefetch(
    "items", AuthorizationItem.objects.select_related("item").order_by("item__position", "item_id")
)


@extend_schema_view(
    list=extend_schema(tags=TAGS, summary="授权列表 · Authorizations"),
    retrieve=extend_schema(tags=TAGS, summary="授权 · One authorization with its terms"),
    moves=describes_moves(AUTHORIZATION, tags=TAGS),
    code=extend_schema(
        tags=TAGS,
        summary="领取授权码 · Issue the code",
        description=(
            "授权码只在本次答复中出现一次；先前领取的须以 code_key 指明，"
            "没有 overlap_until 的即刻停用。"
        ),
        request=CodeWantedSerializer,
        responses={201: IssuedCodeSerializer},
    ),
    code_revocation=extend_schema(
        tags=TAGS,
        summary="停用授权码 · Revoke a code",
        request=CodeReasonSerializer,
        responses=AuthorizationSerializer,
    ),
    code_suspension=extend_schema(
        tags=TAGS,
        summary="暂停授权码 · Suspend a code",
        request=CodeReasonSerializer,
        responses=AuthorizationSerializer,
    ),
    code_resumption=extend_schema(
        tags=TAGS,
        summary="恢复授权码 · Resume a code",
        request=CodeNamedSerializer,
        responses=AuthorizationSerializer,
    ),
    code_bounds=extend_schema(
        tags=TAGS,
        summary="限定授权码的使用 · Bind a code to networks, hours, rate and period",
        request=CodeBoundsSerializer,
        responses=AuthorizationSerializer,
    ),
)
class Authorizations(MovingNoun[Authorization]):
    """Authorizations: both sides see theirs, the bureau and audit all."""

    policy = authorization_policy
    machine = AUTHORIZATION
    queryset = Authorization.objects.none()
    serializer_class = AuthorizationSerializer
    row_serializer_class = AuthorizationRowSerializer
    filterset_class = AuthorizationFilters

    def rows(self) -> QuerySet[Authorization]:
        rows = Authorization.objects.select_related("provider", "consumer", "entry")
        rows = rows.defer("entry__search").order_by("-id")
        return rows if self.action == "list" else rows.prefetch_related(ITEMS)

    def make_move(
        self, name: str, obj: Authorization, version: int, words: dict[str, Any]
    ) -> Authorization:
        return authorizations.move(
            name, actor=self.actor, authorization=obj, version=version, reason=words["reason"]
        )

    @action(detail=True, methods=["post"])
    def code(self, request: Request, pk: str) -> Response:
        authorization = self.get_object()
        given = self.given(CodeWantedSerializer)
        text = codes.issue(
            actor=self.actor,
            authorization=authorization,
            seen=codes.number_of(authorization, given.validated_data["code_key"]),
            environment=given.validated_data["environment"],
            bounds=given.bounds(),
            overlap_until=given.validated_data["overlap_until"],
        )
        return Response(
            IssuedCodeSerializer({"code": text}).data,
            status=status.HTTP_201_CREATED,
            headers={"Cache-Control": "no-store"},
        )

    @action(detail=True, methods=["post"], url_path="code/revocation")
    def code_revocation(self, request: Request, pk: str) -> Response:
        code, given = self._named(CodeReasonSerializer)
        codes.revoke(actor=self.actor, code=code, reason=given.validated_data["reason"])
        return self.answer(self.get_object())

    @action(detail=True, methods=["post"], url_path="code/suspension")
    def code_suspension(self, request: Request, pk: str) -> Response:
        code, given = self._named(CodeReasonSerializer)
        codes.suspend(actor=self.actor, code=code, reason=given.validated_data["reason"])
        return self.answer(self.get_object())

    @action(detail=True, methods=["post"], url_path="code/resumption")
    def code_resumption(self, request: Request, pk: str) -> Response:
        code, _given = self._named(CodeNamedSerializer)
        codes.resume(actor=self.actor, code=code)
        return self.answer(self.get_object())

    @action(detail=True, methods=["post"], url_path="code/bounds")
    def code_bounds(self, request: Request, pk: str) -> Response:
        code, given = self._named(CodeBoundsSerializer)
        codes.bind(actor=self.actor, code=code, bounds=given.bounds())
        return self.answer(self.get_object())

    def _named(self, serializer: type[CodeNamedSerializer]) -> tuple[AuthorizationCode, Any]:
        """The code that the caller means, and what was sent; Conflict when there is none."""
        authorization = self.get_object()
        given = self.given(serializer)
        return codes.code_named(authorization, given.validated_data["code_key"]), given
