"""Words of the duties app: where a statutory clock stands."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DutyState(TextChoices):
    """Worked out from a duty's dates and today, never stored."""

    DUE = "due", _("办理中")
    SOON = "soon", _("即将到期")
    TODAY = "today", _("今日到期")
    OVERDUE = "overdue", _("已超期")
    PAUSED = "paused", _("暂停计时")
    DONE = "done", _("按时办结")
    LATE = "late", _("逾期办结")
    CANCELLED = "cancelled", _("已撤销")


SOON_DAYS = 3  # working days left from which a duty is shown as soon due
