"""Codes as other systems read and handle them; the services judge."""

from dataclasses import fields
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from sharing.codes.bounds import Bounds
from sharing.codes.choices import HOURS, MOST_RATE, USUAL_RATE, Environment
from sharing.models import AuthorizationCode


class CodeSerializer(serializers.ModelSerializer[AuthorizationCode]):
    """A code and what it is bound to, without its secret."""

    code_key = serializers.CharField(source="__str__", help_text=_("授权码的标识"))

    class Meta:
        model = AuthorizationCode
        fields = [
            "code_key", "environment", "signs", "networks", "from_hour", "until_hour",
            "per_second", "valid_until", "states_purpose", "issued_at", "ends_at", "suspended_at",
        ]  # fmt: skip
        read_only_fields = fields


class IssuedCodeSerializer(serializers.Serializer[Any]):
    """The authorization code, for the only time."""

    code = serializers.CharField(help_text=_("仅在本次答复中出现，请立即妥善保存"))


class BoundsSerializer(serializers.Serializer[Any]):
    """From where, when, how often and until when a code may be used."""

    networks = serializers.ListField(
        child=serializers.CharField(max_length=50),
        default=list,
        help_text=_("限定网段（CIDR），空为不限"),
    )
    from_hour = serializers.IntegerField(
        default=None, allow_null=True, min_value=0, max_value=HOURS
    )
    until_hour = serializers.IntegerField(
        default=None, allow_null=True, min_value=0, max_value=HOURS
    )
    per_second = serializers.IntegerField(default=USUAL_RATE, min_value=1, max_value=MOST_RATE)
    valid_until = serializers.DateField(default=None, allow_null=True)
    states_purpose = serializers.BooleanField(
        default=False, help_text=_("每次调用须在 X-CBA-Purpose 中申明用途")
    )

    def bounds(self) -> Bounds:
        given = self.validated_data
        return Bounds(**{one.name: given[one.name] for one in fields(Bounds)})


class CodeWantedSerializer(BoundsSerializer):
    """Which code is replaced: the one that was read, so that of several askers one gets it."""

    code_key = serializers.CharField(
        default="",
        allow_blank=True,
        max_length=40,
        help_text=_("读取时正在使用的授权码的标识（code_key），没有的留空；已变化的，返回 409"),
    )
    environment = serializers.ChoiceField(choices=Environment.choices, default=Environment.LIVE)
    overlap_until = serializers.DateTimeField(
        default=None, allow_null=True, help_text=_("被更换的授权码继续可用至，空为立即停用")
    )


class CodeNamedSerializer(serializers.Serializer[Any]):
    """Which code is meant; without its key the one in use in the live environment."""

    code_key = serializers.CharField(default="", allow_blank=True, max_length=40)


class CodeReasonSerializer(CodeNamedSerializer):
    reason = serializers.CharField(max_length=200)


class CodeBoundsSerializer(CodeNamedSerializer, BoundsSerializer):
    """What a code is bound to from now on."""
