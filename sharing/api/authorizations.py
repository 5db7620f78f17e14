"""/api/v1/authorizations/: what was granted, its code, and the bureau's hand on it."""

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from citybrain.api.nouns import MovingNoun, describes_moves
from sharing.api.filters import AuthorizationFilters
from sharing.api.serializers import (
    AuthorizationRowSerializer,
    AuthorizationSerializer,
    CodeWantedSerializer,
    IssuedCodeSerializer,
    ReasonSerializer,
)
from sharing.models import Authorization, AuthorizationItem
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
        description="授权码只在本次答复中出现一次；先前领取的即刻停用，须以 code_key 指明。",
        request=CodeWantedSerializer,
        responses={201: IssuedCodeSerializer},
    ),
    code_revocation=extend_schema(
        tags=TAGS,
        summary="停用授权码 · Revoke the code",
        request=ReasonSerializer,
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
        self, name: str, obj: Authorization, version: int, words: dict[str, str]
    ) -> Authorization:
        return authorizations.move(
            name, actor=self.actor, authorization=obj, version=version, reason=words["reason"]
        )

    @action(detail=True, methods=["post"])
    def code(self, request: Request, pk: str) -> Response:
        authorization = self.get_object()
        key = self.given(CodeWantedSerializer).validated_data["code_key"]
        text = codes.issue(
            actor=self.actor,
            authorization=authorization,
            seen=codes.number_of(authorization, key),
        )
        return Response(
            IssuedCodeSerializer({"code": text}).data,
            status=status.HTTP_201_CREATED,
            headers={"Cache-Control": "no-store"},
        )

    @action(detail=True, methods=["post"], url_path="code/revocation")
    def code_revocation(self, request: Request, pk: str) -> Response:
        authorization = self.get_object()
        reason = self.given(ReasonSerializer).validated_data["reason"]
        codes.revoke(actor=self.actor, authorization=authorization, reason=reason)
        return self.answer(authorization)
