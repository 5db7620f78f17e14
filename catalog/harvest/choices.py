"""Words of harvesting: which kinds of portal are understood, and how often one is asked."""

from datetime import timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SourceKind(TextChoices):
    CKAN = "ckan", _("CKAN 接口")
    DCAT = "dcat", _("DCAT 目录（JSON-LD）")
    DATA_JSON = "data_json", _("data.json 目录")


class Schedule(TextChoices):
    MANUAL = "manual", _("只在人工采集时")
    DAILY = "daily", _("每日")
    WEEKLY = "weekly", _("每周")
    MONTHLY = "monthly", _("每月")


# A little less than the words say, so that a run is not put off by how long the last one took.
INTERVALS: dict[str, timedelta] = {
    Schedule.DAILY: timedelta(hours=22),
    Schedule.WEEKLY: timedelta(days=7) - timedelta(hours=2),
    Schedule.MONTHLY: timedelta(days=30) - timedelta(hours=2),
}


class RunState(TextChoices):
    WAITING = "waiting", _("正在采集")
    DONE = "done", _("已完成")
    FAILED = "failed", _("没有完成")
