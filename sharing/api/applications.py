"""/api/v1/applications/: applying for data and answering, by the services behind the pages."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import CatalogEntry
from citybrain.api.nouns import MovingNoun, describes_moves
from citybrain.policies import require_anywhere
from sharing.api.filters import ApplicationFilters
from sharing.api.serializers import (
    ApplicationMoveSerializer,
    ApplicationRowSerializer,
    ApplicationSerializer,
    ChangedApplicationSerializer,
    ExtensionAskedSerializer,
    ExtensionDecidedSerializer,
    NewApplicationSerializer,
)
from sharing.models import ApplicationItem, ExtensionRequest, ShareApplication
from sharing.policies import application_policy, extension_policy
from sharing.services import applications, extensions
from sharing.transitions import APPLICATION

TAGS = ["applications"]
ITEMS = Prefetch(
    "items", ApplicationItem.objects.select_related("item").order_by("item__position", "item_id")
)


@extend_schema_view(
    list=extend_schema(tags=TAGS, summary="共享申请列表 · Applications"),
    retrieve=extend_schema(tags=TAGS, summary="共享申请 · One application"),
    create=extend_schema(
        tags=TAGS,
        summary="起草申请 · Make a draft",
        request=NewApplicationSerializer,
        responses={201: ApplicationSerializer},
    ),
    partial_update=extend_schema(
        tags=TAGS,
        summary="修改草稿 · Change a draft",
        request=ChangedApplicationSerializer,
        responses=ApplicationSerializer,
    ),
    moves=describes_moves(APPLICATION, tags=TAGS, serializer=ApplicationMoveSerializer),
    extension=extend_schema(
        tags=TAGS,
        summary="申请延期 · Ask for more time",
        request=ExtensionAskedSerializer,
        responses={201: ApplicationSerializer},
    ),
    extension_decision=extend_schema(
        tags=TAGS,
        summary="审核延期 · Decide on more time",
        request=ExtensionDecidedSerializer,
        responses=ApplicationSerializer,
    ),
)
class Applications(MovingNoun[ShareApplication]):
    """Applications for data: the applicant's own, those delivered to the provider and the bureau."""

    policy = application_policy
    machine = APPLICATION
    move_serializer_class = ApplicationMoveSerializer
    queryset = ShareApplication.objects.none()
    serializer_class = ApplicationSerializer
    row_serializer_class = ApplicationRowSerializer
    filterset_class = ApplicationFilters

    def rows(self) -> QuerySet[ShareApplication]:
        rows = ShareApplication.objects.select_related("department", "provider", "entry")
        rows = rows.defer("entry__search").order_by("-id")
        if self.action == "list":
            return rows
        return rows.select_related("extension", "authorization").prefetch_related(ITEMS)

    def create(self, request: Request) -> Response:
        require_anywhere(self.actor, "apply_sharing")
        given = self.given(NewApplicationSerializer)
        entry = given.validated_data["entry"]
        application = applications.draft(
            actor=self.actor,
            entry=entry,
            values=given.values(),
            item_ids=_item_ids(entry, given.validated_data.get("items", [])),
        )
        return self.answer(self._read(application), status.HTTP_201_CREATED)

    def partial_update(self, request: Request, pk: str) -> Response:
        application = self.get_object()
        self.policy.require(self.actor, "apply", application)
        given = self.given(ChangedApplicationSerializer)
        names = given.validated_data.get("items")
        if names is None:
            names = [one.item.name for one in application.items.all()]
        changed = applications.change(
            actor=self.actor,
            application=application,
            version=given.validated_data["version"],
            values=given.values(),
            item_ids=_item_ids(application.entry, names),
        )
        return self.answer(self._read(changed))

    def make_move(
        self, name: str, obj: ShareApplication, version: int, words: dict[str, Any]
    ) -> ShareApplication:
        reasons = words.pop("left_out", None) or {}
        ids = _item_ids(obj.entry, reasons)
        moved = applications.move(
            name,
            actor=self.actor,
            application=obj,
            version=version,
            inputs={key: word for key, word in words.items() if word},
            left_out=dict(zip(ids, reasons.values(), strict=True)),
        )
        return self._read(moved)

    @action(detail=True, methods=["post"])
    def extension(self, request: Request, pk: str) -> Response:
        application = self.get_object()
        given = self.given(ExtensionAskedSerializer).validated_data
        extensions.ask(actor=self.actor, application=application, **given)
        return self.answer(self._read(application), status.HTTP_201_CREATED)

    @action(detail=True, methods=["post"], url_path="extension/decision")
    def extension_decision(self, request: Request, pk: str) -> Response:
        application = self.get_object()
        asked = extension_policy.fetch(
            self.actor,
            ExtensionRequest.objects.select_related("application"),
            application=application,
        )
        given = self.given(ExtensionDecidedSerializer).validated_data
        extensions.decide(actor=self.actor, request=asked, **given)
        return self.answer(self._read(application))

    def _read(self, application: ShareApplication) -> ShareApplication:
        """The application as it is now, with its items, extension and authorization."""
        return self.rows().get(pk=application.pk)


def _item_ids(entry: CatalogEntry, names: Iterable[str]) -> list[int]:
    """The ids of the entry's items with these names, in their order.

    Raises ValidationError for another name.
    """
    known: dict[str, int] = dict(entry.items.values_list("name", "pk"))
    foreign = [name for name in names if name not in known]
    if foreign:
        raise ValidationError(
            {"items": _("该信息资源没有这些信息项：%s。") % "、".join(foreign[:10])}
        )
    return [known[name] for name in names]
