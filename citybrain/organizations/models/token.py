"""Tokens for the REST API: bound to a person, with scopes and an expiry."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from citybrain.names import NameField
from citybrain.organizations.models.people import User


class Scope(models.TextChoices):
    READ = "read", _("读取")
    WRITE = "write", _("办理")


class ApiToken(models.Model):
    """`cbt_<key>.<secret>`: the key finds the row, of the secret only a keyed SM3 hash is kept."""

    key = models.CharField(max_length=12, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="api_tokens")
    name = NameField(_("用途"), max_length=80)
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope), verbose_name=_("权限范围"))
    expires_at = models.DateTimeField(_("有效期至"))
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_on = models.DateField(_("最近使用"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("停用时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("接口令牌")
        ordering = ["-created_at"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.name} (cbt_{self.key})"

    @property
    def scope_labels(self) -> list[str]:
        return [str(Scope(scope).label) for scope in self.scopes]

    @property
    def is_live(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()
