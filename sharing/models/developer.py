"""Developer 开放数据开发者: somebody outside with keys for open services, and how they come in."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from citybrain.stateful import StatefulModel
from sharing.developers.choices import DeveloperKind, DeveloperState, LetterKind


class Developer(StatefulModel):
    """A person or company that has confirmed its address. Not a user of the portal.

    Withdrawn, only the number is left of it: name, code, address and purpose are empty.
    """

    number = models.CharField(_("登记编号"), max_length=30, unique=True, editable=False)
    kind = models.CharField(_("类别"), max_length=8, choices=DeveloperKind)
    name = models.CharField(_("名称或姓名"), max_length=100)
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    email = models.EmailField(_("电子邮箱"), max_length=120)
    purpose = models.TextField(_("用途"), max_length=500)
    language = models.CharField(max_length=10, default="zh-hans", editable=False)
    state = models.CharField(
        _("状态"),
        max_length=10,
        choices=DeveloperState,
        default=DeveloperState.ACTIVE,
        editable=False,
    )
    confirmed_at = models.DateTimeField(_("注册时间"), auto_now_add=True)
    suspend_reason = models.CharField(_("暂停原因"), max_length=200, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("注销时间"), null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("开放数据开发者")
        ordering = ["-id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["email"], condition=~Q(email=""), name="one_developer_per_address"
            ),
            models.CheckConstraint(
                condition=~Q(state=DeveloperState.WITHDRAWN)
                | Q(name="", credit_code="", email="", purpose="", suspend_reason=""),
                name="withdrawn_developer_is_nobody",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class DeveloperKey(models.Model):
    """`cbo_<key>.<secret>`: shown once; of the secret a keyed SM3 hash is stored.

    One that was replaced goes on until `ends_at`.
    """

    developer = models.ForeignKey(Developer, models.PROTECT, related_name="keys")
    name = models.CharField(_("密钥用途"), max_length=40, blank=True)
    key = models.CharField(_("密钥标识"), max_length=16, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    issued_at = models.DateTimeField(_("领取时间"), auto_now_add=True)
    ends_at = models.DateTimeField(_("更换后可用至"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("停用时间"), null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("开放服务密钥")
        ordering = ["-id"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"cbo_{self.key}"

    def is_usable(self, at: datetime) -> bool:
        return self.revoked_at is None and (self.ends_at is None or at < self.ends_at)


class DeveloperSession(models.Model):
    """One sign-in of a developer: the browser has the secret, the portal a keyed hash of it."""

    developer = models.ForeignKey(Developer, models.CASCADE, related_name="sessions")
    digest = models.CharField(max_length=64, unique=True)
    ends_at = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.developer} {self.ends_at}"


class DeveloperLetter(models.Model):
    """A mail that is to be sent, then the link in it until it is used or too old; then it is deleted.

    `given` is what was filled in at registration, or the reason that the letter tells of. The link is
    made when the mail is: only a keyed hash of it is kept.
    """

    kind = models.CharField(max_length=10, choices=LetterKind)
    email = models.EmailField(max_length=120)
    language = models.CharField(max_length=10)
    given = models.JSONField(default=dict)
    asked_at = models.DateTimeField(auto_now_add=True, db_index=True)
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    ends_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["digest"], condition=~Q(digest=""), name="letter_link_once"
            )
        ]
        indexes = [models.Index(fields=["email", "asked_at"], name="letter_by_address")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
