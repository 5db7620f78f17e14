"""RowLimit 数据范围限定: which rows an application is to be granted, set by the provider."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from citybrain.organizations.models import User
from sharing.models.application import ShareApplication


class RowLimit(models.Model):
    """For one item, the values that a row may have; frozen into the terms when it is agreed."""

    application = models.OneToOneField(
        ShareApplication, models.CASCADE, related_name="row_limit", verbose_name=_("共享申请")
    )
    item = models.CharField(_("信息项"), max_length=100)
    values = models.JSONField(_("取值"), default=list)
    set_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField(_("设定时间"), auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = _("数据范围限定")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.item}：{'、'.join(self.values)}"
