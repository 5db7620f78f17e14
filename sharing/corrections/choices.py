"""Words of corrections."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class CorrectionState(TextChoices):
    OPEN = "open", _("待核实")
    CORRECTED = "corrected", _("已更正")
    PARTLY = "partly", _("部分更正")
    UPHELD = "upheld", _("经核实无误")


# Something of it was wrong, and has been put right.
MENDED = (CorrectionState.CORRECTED, CorrectionState.PARTLY)


class Origin(TextChoices):
    CONSUMER = "consumer", _("使用单位")
    PUBLIC = "public", _("社会公众")


class LineKind(TextChoices):
    VALUE = "value", _("值有误")
    MISSING = "missing", _("缺少该行")
    SUPERFLUOUS = "superfluous", _("多余的行")


class Finding(TextChoices):
    CONFIRMED = "confirmed", _("属实")
    UPHELD = "upheld", _("不属实")
