"""Words of the security app: grades of GB/T 43697-2024 and categories of data items."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from catalog.choices import Grade

# From the least to the most protected: 就高从严 compares by this order.
GRADE_ORDER: tuple[str, ...] = tuple(Grade.values)
MASKED_FROM = Grade.GENERAL_3


def at_least(grade: str, floor: str) -> bool:
    """Whether `grade` is `floor` or more protected."""
    return GRADE_ORDER.index(grade) >= GRADE_ORDER.index(floor)


class Category(TextChoices):
    """What an item is about. The personal kinds are those of GB/T 35273 annexes A and B."""

    PERSONAL_BASIC = "personal_basic", _("个人基本资料")
    PERSONAL_IDENTITY = "personal_identity", _("个人身份信息")
    PERSONAL_CONTACT = "personal_contact", _("个人联系信息")
    PERSONAL_HEALTH = "personal_health", _("个人健康生理信息")
    PERSONAL_PROPERTY = "personal_property", _("个人财产信息")
    PERSONAL_LOCATION = "personal_location", _("个人位置信息")
    ORGANIZATION = "organization", _("组织信息")
    PUBLIC_ADMINISTRATION = "public_administration", _("公共管理信息")
    GEOSPATIAL = "geospatial", _("地理空间信息")
    STATISTICS = "statistics", _("统计信息")
    OPERATION = "operation", _("业务运行信息")


PERSONAL = frozenset(value for value in Category.values if value.startswith("personal_"))
# Sensitive personal information (Personal Information Protection Law 28; GB/T 35273 annex B).
SENSITIVE = frozenset(
    {
        Category.PERSONAL_IDENTITY,
        Category.PERSONAL_HEALTH,
        Category.PERSONAL_PROPERTY,
        Category.PERSONAL_LOCATION,
    }
)
