"""The kernel's nouns under /api/v1/: departments, duties, and who the caller is."""

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import CharFilter, ChoiceFilter, FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.views import APIView

from citybrain.api.duties import Duties
from citybrain.organizations.choices import Kind, Level
from citybrain.organizations.models import ApiToken, Department
from citybrain.organizations.policies import departments as policy


class DepartmentSerializer(serializers.ModelSerializer[Department]):
    """A department as other systems need to know it; `successor` took over a dissolved one."""

    parent = serializers.SlugRelatedField("code", read_only=True)  # type: ignore[var-annotated, assignment]
    successor = serializers.SlugRelatedField("code", read_only=True)  # type: ignore[var-annotated]

    class Meta:
        model = Department
        fields = [
            "code", "name", "short_name", "credit_code", "region_code", "level", "kind",
            "competences", "parent", "retired_on", "successor",
        ]  # fmt: skip
        read_only_fields = fields


class DepartmentFilters(FilterSet):
    q = CharFilter(field_name="name", lookup_expr="icontains", label=_("名称包含"))
    level = ChoiceFilter(choices=Level.choices)
    kind = ChoiceFilter(choices=Kind.choices)

    class Meta:
        model = Department
        fields = ["q", "level", "kind", "region_code"]


class DepartmentQueries(generics.GenericAPIView[Department]):
    """What the list and the single department start from: what the caller may see."""

    serializer_class = DepartmentSerializer
    queryset = Department.objects.none()

    def get_queryset(self) -> QuerySet[Department]:
        if getattr(self, "swagger_fake_view", False):
            return Department.objects.none()
        rows = policy.queryset(self.request.actor)  # type: ignore[attr-defined]
        return rows.select_related("parent", "successor").order_by("order", "pinyin", "id")


@extend_schema(tags=["departments"], summary="部门列表 · Departments")
class DepartmentList(DepartmentQueries, generics.ListAPIView[Department]):
    filterset_class = DepartmentFilters


@extend_schema(tags=["departments"], summary="部门 · One department by its code")
class DepartmentDetail(DepartmentQueries, generics.RetrieveAPIView[Department]):
    lookup_field = "code"


class MeSerializer(serializers.Serializer[Any]):
    """Who is calling, for which department, with which rights."""

    username = serializers.CharField()
    name = serializers.CharField()
    department = serializers.CharField(allow_null=True, help_text=str(_("单位编号")))
    roles = serializers.ListField(child=serializers.CharField())
    scopes = serializers.ListField(
        child=serializers.CharField(), help_text=str(_("令牌的权限范围；会话登录为 read 和 write"))
    )


class Me(APIView):
    @extend_schema(tags=["me"], summary="当前身份 · Who am I", responses=MeSerializer)
    def get(self, request: Request) -> Response:
        actor = request.actor  # type: ignore[attr-defined]
        token = request.auth
        scopes = token.scopes if isinstance(token, ApiToken) else ["read", "write"]
        return Response(
            MeSerializer(
                {
                    "username": actor.user.username,
                    "name": actor.name,
                    "department": actor.department.code if actor.department else None,
                    "roles": sorted(actor.roles),
                    "scopes": scopes,
                }
            ).data
        )


router = SimpleRouter()
router.register("duties", Duties, basename="duty")
urlpatterns = [
    path("departments/", DepartmentList.as_view(), name="department_list"),
    path("departments/<slug:code>/", DepartmentDetail.as_view(), name="department"),
    path("me/", Me.as_view(), name="me"),
    *router.urls,
]
