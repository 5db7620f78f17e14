"""DataUpload 数据上传: a file of rows for an entry, from upload to what is served."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models import CatalogEntry
from citybrain.organizations.models import User
from sharing.models.service import HostedDataset


class UploadState(models.TextChoices):
    UPLOADED = "uploaded", _("正在检查")
    CHECKED = "checked", _("等待确认")
    CONFIRMED = "confirmed", _("正在更新")
    HOSTED = "hosted", _("已更新")
    FAILED = "failed", _("不能使用")
    CANCELLED = "cancelled", _("已放弃")


LIVE_UPLOADS = (UploadState.UPLOADED, UploadState.CHECKED, UploadState.CONFIRMED)
RUNNING = (UploadState.UPLOADED, UploadState.CONFIRMED)


class DataUpload(models.Model):
    """Nothing of the file is served before it is confirmed.

    What is left to do is read from `state`, so a killed worker or an absent Redis only delays it.
    The file and the sample of its rows are kept until the upload has ended, not longer. `replaces`
    is what was served when it was checked; `added` and so on compare with that, by primary key
    where the entry has one. `issues` are dictionaries of sheet, row, column, heading, message.
    """

    entry = models.ForeignKey(
        CatalogEntry, models.PROTECT, verbose_name=_("信息资源"), related_name="+"
    )
    uploaded_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("上传人"), related_name="+"
    )
    uploaded_at = models.DateTimeField(_("上传时间"), auto_now_add=True)
    file_name = models.CharField(_("文件名"), max_length=200)
    content = models.BinaryField(null=True)
    state = models.CharField(
        _("状态"), max_length=12, choices=UploadState, default=UploadState.UPLOADED
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    issues = models.JSONField(default=list)
    sample = models.JSONField(default=list)
    rows = models.PositiveIntegerField(_("数据行数"), default=0)
    replaces = models.ForeignKey(HostedDataset, models.PROTECT, null=True, related_name="+")
    added = models.PositiveIntegerField(_("新增行"), default=0)
    changed = models.PositiveIntegerField(_("变更行"), default=0)
    removed = models.PositiveIntegerField(_("减少行"), default=0)
    unchanged = models.PositiveIntegerField(_("无变化行"), default=0)
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("确认人"), null=True, blank=True, related_name="+"
    )
    dataset = models.OneToOneField(HostedDataset, models.PROTECT, null=True, related_name="+")
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("数据上传")
        ordering = ["-id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["entry"],
                condition=Q(state__in=LIVE_UPLOADS),
                name="one_live_upload_per_entry",
            )
        ]
        indexes = [models.Index(fields=["entry", "-id"], name="upload_by_entry")]

    def __str__(self) -> str:
        return f"{self.entry.title} {self.file_name}"

    @property
    def is_running(self) -> bool:
        """Whether a worker has something to do on it."""
        return self.state in RUNNING
