"""Words of disputes (SC-28)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

LONGEST = 4000


class DisputeState(TextChoices):
    NEGOTIATING = "negotiating", _("双方协商")
    MEDIATING = "mediating", _("大数据主管部门协调")
    DECIDING = "deciding", _("报请市政府决定")
    SETTLED = "settled", _("协商一致")
    DECIDED = "decided", _("市政府已决定，待执行")
    EXECUTED = "executed", _("已执行")
    WITHDRAWN = "withdrawn", _("已撤回")


OPEN = (DisputeState.NEGOTIATING, DisputeState.MEDIATING, DisputeState.DECIDING)
UNFINISHED = (*OPEN, DisputeState.DECIDED)


class Effect(TextChoices):
    """What an outcome does to the authorization that the dispute is about."""

    NONE = "none", _("维持现状，不改变授权")
    SUSPEND = "suspend", _("暂停授权")
    RESUME = "resume", _("恢复授权")
    REVOKE = "revoke", _("终止授权")
    APPLY = "apply", _("由申请单位重新申请，提供单位按结果答复")
