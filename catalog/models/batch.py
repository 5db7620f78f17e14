"""ImportBatch: one uploaded workbook, from preview to saved entries."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.entry import CatalogEntry
from citybrain.organizations.models import Department, User


class BatchState(models.TextChoices):
    UPLOADED = "uploaded", _("等待检查")
    PREVIEWED = "previewed", _("等待确认")
    CONFIRMED = "confirmed", _("正在导入")
    APPLIED = "applied", _("已导入")
    FAILED = "failed", _("不能导入")
    CANCELLED = "cancelled", _("已放弃")


class RowAction(models.TextChoices):
    """What importing one row of the sheet of entries does, or did."""

    ADD = "add", _("新增")
    CHANGE = "change", _("变更")
    SAME = "same", _("无变化")
    REFUSED = "refused", _("拒绝")


class ImportBatch(models.Model):
    """The file and what was found in it. Nothing of it is in the catalog before it is confirmed.

    What is left to do is read from `state`, so a killed worker or an absent Redis only delays it.
    `issues` are those of the file and of item rows that belong to no entry; each is a dictionary
    of sheet, row, column, heading and message. `annotated` is the file with its faulty cells marked,
    made by the worker; empty with `annotated_at` set means that none could be made. Both files are
    forgotten some months after the last step (catalog/services/import_files.py).
    """

    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("单位"), related_name="+"
    )
    uploaded_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("上传人"), related_name="+"
    )
    uploaded_at = models.DateTimeField(_("上传时间"), auto_now_add=True)
    file_name = models.CharField(_("文件名"), max_length=200)
    content = models.BinaryField()
    annotated = models.BinaryField(default=b"")
    annotated_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(
        _("状态"), max_length=12, choices=BatchState, default=BatchState.UPLOADED
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    issues = models.JSONField(default=list)
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("确认人"), null=True, blank=True, related_name="+"
    )
    strict = models.BooleanField(_("有一行不能导入则全部不导入"), default=False)
    added = models.PositiveIntegerField(_("新增"), default=0)
    changed = models.PositiveIntegerField(_("变更"), default=0)
    unchanged = models.PositiveIntegerField(_("无变化"), default=0)
    refused = models.PositiveIntegerField(_("拒绝"), default=0)
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("目录导入")
        ordering = ["-uploaded_at"]
        default_permissions = ()
        indexes = [models.Index(fields=["department", "-uploaded_at"], name="batch_by_owner")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_running(self) -> bool:
        """Whether a worker has something to do on it."""
        return self.state in (BatchState.UPLOADED, BatchState.CONFIRMED)

    @property
    def has_issues(self) -> bool:
        """Whether something was found wrong in the file."""
        return bool(self.issues or self.refused)

    @property
    def label(self) -> str:
        """Where it stands, in words."""
        if self.is_idle:
            return str(_("没有可导入的内容"))
        return str(self.get_state_display())

    @property
    def is_idle(self) -> bool:
        """Whether it was previewed and has nothing to import, so that it waits for nobody."""
        return self.state == BatchState.PREVIEWED and not self.has_work

    @property
    def has_work(self) -> bool:
        """Whether importing it would change the catalog."""
        return bool(self.added or self.changed)


class ImportRow(models.Model):
    """One row of the sheet of entries with its items: as it was previewed is how it is applied.

    `entry` and `version` are what a change was compared with; an added row gets its entry when it
    is applied. `differences` are (label, before, after), `issues` as in ImportBatch.
    """

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("行"))
    action = models.CharField(_("结果"), max_length=8, choices=RowAction)
    title = models.CharField(_("信息资源名称"), max_length=200)
    item_count = models.PositiveIntegerField(_("信息项数"), default=0)
    entry = models.ForeignKey(CatalogEntry, models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(null=True)
    values = models.JSONField(default=dict)
    items = models.JSONField(default=list)
    differences = models.JSONField(default=list)
    issues = models.JSONField(default=list)

    class Meta:
        verbose_name = verbose_name_plural = _("导入行")
        ordering = ["number"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="import_row_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"
