"""/api/v1/entries/: search, one entry, drafts and moves, by the services behind the pages."""

from typing import Any

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from catalog import search
from catalog.api.serializers import (
    ChangedDraftSerializer,
    EntryRowSerializer,
    EntrySerializer,
    MoveSerializer,
    NewDraftSerializer,
)
from catalog.choices import THEMES, EntryState, SharingType, UpdateCycle
from catalog.models import CatalogEntry
from catalog.policies import entry_policy
from catalog.services import entries
from catalog.transitions import ENTRY
from citybrain.api.pagination import Pages
from citybrain.organizations.actors import Actor
from citybrain.organizations.models import Department
from citybrain.policies import require_anywhere

TAGS = ["entries"]
OWN = "own"


class EntryPages(Pages):
    """Pages of what the search found; its length is known without another query."""

    django_paginator_class = search.FoundPages


def _several(name: str, values: Any, description: str) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, enum=values, many=True, description=description)


FILTERS = [
    OpenApiParameter("q", OpenApiTypes.STR, description="名称、信息项、摘要或代码中的词"),
    OpenApiParameter(
        "scope", OpenApiTypes.STR, enum=[OWN], description="own：本单位各状态的目录；缺省为已发布的"
    ),
    _several("department", None, "单位编号"),
    _several("theme", [value for value, _label in THEMES], "主题"),
    _several("sharing", [str(value) for value in SharingType.values], "共享类型"),
    _several("cycle", UpdateCycle.values, "更新周期"),
    _several("state", EntryState.values, "状态，仅用于 scope=own"),
    OpenApiParameter("sort", OpenApiTypes.STR, enum=list(search.SORTS), description="排序"),
]


@extend_schema_view(
    list=extend_schema(tags=TAGS, summary="检索信息资源 · Search entries", parameters=FILTERS),
    retrieve=extend_schema(tags=TAGS, summary="信息资源 · One entry with its items"),
    create=extend_schema(
        tags=TAGS,
        summary="编制草稿 · Make a draft",
        request=NewDraftSerializer,
        responses={201: EntrySerializer},
    ),
    partial_update=extend_schema(
        tags=TAGS,
        summary="修改草稿 · Change a draft",
        request=ChangedDraftSerializer,
        responses=EntrySerializer,
    ),
)
class Entries(viewsets.GenericViewSet[CatalogEntry]):
    """Entries of the catalog. Filters may be repeated; several values of one mean any of them."""

    queryset = CatalogEntry.objects.none()
    serializer_class = EntrySerializer
    pagination_class = EntryPages
    filter_backends: list[Any] = []
    throttle_scope: str | None = None
    lookup_value_regex = r"\d{1,18}"

    def get_serializer_class(self) -> Any:
        return EntryRowSerializer if self.action == "list" else EntrySerializer

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(_found(request))  # type: ignore[arg-type]
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request: Request, pk: str) -> Response:
        return self._answer(_fetch(_actor(request), pk))

    def create(self, request: Request) -> Response:
        require_anywhere(_actor(request), "compile_entries")
        given = NewDraftSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        entry = entries.compile_entry(
            actor=_actor(request),
            department=given.validated_data["department"],
            values=given.values(),
            items=given.validated_data.get("items", []),
        )
        return self._answer(entry, status.HTTP_201_CREATED)

    def partial_update(self, request: Request, pk: str) -> Response:
        entry = _fetch(_actor(request), pk)
        entry_policy.require(_actor(request), "compile", entry)
        given = ChangedDraftSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        items = given.validated_data.get("items")
        if items is None:
            items = list(entry.items.values(*entries.ITEM_FIELDS))
        changed = entries.change_entry(
            actor=_actor(request),
            entry=entry,
            version=given.validated_data["version"],
            values=given.values(),
            items=items,
        )
        return self._answer(changed)

    @extend_schema(
        tags=TAGS,
        summary="办理 · Make a move",
        request=MoveSerializer,
        responses=EntrySerializer,
        parameters=[OpenApiParameter("name", str, "path", enum=[*ENTRY.moves])],
    )
    @action(
        detail=True, methods=["post"], url_path=r"moves/(?P<name>[a-z_]+)", throttle_scope="moves"
    )
    def moves(self, request: Request, pk: str, name: str) -> Response:
        if name not in ENTRY.moves or ENTRY.moves[name].automatic:
            raise Http404
        entry = _fetch(_actor(request), pk)
        given = MoveSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        moved = entries.move(
            name,
            actor=_actor(request),
            entry=entry,
            version=given.validated_data["version"],
            reason=given.validated_data["reason"],
        )
        return self._answer(moved)

    def _answer(self, entry: CatalogEntry, code: int = status.HTTP_200_OK) -> Response:
        return Response(self.get_serializer(entry).data, status=code)


def _actor(request: Request) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _fetch(actor: Actor, pk: str) -> CatalogEntry:
    rows = CatalogEntry.objects.select_related("department").defer("search")
    return entry_policy.fetch(actor, rows, pk=int(pk))


def _found(request: Request) -> search.Found:
    """What the pages would find; departments are named by their code here."""
    query = request.query_params.copy()
    if codes := query.getlist("department"):
        known = Department.objects.filter(code__in=codes).values_list("pk", flat=True)
        query.setlist("department", [str(pk) for pk in known] or ["0"])
    actor = _actor(request)
    if query.get("scope") == OWN:
        require_anywhere(actor, "view_entries")
        return search.own(actor, search.Wanted.read(query, search.OWN_FACETS))
    return search.published(actor, search.Wanted.read(query, search.PUBLISHED_FACETS))
