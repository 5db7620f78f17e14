"""Authorization 授权: what was granted."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import CatalogEntry, DataItem
from citybrain.organizations.models import Department
from citybrain.stateful import StatefulModel
from sharing.choices import AuthorizationState, Method
from sharing.models.application import ShareApplication


class Authorization(StatefulModel):
    """The frozen terms on which one department may use items of another's entry (HK-38, SC-22)."""

    number = models.CharField(_("授权编号"), max_length=30, unique=True, editable=False)
    application = models.OneToOneField(
        ShareApplication, models.PROTECT, related_name="authorization"
    )
    entry = models.ForeignKey(
        CatalogEntry, models.PROTECT, verbose_name=_("信息资源"), related_name="+"
    )
    provider = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("提供单位"), related_name="+"
    )
    consumer = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("使用单位"), related_name="+"
    )
    method = models.CharField(_("共享方式"), max_length=12, choices=Method)
    starts_on = models.DateField(_("生效日期"))
    ends_on = models.DateField(_("截止日期"))
    daily_quota = models.PositiveIntegerField(_("每日调用额度"))
    terms = models.JSONField(_("授权条款"))
    digest = models.CharField(_("条款摘要"), max_length=64)
    state = models.CharField(
        _("状态"),
        max_length=12,
        choices=AuthorizationState,
        default=AuthorizationState.ACTIVE,
        editable=False,
    )
    granted_at = models.DateTimeField(_("授权时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("授权")
        ordering = ["-id"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["consumer", "state", "-id"], name="authorization_by_consumer"),
            models.Index(fields=["provider", "state", "-id"], name="authorization_by_provider"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.entry.title}"

    @property
    def is_in_period(self) -> bool:
        return self.starts_on <= timezone.localdate() <= self.ends_on


class AuthorizationItem(models.Model):
    """One granted item. `masked` was decided from the grade when the grant was made."""

    authorization = models.ForeignKey(Authorization, models.CASCADE, related_name="items")
    item = models.ForeignKey(DataItem, models.PROTECT, related_name="+")
    masked = models.BooleanField(_("脱敏提供"))
    category = models.CharField(max_length=24, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["authorization", "item"], name="item_once_per_authorization"
            )
        ]

    def __str__(self) -> str:
        return str(self.item)
