"""Words of delivery in batches."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Cycle(TextChoices):
    """How often a package is made at most; none is made while the data has not been updated."""

    UPDATE = "update", _("数据更新即交换")
    DAILY = "daily", _("每日")
    WEEKLY = "weekly", _("每周")
    MONTHLY = "monthly", _("每月")


# Least days between two packages.
LEAST_DAYS: dict[str, int] = {Cycle.UPDATE: 0, Cycle.DAILY: 1, Cycle.WEEKLY: 7, Cycle.MONTHLY: 28}


class Extent(TextChoices):
    FULL = "full", _("全量")
    CHANGES = "changes", _("增量")
    MENDED = "mended", _("更正")  # the rows of one correction; never arranged, only caused


class Format(TextChoices):
    CSV = "csv", "CSV"
    PARQUET = "parquet", "Parquet"


ARRANGED = (Extent.FULL, Extent.CHANGES)


class PackageState(TextChoices):
    WAITING = "waiting", _("正在打包")
    READY = "ready", _("待签收")
    RECEIVED = "received", _("已签收")
    FAILED = "failed", _("打包失败")
    CLEARED = "cleared", _("文件已清理")


FETCHABLE = (PackageState.READY, PackageState.RECEIVED)
