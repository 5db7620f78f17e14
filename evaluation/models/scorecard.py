"""Scorecard 评价结果: what one department reached in one compilation (HK-16)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from citybrain.organizations.models import Department
from evaluation.models.report import AnnualReport


class Scorecard(models.Model):
    """The department's line of the report's facts, for those who may see no other line.

    `scores` are dictionaries of code, numerator, denominator and points_centi, in the order of the
    report's indicators; points and totals are hundredths.
    """

    report = models.ForeignKey(AnnualReport, models.PROTECT, related_name="scorecards")
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("单位"), related_name="+"
    )
    name = models.CharField(_("单位简称"), max_length=40)
    place = models.PositiveSmallIntegerField(_("次序"))
    scores = models.JSONField(_("指标得分"))
    total_centi = models.PositiveIntegerField(_("总分"), null=True)
    rank = models.PositiveSmallIntegerField(_("名次"), null=True)
    level = models.CharField(_("等级"), max_length=10, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("评价结果")
        ordering = ["place"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["report", "department"], name="scorecard_once"),
            models.CheckConstraint(
                condition=models.Q(total_centi__isnull=True, rank__isnull=True, level="")
                | (models.Q(total_centi__lte=10_000, rank__isnull=False) & ~models.Q(level="")),
                name="scorecard_total_with_rank_and_level",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report.year}年度 {self.name}"
