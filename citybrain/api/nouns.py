"""What the API's nouns have in common: lists start from the policy, moves come from the table."""

from typing import Any, ClassVar, TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from citybrain import workflow
from citybrain.organizations.actors import Actor
from citybrain.policies import Policy
from citybrain.stateful import StatefulModel
from citybrain.workflow import Machine

M = TypeVar("M", bound=Model)
S = TypeVar("S", bound=StatefulModel)
LARGEST_VERSION = 2**31 - 1


def actor_of(request: Request) -> Actor:
    """Who asks: ActorMiddleware's actor of the session, or the owner of the token."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


@extend_schema_field({"type": "integer", "minimum": 0, "example": 0})
class VersionField(serializers.IntegerField):
    """The version that was read; when the object has moved on since, the answer is 409."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            min_value=0,
            max_value=LARGEST_VERSION,
            help_text=_("读取时的版本号；内容已变化的，返回 409"),
            **kwargs,
        )


class VisibleField(serializers.PrimaryKeyRelatedField[M]):
    """A reference by id to what the caller may see; the unseen is refused like the missing."""

    default_error_messages = {
        "does_not_exist": _("没有找到编号为 {pk_value} 的内容，或者您无权查看。")
    }

    def __init__(self, *, policy: Policy[M], **kwargs: Any) -> None:
        self.policy = policy
        super().__init__(queryset=policy.model._default_manager.none(), **kwargs)

    def get_queryset(self) -> QuerySet[M]:
        return self.policy.queryset(actor_of(self.context["request"]))


class MovableSerializer(serializers.ModelSerializer[S]):
    """Adds `moves`: the names of the moves that the caller may make now."""

    machine: ClassVar[Machine]
    moves = serializers.SerializerMethodField(help_text=_("您现在可以办理的事项"))

    def get_moves(self, obj: S) -> list[str]:
        actor = actor_of(self.context["request"])
        return [move.name for move in workflow.available(self.machine, obj, actor)]


class MoveSerializer(serializers.Serializer[Any]):
    """One move. Words are needed where the transition table asks for them."""

    version = VersionField()
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2000, default="")


class Noun(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[M]):
    """Lists what the caller may see and shows one of it.

    Subclasses name `policy`, the two serializers, and in `rows` the rows as they are read, with
    what the serializers show joined.
    """

    policy: Policy[Any]
    row_serializer_class: type[serializers.BaseSerializer[Any]]

    @property
    def actor(self) -> Actor:
        return actor_of(self.request)

    def rows(self) -> QuerySet[M]:
        rows: QuerySet[M] = self.policy.model._default_manager.all()
        return rows

    def get_queryset(self) -> QuerySet[M]:
        if getattr(self, "swagger_fake_view", False):
            return self.rows().none()
        return self.rows().filter(self.policy.visible(self.actor))

    def get_serializer_class(self) -> Any:
        return self.row_serializer_class if self.action == "list" else self.serializer_class

    def given(self, serializer: type[serializers.Serializer[Any]]) -> Any:
        """What the caller sent, checked by `serializer`; raises ValidationError by field."""
        given = serializer(data=self.request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        return given

    def answer(self, obj: M, code: int = status.HTTP_200_OK) -> Response:
        return Response(self.get_serializer(obj).data, status=code)


class MovingNoun(Noun[S]):
    """A noun that moves through states. Subclasses name its `machine` and say in `make_move` how."""

    machine: ClassVar[Machine]
    move_serializer_class: type[MoveSerializer] = MoveSerializer

    @action(detail=True, methods=["post"], url_path=r"moves/(?P<name>[a-z_]+)")
    def moves(self, request: Request, pk: str, name: str) -> Response:
        move = self.machine.moves.get(name)
        if move is None or move.automatic:
            raise Http404
        obj = self.get_object()
        words = dict(self.given(self.move_serializer_class).validated_data)
        return self.answer(self.make_move(name, obj, words.pop("version"), words))

    def make_move(self, name: str, obj: S, version: int, words: dict[str, Any]) -> S:
        raise TypeError(f"{type(self).__name__} does not say how it moves.")


def describes_moves(
    machine: Machine, *, tags: list[str], serializer: type[MoveSerializer] = MoveSerializer
) -> Any:
    """The description of the moves of one machine: their names, and the words that they need."""
    names = [move.name for move in machine.moves.values() if not move.automatic]
    return extend_schema(
        tags=tags,
        summary="办理 · Make a move",
        description=_listed(machine),
        request=serializer,
        parameters=[OpenApiParameter("name", OpenApiTypes.STR, "path", enum=names)],
    )


def _moves_in_words(machine: Machine) -> str:
    lines = []
    for move in machine.moves.values():
        if not move.automatic:
            needs = f": {', '.join(move.requires)}" if move.requires else ""
            lines.append(f"- `{move.name}` {move.label}{needs}")
    return "\n".join(lines)


_listed = lazy(_moves_in_words, str)
