"""Applications and authorizations as other systems read and write them; the services judge."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.policies import entry_policy
from citybrain.api.nouns import MovableSerializer, MoveSerializer, VersionField, VisibleField
from sharing.codes.serializers import CodeSerializer
from sharing.formal import Finding, Point, points_of
from sharing.models import Authorization, AuthorizationItem, ExtensionRequest, ShareApplication
from sharing.queries import served_today, service_of
from sharing.services.applications import FIELDS
from sharing.services.codes import codes_in_use, live_code
from sharing.transitions import APPLICATION, AUTHORIZATION


class ExtensionSerializer(serializers.ModelSerializer[ExtensionRequest]):
    """The provider's request for more time, and what the bureau said."""

    class Meta:
        model = ExtensionRequest
        fields = ["days", "reason", "state", "version", "asked_at", "decided_at", "opinion"]
        read_only_fields = fields


class ApplicationRowSerializer(serializers.ModelSerializer[ShareApplication]):
    """An application in a list; departments are named by their code."""

    department = serializers.CharField(source="department.code", help_text=_("申请单位编号"))
    provider = serializers.CharField(source="provider.code", help_text=_("提供单位编号"))
    entry_code = serializers.CharField(source="entry.code")
    entry_title = serializers.CharField(source="entry.title")

    class Meta:
        model = ShareApplication
        fields = [
            "id", "number", "department", "provider", "entry", "entry_code", "entry_title",
            "sharing_type", "method", "state", "version", "submitted_at", "answered_at",
            "updated_at",
        ]  # fmt: skip
        read_only_fields = fields


class FormatPointSerializer(serializers.Serializer[Point]):
    """One point of the format review (SC-20): met, doubtful or missing, and why."""

    point = serializers.CharField(source="label")
    finding = serializers.ChoiceField(choices=Finding.choices)
    notes = serializers.ListField(child=serializers.CharField())


class ApplicationSerializer(MovableSerializer[ShareApplication]):
    """An application whole; `items` are names of the entry's items."""

    machine = APPLICATION
    department = serializers.CharField(source="department.code", help_text=_("申请单位编号"))
    provider = serializers.CharField(source="provider.code", help_text=_("提供单位编号"))
    entry_code = serializers.CharField(source="entry.code")
    entry_title = serializers.CharField(source="entry.title")
    items = serializers.SerializerMethodField(help_text=_("信息项名称"))
    extension = ExtensionSerializer(default=None, allow_null=True)
    format_review = serializers.SerializerMethodField(help_text=_("形式审查，逐项"))
    authorization = serializers.IntegerField(
        source="authorization.pk", default=None, allow_null=True, help_text=_("同意后的授权")
    )

    class Meta:
        model = ShareApplication
        fields = [
            *ApplicationRowSerializer.Meta.fields, *(name for name in FIELDS if name != "method"),
            "items", "answer", "answer_basis", "supplement_asked_at", "supplement_wanted",
            "supplement", "extension", "format_review", "authorization", "moves",
        ]  # fmt: skip
        read_only_fields = fields

    def get_items(self, application: ShareApplication) -> list[str]:
        return [one.item.name for one in application.items.all()]

    @extend_schema_field(FormatPointSerializer(many=True))
    def get_format_review(self, application: ShareApplication) -> list[dict[str, Any]]:
        return [FormatPointSerializer(point).data for point in points_of(application)]


class DraftSerializer(serializers.ModelSerializer[ShareApplication]):
    """What an application is made of (SC-20); a draft may be incomplete."""

    items = serializers.ListField(
        child=serializers.CharField(max_length=100), required=False, help_text=_("信息项名称")
    )

    class Meta:
        model = ShareApplication
        fields = [*FIELDS, "items"]
        extra_kwargs = {"method": {"required": False}}

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.validated_data.items() if name in FIELDS}


class NewApplicationSerializer(DraftSerializer):
    """A draft for items of one published entry."""

    entry = VisibleField(policy=entry_policy, help_text=_("信息资源的 id"))

    class Meta(DraftSerializer.Meta):
        fields = ["entry", *DraftSerializer.Meta.fields]


