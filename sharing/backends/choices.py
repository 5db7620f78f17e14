"""Words of backends."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class BackendState(TextChoices):
    PROPOSED = "proposed", _("待大数据局确认")
    IN_FORCE = "in_force", _("已启用")
    DECLINED = "declined", _("未予确认")
    REPLACED = "replaced", _("已更换")
    WITHDRAWN = "withdrawn", _("已撤回")


class Paging(TextChoices):
    """How an upstream interface is asked for the rows after the first page."""

    OFFSET = "offset", _("偏移量：跳过多少行")
    PAGE = "page", _("页码：从1开始")
