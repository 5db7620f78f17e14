"""Words of the organizations app: kinds of department, levels and competences."""

from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

EARLIEST = date(1949, 10, 1)  # no department, and no day of the portal, is older


class Kind(TextChoices):
    GOVERNMENT = "government", _("政务部门")  # HK-13(3)
    INSTITUTION = "institution", _("公共管理和服务机构")  # HK-18(3)


class Level(TextChoices):
    CITY = "city", _("市级")
    DISTRICT = "district", _("区级")


class Competence(TextChoices):
    """City-wide tasks that the regulation gives to one department (HK-6, HK-7)."""

    BIG_DATA = "big_data", _("大数据发展")
    INFORMATIZATION = "informatization", _("信息化")
    CYBERSPACE = "cyberspace", _("网络安全和信息化")
    STATISTICS = "statistics", _("统计")
    STANDARDS = "standards", _("标准化")
    AUDIT = "audit", _("审计")
    GOVERNMENT = "government", _("本级人民政府")


class ChangeKind(TextChoices):
    RENAMED = "renamed", _("更名")
    MERGED = "merged", _("并入其他单位")
    RETIRED = "retired", _("撤销")