class ChangedApplicationSerializer(DraftSerializer):
    """What changes in a draft; `items`, when given, replaces all of them."""

    version = VersionField()

    class Meta(DraftSerializer.Meta):
        fields = ["version", *DraftSerializer.Meta.fields]


class ApplicationMoveSerializer(MoveSerializer):
    refusal_basis = serializers.CharField(required=False, allow_blank=True, max_length=300)
    supplement = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    left_out = serializers.DictField(
        child=serializers.CharField(max_length=300, allow_blank=True),
        required=False,
        help_text=_("部分同意时不予提供的信息项及各项的理由；仅用于 agree"),
    )


class ExtensionAskedSerializer(serializers.ModelSerializer[ExtensionRequest]):
    class Meta:
        model = ExtensionRequest
        fields = ["days", "reason"]


class ExtensionDecidedSerializer(serializers.Serializer[Any]):
    """The bureau's decision; `version` is that of the extension."""

    version = VersionField()
    consent = serializers.BooleanField()
    opinion = serializers.CharField(
        required=False, allow_blank=True, max_length=300, default="", help_text=_("不同意的须填写")
    )


class GrantedItemSerializer(serializers.ModelSerializer[AuthorizationItem]):
    name = serializers.CharField(source="item.name")

    class Meta:
        model = AuthorizationItem
        fields = ["name", "masked", "category"]
        read_only_fields = fields


class AuthorizationRowSerializer(serializers.ModelSerializer[Authorization]):
    """An authorization in a list; departments are named by their code."""

    provider = serializers.CharField(source="provider.code", help_text=_("提供单位编号"))
    consumer = serializers.CharField(source="consumer.code", help_text=_("使用单位编号"))
    entry_code = serializers.CharField(source="entry.code")
    entry_title = serializers.CharField(source="entry.title")

    class Meta:
        model = Authorization
        fields = [
            "id", "number", "application", "provider", "consumer", "entry", "entry_code",
            "entry_title", "method", "starts_on", "ends_on", "daily_quota", "state", "version",
            "granted_at",
        ]  # fmt: skip
        read_only_fields = fields


class AuthorizationSerializer(MovableSerializer[Authorization]):
    """An authorization with its frozen terms and their SM3 digest."""

    machine = AUTHORIZATION
    provider = serializers.CharField(source="provider.code", help_text=_("提供单位编号"))
    consumer = serializers.CharField(source="consumer.code", help_text=_("使用单位编号"))
    entry_code = serializers.CharField(source="entry.code")
    entry_title = serializers.CharField(source="entry.title")
    items = GrantedItemSerializer(many=True)
    terms = serializers.DictField()
    service = serializers.SerializerMethodField(help_text=_("接口服务编码；尚未提供数据的为空"))
    served_today = serializers.SerializerMethodField(help_text=_("今日已提供的次数"))
    code_key = serializers.SerializerMethodField(help_text=_("正在使用的正式环境授权码的标识"))
    codes = serializers.SerializerMethodField(help_text=_("没有停用的授权码"))

    class Meta:
        model = Authorization
        fields = [
            *AuthorizationRowSerializer.Meta.fields, "items", "terms", "digest", "service",
            "served_today", "code_key", "codes", "moves",
        ]  # fmt: skip
        read_only_fields = fields

    def get_service(self, authorization: Authorization) -> str:
        service = service_of(authorization.entry)
        return service.code if service else ""

    def get_served_today(self, authorization: Authorization) -> int:
        return served_today(authorization)

    def get_code_key(self, authorization: Authorization) -> str:
        code = live_code(authorization)
        return str(code) if code else ""

    @extend_schema_field(CodeSerializer(many=True))
    def get_codes(self, authorization: Authorization) -> list[dict[str, Any]]:
        return [dict(CodeSerializer(code).data) for code in codes_in_use(authorization)]
