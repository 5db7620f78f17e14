"""/api/v1/entries/: search, one entry, drafts and moves, by the services behind the pages."""

from typing import Any

from django.core.validators import slug_re
from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from catalog import search
from catalog.api.serializers import (
    ChangedDraftSerializer,
    EntryRowSerializer,
    EntrySerializer,
    NewDraftSerializer,
)
from catalog.choices import THEMES, EntryState, FormatClass, Grade, SharingType, UpdateCycle
from catalog.facets import Freshness
from catalog.models import CatalogEntry
from catalog.policies import entry_policy
from catalog.services import content, entries
from catalog.transitions import ENTRY
from citybrain.api.filtering import refuse_unknown
from citybrain.api.nouns import MovingNoun, describes_moves
from citybrain.api.pagination import Pages
from citybrain.organizations.models import Department
from citybrain.policies import require_anywhere

TAGS = ["entries"]
OWN, SEEN = "own", "seen"


class EntryPages(Pages):
    """Pages of what the search found; its length is known without another query."""

    django_paginator_class = search.FoundPages


def _several(name: str, values: Any, description: str) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, enum=values, many=True, description=description)


FILTERS = [
    OpenApiParameter("q", OpenApiTypes.STR, description="名称、信息项、摘要或代码中的词"),
    OpenApiParameter(
        "scope",
        OpenApiTypes.STR,
        enum=[OWN, SEEN],
        description="缺省为已发布的目录；own：本单位各状态的目录；seen：您可以查看的各状态的目录",
    ),
    _several("department", None, "单位编号"),
    _several("theme", [value for value, _label in THEMES], "主题"),
    _several("sharing", [str(value) for value in SharingType.values], "共享类型"),
    _several("grade", Grade.values, "数据级别，按其信息项中最高的"),
    _several("format", [str(value) for value in FormatClass.values], "格式分类"),
    _several("freshness", Freshness.values, "更新情况，只用于已发布的目录"),
    _several("cycle", UpdateCycle.values, "更新周期"),
    _several("state", EntryState.values, "状态，用于 scope=own 和 scope=seen"),
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
    moves=describes_moves(ENTRY, tags=TAGS),
)
class Entries(MovingNoun[CatalogEntry]):
    """Entries of the catalog. Filters may be repeated; several values of one mean any of them."""

    policy = entry_policy
    machine = ENTRY
    queryset = CatalogEntry.objects.none()
    serializer_class = EntrySerializer
    row_serializer_class = EntryRowSerializer
    pagination_class = EntryPages
    filter_backends: list[Any] = []

    def rows(self) -> QuerySet[CatalogEntry]:
        return CatalogEntry.objects.select_related("department").defer("search")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self._found(request))  # type: ignore[arg-type]
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def create(self, request: Request) -> Response:
        require_anywhere(self.actor, "compile_entries")
        given = self.given(NewDraftSerializer)
        entry = entries.compile_entry(
            actor=self.actor,
            department=given.validated_data["department"],
            values=given.values(),
            items=given.validated_data.get("items", []),
        )
        return self.answer(entry, status.HTTP_201_CREATED)

    def partial_update(self, request: Request, pk: str) -> Response:
        entry = self.get_object()
        self.policy.require(self.actor, "compile", entry)
        given = self.given(ChangedDraftSerializer)
        items = given.validated_data.get("items")
        if items is None:
            items = list(entry.items.values(*content.ITEM_FIELDS))
        changed = entries.change_entry(
            actor=self.actor,
            entry=entry,
            version=given.validated_data["version"],
            values=given.values(),
            items=items,
        )
        return self.answer(changed)

    def make_move(
        self, name: str, obj: CatalogEntry, version: int, words: dict[str, Any]
    ) -> CatalogEntry:
        return entries.move(
            name, actor=self.actor, entry=obj, version=version, reason=words["reason"]
        )

    def _found(self, request: Request) -> search.Found:
        """What the pages would find; departments are named by their code here."""
        refuse_unknown(request.query_params, [str(one.name) for one in FILTERS])
        query = request.query_params.copy()
        if given := query.getlist("department"):
            codes = [code for code in given[: search.MAX_CHOSEN] if slug_re.match(code)]
            known = Department.objects.filter(code__in=codes).values_list("pk", flat=True)
            query.setlist("department", [str(pk) for pk in known] or ["0"])
        if query.get("scope") == OWN:
            require_anywhere(self.actor, "view_entries")
            return search.own(self.actor, search.Wanted.read(query, search.OWN_FACETS))
        if query.get("scope") == SEEN:
            return search.seen(self.actor, search.Wanted.read(query, search.SEEN_FACETS))
        return search.published(self.actor, search.Wanted.read(query, search.PUBLISHED_FACETS))
