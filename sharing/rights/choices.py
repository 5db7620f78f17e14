"""Words and limits of the rights of use (SC-25, SC-27, SC-29)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

# Calendar days before the end of a period at which both sides are told.
TOLD_BEFORE = (30, 7, 1)
LONGEST = 2000


class ReportKind(TextChoices):
    HALF_YEAR = "half_year", _("半年使用记录")
    DISPOSAL = "disposal", _("数据处置证明")


class ReportState(TextChoices):
    DUE = "due", _("待使用单位填报")
    FILED = "filed", _("待提供单位核对")
    CONFIRMED = "confirmed", _("已核对")


class ReminderKind(TextChoices):
    EXPIRY = "expiry", _("到期提醒")
    IDLE = "idle", _("长期未用，建议收回")


class MatterKind(TextChoices):
    """What happens to a use before its time, and to data beyond it (SC-25, SC-27)."""

    MISUSE = "misuse", _("违规使用整改")
    STOP = "stop", _("停止或者变更提供")
    FORWARD = "forward", _("向第三方提供")


class MatterState(TextChoices):
    RECTIFYING = "rectifying", _("限期整改")
    EXAMINING = "examining", _("整改待核查")
    RECTIFIED = "rectified", _("已整改，恢复使用")
    ENDED = "ended", _("拒不整改，终止授权")
    NEGOTIATING = "negotiating", _("待使用单位答复")
    OBJECTED = "objected", _("使用单位不同意")
    AGREED = "agreed", _("协商一致，待备案")
    FILED = "filed", _("已备案")
    ASKED = "asked", _("待提供单位同意")
    GRANTED = "granted", _("提供单位已同意")
    REFUSED = "refused", _("提供单位不同意")
    WITHDRAWN = "withdrawn", _("已撤回")


FIRST_STATE = {
    MatterKind.MISUSE: MatterState.RECTIFYING,
    MatterKind.STOP: MatterState.NEGOTIATING,
    MatterKind.FORWARD: MatterState.ASKED,
}
UNFINISHED = (
    MatterState.RECTIFYING,
    MatterState.EXAMINING,
    MatterState.NEGOTIATING,
    MatterState.OBJECTED,
    MatterState.AGREED,
    MatterState.ASKED,
)

# Which side of the authorization a report or a matter waits for.
REPORT_WAITS_FOR: dict[str, str] = {
    ReportState.DUE: "consumer",
    ReportState.FILED: "provider",
}
MATTER_WAITS_FOR: dict[str, str] = {
    MatterState.RECTIFYING: "consumer",
    MatterState.NEGOTIATING: "consumer",
    MatterState.EXAMINING: "provider",
    MatterState.OBJECTED: "provider",
    MatterState.ASKED: "provider",
}
