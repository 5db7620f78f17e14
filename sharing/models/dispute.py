"""Dispute 争议 between two departments on an application or a grant, and the Opinion of an expert."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from citybrain.organizations.models import Department, User
from citybrain.stateful import StatefulModel
from sharing.disputes.choices import LONGEST, OPEN, DisputeState, Effect
from sharing.models.application import ShareApplication


class Dispute(StatefulModel):
    """About one application and what came of it. `outcome` is what was agreed or decided, `provider`
    whichever side carries it out."""

    number = models.CharField(_("争议编号"), max_length=30, unique=True, editable=False)
    application = models.ForeignKey(
        ShareApplication, models.PROTECT, verbose_name=_("共享申请"), related_name="disputes"
    )
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("提出单位"), related_name="+"
    )
    respondent = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("对方单位"), related_name="+"
    )
    provider = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("提供单位"), related_name="+"
    )
    claim = models.TextField(_("争议事项和主张"), max_length=LONGEST)
    basis = models.CharField(_("依据"), max_length=500, blank=True)
    reply = models.TextField(_("对方意见"), max_length=LONGEST, blank=True)
    opinion = models.TextField(_("大数据主管部门意见"), max_length=LONGEST, blank=True)
    outcome = models.TextField(_("结果"), max_length=LONGEST, blank=True)
    document_number = models.CharField(_("决定文号"), max_length=60, blank=True)
    effect = models.CharField(_("对授权的影响"), max_length=10, choices=Effect, blank=True)
    execution = models.TextField(_("执行情况"), max_length=LONGEST, blank=True)
    state = models.CharField(
        _("状态"),
        max_length=12,
        choices=DisputeState,
        default=DisputeState.NEGOTIATING,
        editable=False,
    )
    raised_at = models.DateTimeField(_("提出时间"), auto_now_add=True)
    ended_at = models.DateTimeField(_("办结时间"), null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("共享争议")
        ordering = ["-id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=models.Q(state__in=OPEN),
                name="one_open_dispute",
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="dispute_by_state")]

    def __str__(self) -> str:
        return f"{self.number} {self.application.entry.title}"


class ExpertOpinion(models.Model):
    """What the bureau asked an expert, and what was answered (HK-5)."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="opinions")
    expert = models.CharField(_("专家"), max_length=60)
    institution = models.CharField(_("单位和专业"), max_length=120)
    question = models.TextField(_("咨询的问题"), max_length=LONGEST)
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(_("咨询时间"), auto_now_add=True)
    answer = models.TextField(_("专家意见"), max_length=LONGEST, blank=True)
    answered_on = models.DateField(_("出具日期"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("专家意见")
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.expert}（{self.institution}）"
