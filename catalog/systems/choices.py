"""Words of the register of information systems."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class SystemState(TextChoices):
    BUILDING = "building", _("在建")
    IN_USE = "in_use", _("在用")
    RETIRED = "retired", _("已停用")


class Network(TextChoices):
    GOVERNMENT = "government", _("政务外网")
    INTERNET = "internet", _("互联网")
    BUSINESS = "business", _("业务专网")
    STANDALONE = "standalone", _("单机")


class Hosting(TextChoices):
    """HK-12: new systems run on the government cloud, the others move there."""

    CLOUD = "cloud", _("已部署在电子政务云")
    ELSEWHERE = "elsewhere", _("未上云")


class Entrance(TextChoices):
    """HK-12: entrances for the public are part of the city's one platform."""

    NONE = "none", _("没有面向公众的入口")
    INTEGRATED = "integrated", _("已集成到市统一入口")
    SEPARATE = "separate", _("单独设置入口")


class ProtectionLevel(IntegerChoices):
    """Multi-level protection 网络安全等级保护 (GB/T 22240-2020)."""

    NONE = 0, _("未定级")
    FIRST = 1, _("第一级")
    SECOND = 2, _("第二级")
    THIRD = 3, _("第三级")
    FOURTH = 4, _("第四级")
    FIFTH = 5, _("第五级")


class Cryptography(TextChoices):
    """The plan for commercial cryptography and its assessment 密评 (GB/T 39786-2021)."""

    NONE = "none", _("没有密码应用方案")
    PLANNED = "planned", _("已有密码应用方案，尚未评估")
    ASSESSED = "assessed", _("已通过密码应用安全性评估")
    NOT_NEEDED = "not_needed", _("经研判无须评估")


class Platform(TextChoices):
    """HK-15: data goes through the city's sharing and exchange platform."""

    CONNECTED = "connected", _("已对接共享交换平台")
    PLANNED = "planned", _("计划对接")
    NONE = "none", _("未对接")


# From this level on the system is on file with the police, and how often it is to be assessed:
# 等保 by its level (once in two years is advice for the second), 密评 from the third level on.
FILED_FROM = ProtectionLevel.SECOND
ASSESSED_EVERY_DAYS: dict[int, int] = {
    ProtectionLevel.SECOND: 2 * 366,
    ProtectionLevel.THIRD: 366,
    ProtectionLevel.FOURTH: 184,
    ProtectionLevel.FIFTH: 184,
}
CRYPTOGRAPHY_FROM = ProtectionLevel.THIRD
CRYPTOGRAPHY_DAYS = 366
