"""AnswerPaper: the numbered official documents in which an application is answered."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from citybrain.organizations.models import Department
from sharing.models.application import ShareApplication


class PaperKind(models.TextChoices):
    REPLY = "reply", _("复函")
    AUTHORIZATION = "authorization", _("授权书")


class AnswerPaper(models.Model):
    """`facts` are frozen when it is numbered, `seal` is their SM3 digest and stands in the text.

    The file is made of the facts when it is first asked for, and kept: `digest` is the SM3 of what
    people have in their hands from then on.
    """

    application = models.ForeignKey(ShareApplication, models.PROTECT, related_name="papers")
    issuer = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("发文单位"), related_name="+"
    )
    kind = models.CharField(_("文种"), max_length=14, choices=PaperKind)
    number = models.CharField(_("发文字号"), max_length=80, db_index=True)
    facts = models.JSONField(_("内容"))
    seal = models.CharField(_("校验码"), max_length=64)
    issued_at = models.DateTimeField(_("出具时间"))
    content = models.BinaryField(null=True)
    digest = models.CharField(_("文件摘要"), max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("答复文书")
        ordering = ["id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["application", "kind"], name="paper_once_per_application"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"
