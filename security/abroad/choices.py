"""Words of the register of what allows data to leave the country."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ExportWay(TextChoices):
    """The three ways of 《促进和规范数据跨境流动规定》 (2024)."""

    ASSESSMENT = "assessment", _("数据出境安全评估")
    CONTRACT = "contract", _("个人信息出境标准合同备案")
    CERTIFICATION = "certification", _("个人信息保护认证")


class AssessmentState(TextChoices):
    REGISTERED = "registered", _("待网信部门核对")
    CONFIRMED = "confirmed", _("已核对")
    RETURNED = "returned", _("核对不符")
    ENDED = "ended", _("已终止")
