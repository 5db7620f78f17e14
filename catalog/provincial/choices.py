"""Words of the provincial reporting."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ReportKind(TextChoices):
    ACCEPTANCE = "acceptance", _("项目验收结果")
    PACKAGE = "package", _("目录包")


class PackageScope(TextChoices):
    FULL = "full", _("全部已发布目录")
    CHANGES = "changes", _("上次回执以来的变化")


class ProvincialState(TextChoices):
    PREPARING = "preparing", _("正在编制")
    WAITING = "waiting", _("待报送")
    SUBMITTED = "submitted", _("已报送，待回执")
    RECEIVED = "received", _("已回执")
    REJECTED = "rejected", _("省级退回")
    DISCARDED = "discarded", _("已作废")
    FAILED = "failed", _("编制失败")


class LineChange(TextChoices):
    ADDED = "added", _("新增")
    CHANGED = "changed", _("变更")
    REMOVED = "removed", _("停用")
    SAME = "same", _("无变化")


class Way(TextChoices):
    PLATFORM = "platform", _("省政务数据目录系统")
    EXCHANGE = "exchange", _("省数据共享交换平台")
    PAPER = "paper", _("公文交换")


# In which a package is on its way: the next one is compiled when it has come to an end.
UNDER_WAY = (
    ProvincialState.PREPARING,
    ProvincialState.WAITING,
    ProvincialState.SUBMITTED,
    ProvincialState.REJECTED,
)
