"""ImportBatch: one uploaded workbook, from preview to saved entries."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from citybrain.organizations.models import Department, User


class BatchState(models.TextChoices):
    UPLOADED = "uploaded", _("等待检查")
    PREVIEWED = "previewed", _("等待确认")
    CONFIRMED = "confirmed", _("正在导入")
    APPLIED = "applied", _("已导入")
    FAILED = "failed", _("不能导入")
    CANCELLED = "cancelled", _("已放弃")


class ImportBatch(models.Model):
    """The file and what was found in it. Nothing of it is in the catalog before it is confirmed.

    What is left to do is read from `state`, so a killed worker or an absent Redis only delays it.
    """

    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("单位"), related_name="+"
    )
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("上传时间"), auto_now_add=True)
    file_name = models.CharField(_("文件名"), max_length=200)
    content = models.BinaryField()
    state = models.CharField(
        _("状态"), max_length=12, choices=BatchState, default=BatchState.UPLOADED
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    plan = models.JSONField(default=dict)
    issues = models.JSONField(default=list)
    added = models.PositiveIntegerField(_("新增"), default=0)
    changed = models.PositiveIntegerField(_("变更"), default=0)
    refused = models.PositiveIntegerField(_("拒绝"), default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("目录导入")
        ordering = ["-uploaded_at"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.file_name
