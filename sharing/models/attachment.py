"""Attachment 附件: a paper that belongs to a matter of sharing, such as an application."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from citybrain.organizations.models import User


class FileKind(models.TextChoices):
    PDF = "pdf", "PDF"
    DOCX = "docx", "Word"
    XLSX = "xlsx", "Excel"
    OFD = "ofd", "OFD"
    PNG = "png", "PNG"
    JPEG = "jpg", "JPEG"


class Attachment(models.Model):
    """Whoever sees the subject sees it. `subject_type` is the model's label as in duties.

    `name` is what people call it, never a path; `digest` the SM3 of the file.
    """

    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    name = models.CharField(_("文件名"), max_length=120)
    kind = models.CharField(_("文件类型"), max_length=4, choices=FileKind)
    size = models.PositiveIntegerField(_("大小"))
    digest = models.CharField(_("文件摘要"), max_length=64)
    added_by = models.ForeignKey(User, models.PROTECT, verbose_name=_("上传人"), related_name="+")
    added_at = models.DateTimeField(_("上传时间"), auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = _("附件")
        ordering = ["id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "digest"], name="file_once_per_subject"
            )
        ]

    def __str__(self) -> str:
        return self.name


class AttachmentContent(models.Model):
    """The file, in the database: it comes and goes with its row, and no path leads to it."""

    attachment = models.OneToOneField(Attachment, models.CASCADE, related_name="content")
    data = models.BinaryField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.attachment)
