"""Words of libraries and sources of record."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class LibraryKind(TextChoices):
    BASE = "base", _("基础库")
    THEME = "theme", _("主题库")


class Verdict(TextChoices):
    """What the bureau decides on an item that several departments collect."""

    SOURCE = "source", _("确定数源部门")
    DIFFERENT = "different", _("名称相同，不是同一数据")


class Coverage(TextChoices):
    """How far an item of a library is provided."""

    PROVIDED = "provided", _("数源部门已编目")
    UNCATALOGUED = "uncatalogued", _("数源部门尚未编目")
    UNDECIDED = "undecided", _("未确定数源部门")


# Names that every table has and that say nothing of its subject, folded.
TRIVIAL = (
    "序号", "编号", "id", "备注", "说明", "描述", "状态", "类型", "类别", "名称", "标题", "内容",
    "更新时间", "更新日期", "创建时间", "创建日期", "录入时间", "录入人", "修改时间", "修改人",
    "创建人", "填报人", "填报日期", "填报单位", "操作时间", "操作人", "数据来源", "附件", "年份", "月份",
    "日期", "时间", "是否有效", "删除标志", "排序",
)  # fmt: skip
