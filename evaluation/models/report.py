"""AnnualReport 年度报告: one compilation of one year, from the request to the document."""

from datetime import date, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from citybrain.stateful import StatefulModel
from evaluation.choices import UNFINISHED, ReportState


class AnnualReport(StatefulModel):
    """The facts of a year as they were at `compiled_from`, sealed with SM3, and the .docx of them.

    What is left to do is read from `state`, so a killed worker or an absent Redis only delays it.
    A year may be compiled again; each compilation stays. `submitted_by` is who asked for it, None
    when it was due by the calendar.
    """

    year = models.PositiveSmallIntegerField(_("年度"))
    compiled_from = models.DateTimeField(_("数据截至"))
    state = models.CharField(
        _("状态"),
        max_length=8,
        choices=ReportState,
        default=ReportState.QUEUED,
        editable=False,
    )
    requested_at = models.DateTimeField(_("提出时间"))
    claimed_at = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    steps_done = models.PositiveSmallIntegerField(_("进度"), default=0, editable=False)
    finished_at = models.DateTimeField(_("完成时间"), null=True, editable=False)
    facts = models.JSONField(_("事实数据"), null=True, editable=False)
    digest = models.CharField(_("数据摘要"), max_length=64, blank=True, editable=False)
    document = models.BinaryField(_("报告文件"), null=True)
    error = models.CharField(_("失败原因"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("年度报告")
        ordering = ["-year", "-id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["year"],
                condition=models.Q(state__in=UNFINISHED),
                name="one_unfinished_report_per_year",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ReportState.DONE)
                | (
                    models.Q(facts__isnull=False, document__isnull=False, finished_at__isnull=False)
                    & ~models.Q(digest="")
                ),
                name="finished_report_whole",
            ),
        ]
        indexes = [models.Index(fields=["state", "-year", "-id"], name="report_by_state")]

    def __str__(self) -> str:
        title = f"{self.year}年度政务信息资源共享情况报告"
        last = self.last_day
        return title if last is None else f"{title}（截至{last.month}月{last.day}日）"

    @property
    def last_day(self) -> date | None:
        """The last day that it covers of a year that had not ended; None when it covers it all."""
        day = timezone.localdate(self.compiled_from) - timedelta(days=1)
        return day if day < date(self.year, 12, 31) else None

    @property
    def year_and_day(self) -> str:
        """For names of files: ``2025``, or ``2026-1126`` of a year that had not ended."""
        return f"{self.year}-{self.last_day:%m%d}" if self.last_day else str(self.year)

    @property
    def is_unfinished(self) -> bool:
        """Whether a worker has something to do on it."""
        return self.state in UNFINISHED
