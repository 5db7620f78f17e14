"""Words of the demands of the public."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DemandKind(TextChoices):
    REQUEST = "request", _("数据需求")
    ERROR = "error", _("数据纠错")


class DemandState(TextChoices):
    RECEIVED = "received", _("待受理")
    ASSIGNED = "assigned", _("办理中")
    ANSWERED = "answered", _("待公布")
    PUBLISHED = "published", _("已答复")
    DECLINED = "declined", _("不予受理")


class Outcome(TextChoices):
    ADOPTED = "adopted", _("采纳")
    PARTLY = "partly", _("部分采纳")
    NOT_ADOPTED = "not_adopted", _("不采纳")


# What the public reads: the bureau has accepted it. The answer only when its result is published.
ACCEPTED = (DemandState.ASSIGNED, DemandState.ANSWERED, DemandState.PUBLISHED)
# What goes into the yearly adjustment of the open catalog.
TAKEN_UP = (Outcome.ADOPTED, Outcome.PARTLY)
