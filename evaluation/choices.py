"""Words of the evaluation app."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ReportState(TextChoices):
    QUEUED = "queued", _("等待编制")
    RUNNING = "running", _("正在编制")
    DONE = "done", _("已编制")
    FAILED = "failed", _("编制失败")


UNFINISHED = (ReportState.QUEUED, ReportState.RUNNING)
