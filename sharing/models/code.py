"""AuthorizationCode 接口授权码: the key to an authorization, and what is remembered of its use."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from citybrain.organizations.models import User
from sharing.codes.choices import USUAL_RATE, Environment
from sharing.models.authorization import Authorization


class AuthorizationCode(models.Model):
    """`cba_<key>.<secret>`: shown once (HK-38).

    Of the secret of a plain code only a keyed SM3 hash is stored, of that of a signing code nothing
    (sharing/codes/signing.py). Of one authorization and environment one code is in use; the one
    before it, which it has replaced, may go on until `ends_at`.
    """

    authorization = models.ForeignKey(Authorization, models.PROTECT, related_name="codes")
    key = models.CharField(_("授权码标识"), max_length=16, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    environment = models.CharField(
        _("环境"), max_length=8, choices=Environment, default=Environment.LIVE
    )
    signs = models.BooleanField(_("须签名调用"), default=False, editable=False)
    networks = ArrayField(
        models.CharField(max_length=43), verbose_name=_("限定网段"), default=list, blank=True
    )
    from_hour = models.PositiveSmallIntegerField(_("每日开始时间"), null=True, blank=True)
    until_hour = models.PositiveSmallIntegerField(_("每日结束时间"), null=True, blank=True)
    per_second = models.PositiveSmallIntegerField(_("每秒调用次数"), default=USUAL_RATE)
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    states_purpose = models.BooleanField(_("须申明用途"), default=False)
    issued_at = models.DateTimeField(_("领取时间"), auto_now_add=True)
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    replaced_at = models.DateTimeField(_("更换时间"), null=True, blank=True)
    ends_at = models.DateTimeField(_("更换后可用至"), null=True, blank=True)
    suspended_at = models.DateTimeField(_("暂停时间"), null=True, blank=True)
    suspend_reason = models.CharField(_("暂停原因"), max_length=200, blank=True)
    held_by_bureau = models.BooleanField(_("由主管部门暂停"), default=False)
    revoked_at = models.DateTimeField(_("停用时间"), null=True, blank=True)
    revoke_reason = models.CharField(_("停用原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("接口授权码")
        ordering = ["-id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["authorization", "environment"],
                condition=models.Q(revoked_at__isnull=True, replaced_at__isnull=True),
                name="one_code_in_use_per_environment",
            )
        ]

    def __str__(self) -> str:
        return f"cba_{self.key}"

    def is_usable(self, at: datetime) -> bool:
        """Whether it opens anything at that moment, apart from its networks and hours."""
        return (
            self.revoked_at is None
            and (self.ends_at is None or at < self.ends_at)
            and (self.valid_until is None or timezone.localdate(at) <= self.valid_until)
        )


class CodeNetwork(models.Model):
    """A network from which a code was presented, once; a further one is told as a possible leak."""

    code = models.ForeignKey(AuthorizationCode, models.PROTECT, related_name="seen_networks")
    network = models.CharField(_("来源网段"), max_length=43)
    first_seen = models.DateTimeField(_("首次出现时间"))
    told = models.BooleanField(_("已提醒"), default=False)

    class Meta:
        ordering = ["first_seen"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["code", "network"], name="network_once_per_code")
        ]

    def __str__(self) -> str:
        return self.network


class UsedNonce(models.Model):
    """A nonce that a served call was signed with; written with the record of that call."""

    code = models.ForeignKey(
        AuthorizationCode, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    nonce = models.CharField(max_length=64)
    at = models.DateTimeField()
    pk = models.CompositePrimaryKey("code", "nonce")

    class Meta:
        default_permissions = ()
        # Written with every signed call and looked for once an hour: it has to cost next to nothing.
        indexes = [BrinIndex(fields=["at"], name="nonce_by_time")]

    def __str__(self) -> str:
        return self.nonce
