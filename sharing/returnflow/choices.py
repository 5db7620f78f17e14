from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Source(TextChoices):
    """Whose data it is: the levels above the city."""

    PROVINCE = "province", _("省级")
    NATION = "nation", _("国家级")


class NeedState(TextChoices):
    DRAFT = "draft", _("待完善")
    SIGNING = "signing", _("待本单位签发")
    FILING = "filing", _("待报省级")
    FILED = "filed", _("已报省级，待答复")
    GRANTED = "granted", _("省级同意，待回流")
    REFUSED = "refused", _("省级不同意")
    DELIVERED = "delivered", _("已回流")
    WITHDRAWN = "withdrawn", _("已撤回")


INSIDE = (NeedState.DRAFT, NeedState.SIGNING)  # not signed: only the department knows of it
OPEN_NEEDS = (*INSIDE, NeedState.FILING, NeedState.FILED, NeedState.GRANTED)
WITH_THE_BUREAU = (NeedState.FILING, NeedState.FILED, NeedState.GRANTED)
ANSWERABLE = (NeedState.FILED, NeedState.GRANTED)  # a package may be what the need asked for


class PackageState(TextChoices):
    CHECKING = "checking", _("正在检查")
    CHECKED = "checked", _("待下发")
    FAILED = "failed", _("不能使用")
    DISTRIBUTED = "distributed", _("已下发")
    DISCARDED = "discarded", _("已作废")
