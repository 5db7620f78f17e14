"""What can be followed, and what can happen to it."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class WatchKind(TextChoices):
    SEARCH = "search", _("检索条件")
    ENTRY = "entry", _("信息资源")
    DEPARTMENT = "department", _("单位")
    THEME = "theme", _("主题")


class Happening(TextChoices):
    PUBLISHED = "published", _("新发布")
    REVISED = "revised", _("修订生效")
    RETIRED = "retired", _("已停用")
    UPDATED = "updated", _("数据已更新")
