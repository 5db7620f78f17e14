"""Words of watching: what can be watched, and what may happen to an entry."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class WatchKind(TextChoices):
    ENTRY = "entry", _("信息资源")
    DEPARTMENT = "department", _("部门")
    THEME = "theme", _("主题")
    SEARCH = "search", _("保存的检索")


class Change(TextChoices):
    """In the order in which they are named."""

    PUBLISHED = "published", _("新发布")
    REVISED = "revised", _("修订")
    UPDATED = "updated", _("数据更新")
    RETIRED = "retired", _("停用")


MOST = 50  # watches of one person
MOST_CHARACTERS = 2000  # of the address of a saved search
NAME_CHARACTERS = 60
